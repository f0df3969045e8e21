import assert from "node:assert/strict";
import { dockerLogs } from "./docker.ts";
import { elasticLogs, type ElasticOptions } from "./elastic.ts";
import { globLogs } from "./glob.ts";
import { Growth } from "./growth.ts";
import { journalLogs } from "./journal.ts";
import { victoriaLogs } from "./victoria.ts";

const TRACE = `TypeError: nothing there
    at unitPrice (/srv/app/src/pricing.ts:38:9)
    at total (/srv/app/src/cart.ts:12:3)`;
const NOW = new Date("2026-11-28T11:00:00Z");
const signal = new AbortController().signal;
const at = (secondsAgo: number) => new Date(NOW.getTime() - secondsAgo * 1000).toISOString();
const read = { seconds: 300, signal };

function answering(answer: (url: URL) => Response) {
  const asked: URL[] = [];
  const fetch_: typeof fetch = (input) => {
    asked.push(new URL(String(input)));
    return Promise.resolve(answer(asked.at(-1)!));
  };
  return { deps: { fetch: fetch_, now: () => NOW }, asked };
}

async function elastic(documents: unknown[], options: Partial<ElasticOptions> = {}) {
  const { deps, asked } = answering(() =>
    Response.json({
      timed_out: false,
      _shards: { total: 1, failed: 0 },
      hits: { hits: documents.map((_source) => ({ _source })) },
    })
  );
  const found = await elasticLogs({ url: "http://es.test/", who: "opensearch", ...options }, deps).read(read);
  return { ...found, asked };
}

Deno.test("elasticLogs() asks for the period, newest first, beside the service's own query", async () => {
  const { asked, from } = await elastic([], { index: "logs-a,logs-b*", query: 'service:"cart"' });
  assert.equal(asked[0]!.pathname, "/logs-a,logs-b*/_search");
  assert.equal(asked[0]!.searchParams.get("q"), `(service:"cart") AND @timestamp:["${at(300)}" TO "${at(0)}"]`);
  assert.equal(asked[0]!.searchParams.get("sort"), "@timestamp:desc");
  assert.equal(from, 'OpenSearch logs-a,logs-b* service:"cart"');
});

for (
  const [what, document, options, wanted] of [
    ["ECS", { "@timestamp": at(20), log: { level: "error" }, message: "payment declined" }, {}, /^payment declined/],
    [
      "dotted names",
      { "@timestamp": at(20), "log.level": "error", message: "payment declined" },
      {},
      /^payment declined/,
    ],
    [
      "a stack beside the message",
      { "@timestamp": at(20), "log.level": "ERROR", message: "boom", error: { stack_trace: TRACE } },
      {},
      /boom[^]*unitPrice/,
    ],
    [
      "a whole line as message",
      { "@timestamp": at(20), message: "2026-11-28T10:59:40Z ERROR boom", host: { name: "a" } },
      {},
      /boom/,
    ],
    ["OpenTelemetry's names", { "@timestamp": at(20), SeverityText: "ERROR", Body: "boom" }, {}, /boom/],
    ["names of one's own", { when: at(20), what: "boom", how: "error" }, {
      fields: { time: "when", message: "what", level: "how" },
    }, /boom/],
    ["a JSON line as message", { "@timestamp": at(20), message: '{"level":"error","msg":"boom"}' }, {}, /boom/],
  ] as const
) {
  Deno.test(`elasticLogs() reads ${what}`, async () => {
    const { entries } = await elastic([document], options);
    assert.equal(entries.length, 1);
    assert.match(entries[0]!.message, wanted);
    assert.equal(entries[0]!.at, at(20));
  });
}

Deno.test("elasticLogs() puts a trace together whose lines are documents of their own", async () => {
  const lines = ["2026-11-28 10:59:30,000 ERROR failed", ...TRACE.split("\n")];
  const { entries } = await elastic(
    lines.map((message, index) => ({
      "@timestamp": at(30),
      message,
      log: { offset: index, file: { path: "/var/log/shop.log" } },
    })).reverse(),
  );
  assert.equal(entries.length, 1);
  assert.ok(entries[0]!.message.split("\n").length > 2);
});

for (
  const [status, body, words] of [
    [400, {
      error: { root_cause: [{ type: "x", reason: "No mapping found for [@timestamp] in order to sort on" }] },
      status: 400,
    }, /fields: \{ time: … \}/],
    [
      401,
      { error: { root_cause: [{ reason: "missing authentication credentials" }] }, status: 401 },
      /answered 401: missing authentication credentials.*; check the connection's credentials/,
    ],
    [200, { hello: 1 }, /not in the form of its API/],
  ] as const
) {
  Deno.test(`elasticLogs() says what to do about ${words}`, async () => {
    const { deps } = answering(() => Response.json(body, { status }));
    await assert.rejects(elasticLogs({ url: "http://es.test", who: "elasticsearch" }, deps).read(read), words);
  });
}

Deno.test("victoriaLogs() reads a JSON object a line", async () => {
  const { deps, asked } = answering(() =>
    new Response(
      [
        { _time: at(10), _msg: "payment declined", level: "error", _stream: '{app="cart"}' },
        { _time: at(20), _msg: "fine", level: "info", _stream: '{app="cart"}' },
      ].map((one) => JSON.stringify(one)).join("\n"),
    )
  );
  const found = await victoriaLogs({ url: "http://vl.test", query: "app:cart" }, deps).read(read);
  assert.equal(asked[0]!.pathname, "/select/logsql/query");
  assert.equal(asked[0]!.searchParams.get("start"), at(300));
  assert.deepEqual([found.seen, found.entries.map(({ message }) => message)], [2, ["payment declined"]]);
});

