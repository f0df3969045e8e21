import assert from "node:assert/strict";
import { lokiLogs, type LokiOptions } from "./loki.ts";
import { JAVA, NODE, PYTHON, TRACE } from "./cases/mod.ts";

const NOW = new Date("2026-11-22T15:00:00Z");
const OPTIONS: LokiOptions = { url: "http://loki.test", query: '{app="cart"}' };

type Value = readonly [secondsAgo: number, line: string, metadata?: unknown];
type Stream = readonly [labels: Record<string, string>, values: readonly Value[]];

const nanos = (secondsAgo: number) => `${BigInt(Math.round(NOW.getTime() - secondsAgo * 1000)) * 1_000_000n}`;
const ok = (streams: readonly Stream[], more = {}) =>
  Response.json({
    status: "success",
    data: {
      resultType: "streams",
      result: streams.map(([stream, values]) => ({
        stream,
        values: values.map(([ago, ...rest]) => [nanos(ago), ...rest]),
      })),
      stats: {},
    },
    ...more,
  });
const refused = (status: number, text: string) =>
  new Response(text, { status, headers: { "content-type": "text/plain" } });

/** Asks a Loki that answers by `answer`; also what it was asked. */
async function ask(answer: (url: URL, n: number) => Response, options: Partial<LokiOptions> = {}, seconds = 300) {
  const asked: URL[] = [];
  const fetch_: typeof fetch = (input) => {
    const url = new URL(String(input));
    asked.push(url);
    return Promise.resolve(answer(url, asked.length - 1));
  };
  const logs = lokiLogs({ ...OPTIONS, ...options }, { fetch: fetch_, now: () => NOW });
  const read = await logs.read({ seconds, signal: new AbortController().signal });
  return { ...read, asked };
}

/** A trace whose lines are entries of their own, newest first, as Loki gives them. */
const byLine = (text: string, ago = 60, step = 0.001): Value[] =>
  text.split("\n").map((line, i): Value => [ago - i * step, line]).reverse();

for (
  const [name, text] of Object.entries({
    Python: `2026-11-22 14:59:00,000 ERROR cart close failed\n${PYTHON}`,
    "Python, bare": PYTHON,
    Java: `14:59:00.000 [main] ERROR Cart - close failed\n${JAVA}`,
    "Java, bare": JAVA,
    Node: NODE,
  })
) {
  Deno.test(`lokiLogs() puts a trace together whose lines are entries of their own: ${name}`, async () => {
    for (const step of [0.001, 0]) {
      const { entries } = await ask(() => ok([[{ app: "cart", stream: "stderr" }, byLine(text, 60, step)]]));
      assert.equal(entries.length, 1, JSON.stringify(entries));
      assert.match(entries[0]!.message, TRACE);
      assert.equal(entries[0]!.level, "ERROR");
    }
  });
}

Deno.test("lokiLogs() puts traces together by stream, and sorts the entries of all streams by time", async () => {
  const { entries } = await ask(() =>
    ok([
      [{ pod: "a" }, byLine(`ERROR a failed\n${PYTHON}`, 50)],
      [{ pod: "b" }, byLine(`ERROR b failed\n${PYTHON}`, 50.001)],
      [{ pod: "c" }, [[90, "ERROR c failed"], [10, "INFO fine"]]],
    ])
  );
  assert.deepEqual(entries.map((entry) => entry.message.split("\n")[0]), [
    "ERROR c failed",
    "ERROR b failed",
    "ERROR a failed",
  ]);
  assert(entries.slice(1).every((entry) => TRACE.test(entry.message)));
});

Deno.test("lokiLogs() joins the lines of a trace that Loki's own level detection sorted into streams of their own", async () => {
  const [head, ...rest] = byLine(`ERROR close failed\n${PYTHON}`).reverse();
  const { entries } = await ask(() =>
    ok([[{ pod: "a", detected_level: "error" }, [head!]], [{ pod: "a", detected_level: "unknown" }, rest.reverse()]])
  );
  assert.equal(entries.length, 1);
  assert.match(entries[0]!.message, TRACE);
});

Deno.test("lokiLogs() counts quiet lines as no errors, by their own level, a label or what Loki keeps beside the line", async () => {
  const quiet: Value[] = Array.from({ length: 300 }, (_, i): Value => [i / 10, `order ${i} taken`]);
  const { entries, seen } = await ask(() =>
    ok([
      [{ app: "cart" }, quiet],
      [{ app: "cart", level: "info" }, [[5, "cart closed"]]],
      [{ app: "cart", level: "error" }, [[4, "by its label"]]],
      [{ app: "cart", x: "1" }, [[3, "by its metadata", { detected_level: "error" }]]],
      [{ app: "cart", x: "2" }, [[2, "by groups", { structuredMetadata: { detected_level: "critical" } }]]],
    ])
  );
  assert.deepEqual(entries.map((entry) => entry.message), ["by its label", "by its metadata", "by groups"]);
  assert.equal(seen, 304);
});

Deno.test("lokiLogs() takes lines without a level as errors where the query itself asks for errors", async () => {
  for (
    const query of ['{app="cart"} |= "error"', '{app="cart"} |~ "(?i)exception"', '{app="cart"} | json | status=~"5.."']
  ) {
    const { entries } = await ask(() => ok([[{ app: "cart" }, [[5, "close went wrong"], [4, "INFO fine"]]]]), {
      query,
    });
    assert.deepEqual(entries.map((entry) => entry.message), ["close went wrong"], query);
  }
});