Deno.test("victoriaLogs() keeps the words of a refusal", async () => {
  const { deps } = answering(() => new Response("cannot parse query [x |]: unexpected end of query", { status: 400 }));
  await assert.rejects(
    victoriaLogs({ url: "http://vl.test", query: "x |" }, deps).read(read),
    /answered 400: cannot parse query \[x \|\]/,
  );
});

function journal(secondsAgo: number, message: unknown, more = {}) {
  return JSON.stringify({
    MESSAGE: message,
    PRIORITY: "6",
    __REALTIME_TIMESTAMP: `${(NOW.getTime() - secondsAgo * 1000) * 1000}`,
    _PID: "71",
    SYSLOG_IDENTIFIER: "orders",
    ...more,
  });
}

Deno.test("journalLogs() reads this machine's journal by unit", async () => {
  let asked: readonly string[] = [];
  const out = [
    journal(400, "ERROR old"),
    journal(20, "ERROR boom"),
    journal(10, "plain", { PRIORITY: "3" }),
    journal(5, [69, 82, 82, 79, 82, 32, 120]),
  ];
  const found = await journalLogs({ unit: "orders" }, {
    fetch: () => Promise.reject(new Error("not asked")),
    now: () => NOW,
    run: (args) => (asked = args, Promise.resolve({ code: 0, out: `${out.join("\n")}\n`, err: "" })),
  }).read(read);
  assert.ok(asked.includes("_SYSTEMD_UNIT=orders.service") && asked.includes("--output=json"));
  assert.deepEqual(found.entries.map(({ message }) => message.replace(/^ERROR /, "")), ["boom", "plain", "x"]);
});

Deno.test("journalLogs() reads another machine's journal through its gateway", async () => {
  let range: string | null = "";
  const found = await journalLogs({ url: "http://journal.test:19531", identifier: "orders" }, {
    now: () => NOW,
    fetch: (input, init) => {
      assert.equal(String(input), "http://journal.test:19531/entries?SYSLOG_IDENTIFIER=orders");
      range = new Headers((init as { headers: HeadersInit }).headers).get("range");
      return Promise.resolve(new Response(`${journal(9, "ERROR boom")}\n`));
    },
  }).read(read);
  assert.equal(range, "entries=:-1999:2000");
  assert.equal(found.entries.length, 1);
});

Deno.test("journalLogs() keeps journalctl's words", async () => {
  const logs = journalLogs({ unit: "x" }, {
    fetch,
    now: () => NOW,
    run: () => Promise.resolve({ code: 1, out: "", err: "Failed to open journal: Permission denied\n" }),
  });
  await assert.rejects(logs.read(read), /journalctl failed: Failed to open journal: Permission denied/);
});

const deps = () => ({ now: () => new Date(), growth: new Growth() });
const now = () => new Date().toISOString();

Deno.test("globLogs() reads every file that matches, compressed and rotated ones too", async () => {
  const folder = Deno.makeTempDirSync();
  Deno.mkdirSync(`${folder}/a/b`, { recursive: true });
  Deno.writeTextFileSync(`${folder}/a/one.log`, `${now()} ERROR first\n`);
  Deno.writeTextFileSync(`${folder}/a/b/two.log`, `${now()} ERROR second\n`);
  Deno.writeTextFileSync(`${folder}/a/three.txt`, `${now()} ERROR third\n`);
  const packed = new Response(
    new Blob([`${now()} ERROR packed\n`]).stream().pipeThrough(new CompressionStream("gzip")),
  );
  Deno.writeFileSync(`${folder}/a/one.log.1.gz`, new Uint8Array(await packed.arrayBuffer()));
  const messages = async (paths: readonly string[], base = folder) =>
    (await globLogs(paths, {}, { ...deps(), folder: base }).read(read)).entries
      .map(({ message }) => message.replace(/^ERROR /, "")).sort();
  assert.deepEqual(await messages(["a/*.log"]), ["first", "packed"]);
  assert.deepEqual(await messages(["a/**/*.log"]), ["first", "packed", "second"]);
  assert.deepEqual(await messages(["a/*.{log,txt}"]), ["first", "packed", "third"]);
  assert.deepEqual(await messages([`${folder}/a/one.log`, `${folder}/a/b/two.log`]), ["first", "packed", "second"]);
  assert.deepEqual(await messages(["a/*.gz"]), ["packed"]);
  await assert.rejects(messages(["c/*.log"]), /there is no such file/);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("dockerLogs() finds a container by name, pattern or id", async () => {
  const folder = Deno.makeTempDirSync();
  const id = "0123456789abcdef";
  Deno.mkdirSync(`${folder}/${id}`);
  Deno.writeTextFileSync(`${folder}/${id}/config.v2.json`, JSON.stringify({ Name: "/shop-orders-1" }));
  Deno.writeTextFileSync(
    `${folder}/${id}/${id}-json.log`,
    `${JSON.stringify({ log: "ERROR boom\n", stream: "stderr", time: now() })}\n`,
  );
  for (const container of ["shop-orders-1", "shop-orders-*", "01234567"]) {
    const { entries } = await dockerLogs({ folder, container }, deps()).read(read);
    assert.deepEqual(entries.map(({ message }) => message), ["ERROR boom"]);
  }
  await assert.rejects(dockerLogs({ folder, container: "other" }, deps()).read(read), /has no container other/);
  await assert.rejects(
    dockerLogs({ folder: `${folder}/no`, container: "other" }, deps()).read(read),
    /there is no such folder/,
  );
  Deno.removeSync(folder, { recursive: true });
});