Deno.test("lokiLogs() unwraps what the agent that sent the lines put around them", async () => {
  const lines = `2026-11-22 14:59:00,000 ERROR cart close failed\n${PYTHON}`;
  const docker = (log: string) => JSON.stringify({ log: `${log}\n`, stream: "stderr", time: "2026-11-22T14:59:00Z" });
  const cri = (line: string) => `2026-11-22T14:59:00.123456789Z stderr F ${line}`;
  for (const wrap of [docker, cri, (line: string) => `cart-1  | ${line}`]) {
    const { entries } = await ask(() =>
      ok([[{ app: "cart" }, byLine(lines).map(([ago, line]): Value => [ago, wrap(line)])]])
    );
    assert.equal(entries.length, 1);
    assert.match(entries[0]!.message, TRACE);
  }
  const whole = await ask(() => ok([[{ app: "cart" }, [[5, docker(lines)]]]]));
  assert.match(whole.entries[0]!.message, TRACE);
});

Deno.test("lokiLogs() asks for as many lines as Loki grants", async () => {
  const words = "max entries limit per query exceeded, limit > max_entries_limit_per_query";
  const limited = (granted: number, named: boolean) => (url: URL) =>
    Number(url.searchParams.get("limit")) > granted
      ? refused(400, named ? `${words} (${url.searchParams.get("limit")} > ${granted})` : words)
      : ok([[{ app: "cart" }, [[5, "ERROR close failed"]]]]);
  const named = await ask(limited(700, true));
  assert.deepEqual(named.asked.map((url) => url.searchParams.get("limit")), ["2000", "700"]);
  assert.equal(named.entries.length, 1);
  assert.match(named.notes!.join(), /Loki gives 700 lines at once \(max entries limit/);
  const halved = await ask(limited(600, false));
  assert.deepEqual(halved.asked.map((url) => url.searchParams.get("limit")), ["2000", "1000", "500"]);
});

Deno.test("lokiLogs() asks for less time where a query takes too long, and says so", async () => {
  for (
    const [status, words] of [
      [504, "context deadline exceeded"],
      [
        400,
        "the query would read too many bytes (query: 12 GB, limit: 1 GB); consider adding more specific stream selectors",
      ],
      [500, "maximum of series (500) reached for a single query"],
      [400, "the query time range exceeds the limit (query length: 5m0s, limit: 2m)"],
    ] as const
  ) {
    const { entries, missing } = await ask((url) =>
      BigInt(url.searchParams.get("end")!) - BigInt(url.searchParams.get("start")!) > 90_000_000_000n
        ? refused(status, words)
        : ok([[{ app: "cart" }, [[5, "ERROR close failed"]]]])
    );
    assert.equal(entries.length, 1, words);
    assert.match(missing!.join(), /only the last 75 s were read: Loki refused more/);
  }
});

Deno.test("lokiLogs() tells Loki's own words where asking for less does not help", async () => {
  const cases = [
    [504, "context deadline exceeded", /504: context deadline exceeded/],
    [400, "parse error at line 1, col 7: syntax error: unexpected IDENTIFIER", /400: parse error at line 1/],
    [401, "no org id", /401: no org id; name one with `tenant`/],
    [404, "404 page not found", /404: 404 page not found/],
  ] as const;
  for (const [status, words, message] of cases) {
    await assert.rejects(ask(() => refused(status, words)), { name: "ToolError", code: "bad_answer", message });
  }
  await assert.rejects(
    ask(() => Response.json({ status: "success", data: { resultType: "matrix", result: [] } })),
    { message: /with numbers \(matrix\), not with lines/ },
  );
});

Deno.test("lokiLogs() asks again where Loki is busy", async () => {
  for (const [status, words] of [[429, "too many outstanding requests"], [503, "empty ring"]] as const) {
    const { entries, asked } = await ask((_, n) =>
      n === 0
        ? new Response(words, { status, headers: { "retry-after": "0" } })
        : ok([[{ app: "cart" }, [[5, "ERROR close failed"]]]])
    );
    assert.equal(entries.length, 1);
    assert.equal(asked.length, 2);
  }
});

Deno.test("lokiLogs() tells a partial answer as partial, and an empty one as empty", async () => {
  const partial = await ask(() =>
    ok([[{ app: "cart" }, [[5, "ERROR close failed"]]]], { warnings: ["2 of 3 ingesters did not answer"] })
  );
  assert.deepEqual(partial.missing, ["Loki's answer is partial: 2 of 3 ingesters did not answer"]);
  const empty = await ask(() => ok([]));
  assert.match(empty.notes!.join(), /Loki has no lines of the last 300 s for \{app="cart"\}/);
  const nothing = await ask(() => Response.json({ status: "success", data: { resultType: "streams", result: null } }));
  assert.deepEqual(nothing.entries, []);
});

Deno.test("lokiLogs() says that the newest lines held no error when there are more", async () => {
  const { limited, missing } = await ask((url) =>
    ok([[
      { app: "cart" },
      Array.from({ length: Number(url.searchParams.get("limit")) }, (_, i): Value => [i / 100, "INFO ok"]),
    ]])
  );
  assert.equal(limited, true);
  assert.match(
    missing!.join(),
    /only the newest 2000 lines were read, none of them an error; filter for errors in `query`/,
  );
});

Deno.test("lokiLogs() takes an address with Loki's path or a slash at its end", async () => {
  for (const url of ["http://loki.test/", "http://loki.test/loki/api/v1", "http://loki.test/loki/api/v1/query_range"]) {
    const { asked } = await ask(() => ok([]), { url });
    assert.equal(asked[0]!.pathname, "/loki/api/v1/query_range");
  }
});
