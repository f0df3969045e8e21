import assert from "node:assert/strict";
import fc from "fast-check";
import { ToolError } from "../../tool_error.ts";
import { timestampOf } from "./entry.ts";
import { fileLogs } from "./file.ts";
import { mapFrames, readStack } from "./stacks/mod.ts";
import { isError, parseLines } from "./lines.ts";
import { lokiLogs } from "./loki.ts";
import { foldShapes, shapeKey } from "./shapes.ts";

const NOW = new Date("2026-11-22T15:00:00Z");
const signal = new AbortController().signal;

Deno.test("timestampOf() reads the usual notations as UTC and nothing else", () => {
  for (
    const text of [
      "2026-11-22 15:00:00,000",
      "2026-11-22T15:00:00Z",
      "2026-11-22T16:00:00+01:00",
      "2026/11/22 15:00:00",
      "1795359600",
      "1795359600000",
      "22/Nov/2026:15:00:00 +0000",
    ]
  ) assert.equal(timestampOf(text), "2026-11-22T15:00:00.000Z", text);
  for (const text of ["", "yesterday", "15:00:00", "2026-13-45 99:00:00"]) assert.equal(timestampOf(text), null, text);
});

const TRACES: Readonly<Record<string, readonly [trace: string, file: string, line: number]>> = {
  v8: [
    "TypeError: x\n    at price (file:///srv/app/src/price.ts:12:7)\n    at file:///srv/app/src/main.ts:3:1",
    "file:///srv/app/src/price.ts",
    12,
  ],
  python: [
    'Traceback (most recent call last):\n  File "/srv/app/main.py", line 3, in run\n    go()\n  File "/srv/app/price.py", line 12, in price\nKeyError: 1',
    "/srv/app/price.py",
    12,
  ],
  java: [
    "java.lang.NullPointerException\n\tat com.shop.cart.Price.of(Price.java:12)\n\tat com.shop.Main.main(Main.java:3)",
    "com/shop/cart/Price.java",
    12,
  ],
  go: [
    "panic: x\n\ngoroutine 1 [running]:\nmain.price(0x1)\n\t/srv/app/price.go:12 +0x1d\nmain.main()\n\t/srv/app/main.go:3 +0x2",
    "/srv/app/price.go",
    12,
  ],
  ruby: ["NoMethodError\n/srv/app/price.rb:12:in `price'\n\tfrom /srv/app/main.rb:3:in `run'", "/srv/app/price.rb", 12],
  php: [
    "PHP Fatal error\n#0 /srv/app/price.php(12): price()\n#1 /srv/app/index.php(3): run()",
    "/srv/app/price.php",
    12,
  ],
};

for (const [language, [trace, file, line]] of Object.entries(TRACES)) {
  Deno.test(`readStack() finds the failing call first in a trace of ${language}`, () => {
    const [first, second] = readStack(trace)!.frames;
    assert.deepEqual([first!.file, first!.line], [file, line]);
    assert.equal(second!.line, 3);
  });
}

Deno.test("mapFrames() maps by the first rule that matches and marks the rest as foreign", () => {
  const rules = [{ pattern: "^/srv/app/(.+)$", path: "src/$1" }, { pattern: "/(.+)", path: "never/$1" }];
  const frames = mapFrames([{ function: null, file: "/srv/app/a.go", line: 1, library: false }, {
    function: null,
    file: "fmt.go",
    line: 2,
    library: true,
  }], rules);
  assert.deepEqual(frames.map((f) => [f.file, f.in_repository]), [["src/a.go", true], ["fmt.go", false]]);
});

Deno.test("parseLines() keeps continuation lines with their entry, in plain text, logfmt and JSON", () => {
  const plain = parseLines("2026-11-22 15:00:00 ERROR boom\n    at x (a.ts:1:2)\n2026-11-22 15:00:01 INFO fine");
  assert.deepEqual(plain.map((e) => [e.level, e.message.split("\n").length]), [["ERROR", 2], ["INFO", 1]]);
  const logfmt = parseLines('ts=2026-11-22T15:00:00Z level=error msg="boom"');
  assert.deepEqual([logfmt[0]!.level, logfmt[0]!.at], ["ERROR", "2026-11-22T15:00:00.000Z"]);
  const json = parseLines(
    '{"time":"2026-11-22T15:00:00Z","level":50,"msg":"boom","stack":"Error\\n    at a (b.ts:1:2)"}',
  );
  assert.deepEqual([json[0]!.level, readStack(json[0]!.message)!.frames[0]!.file], ["ERROR", "b.ts"]);
  const access = parseLines('10.0.0.1 - - [22/Nov/2026:15:00:00 +0000] "GET /x HTTP/1.1" 500 12', {
    entry: '^(?<client>\\S+) .*\\[(?<timestamp>[^\\]]+)\\] "(?<message>.*)$',
    errors: '" 5\\d\\d ',
  });
  assert.equal(access[0]!.at, "2026-11-22T15:00:00.000Z");
  assert(isError(access[0]!, { errors: '" 5\\d\\d ' }));
});

Deno.test("parseLines() ends on any text", () => {
  fc.assert(fc.property(fc.string({ maxLength: 500 }), (text) => void parseLines(text)));
});

Deno.test("foldShapes() folds what differs in numbers only, and counts it", async () => {
  const entries = Array.from({ length: 30 }, (_, i) => ({
    at: new Date(NOW.getTime() - i * 1000).toISOString(),
    level: "ERROR",
    message: i % 3 === 0 ? "disk full" : `inv1 GET /items/${i} failed: Error: order ${i} of 7f3a9c21bb is late`,
  }));
  const { shapes, distinct } = await foldShapes(entries, []);
  assert.equal(distinct, 2);
  assert.deepEqual(shapes.map((s) => s.count), [20, 10]);
  assert.equal(shapes[0]!.share_percent, 66.7);
  assert.equal(shapes[0]!.words.inv1, 20);
});

Deno.test("foldShapes() counts by the root cause however far below it stands", async () => {
  const deep = Array.from({ length: 30 }, (_, i) => `\tat com.acme.desk.Chain.step${i}(Chain.java:${i + 1})`).join(
    "\n",
  );
  const entries = Array.from({ length: 20 }, (_, i) => {
    const cause = i % 4 === 0 ? "java.lang.IllegalStateException: no rate" : "java.sql.SQLException: pool is empty";
    return {
      at: new Date(NOW.getTime() - i * 1000).toISOString(),
      level: "ERROR",
      message:
        `quote ${i} failed\ncom.acme.desk.DeskException: quote ${i}\n${deep}\nCaused by: ${cause}\n\tat com.acme.fares.Pricing.rateOf(Pricing.java:6)`,
    };
  });
  const { shapes } = await foldShapes(entries, []);
  assert.deepEqual(shapes.map(({ count, headline }) => [count, headline]), [
    [15, "java.sql.SQLException: pool is empty"],
    [5, "java.lang.IllegalStateException: no rate"],
  ]);
});

Deno.test("shapeKey() reads a stack once when only addresses and ids differ", () => {
  const stacks = new Map<string, string>();
  for (let i = 0; i < 50; i++) {
    shapeKey(
      `panic: no rate\n\ngoroutine ${i + 7} [running]:\nmain.rateOf(0xc0000${i + 10})\n\t/build/main.go:16 +0x1${
        i % 10
      }`,
      stacks,
    );
  }
  assert.equal(stacks.size, 1);
});

Deno.test("fileLogs() reads the end of a large file, and only what is asked for", async () => {
  const path = await Deno.makeTempFile();
  const line = (secondsAgo: number, text: string) =>
    `${new Date(NOW.getTime() - secondsAgo * 1000).toISOString()} ERROR ${text} ${
      "x".repeat(200)
    }\n    at f (a.ts:1:2)\n`;
  let text = "";
  for (let i = 9_000; i > 0; i--) text += line(i, `error ${i}`);
  await Deno.writeTextFile(path, `${text}${NOW.toISOString()} INFO fine\n`);
  const logs = fileLogs(path, {}, { now: () => NOW });
  const { entries, limited } = await logs.read({ seconds: 100, signal });
  assert.equal(entries.length, 100);
  assert.equal(limited, false);
  assert.match(entries.at(-1)!.message, /^ERROR error 1 x+\n {4}at f/);
  await Deno.remove(path);
  await assert.rejects(
    logs.read({ seconds: 100, signal }),
    (error: Error) => error instanceof ToolError && error.code === "not_found",
  );
});

// Made here, because a link can only be made by whom may read everything.
const folder = Deno.makeTempDirSync();
Deno.mkdirSync(`${folder}/inside`);
Deno.writeTextFileSync(`${folder}/outside.log`, "");
Deno.symlinkSync("../outside.log", `${folder}/inside/shop.log`);
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

Deno.test({
  name: "fileLogs() says what to do about a link that leads out of what may be read",
  permissions: { read: [`${folder}/inside`] },
  async fn() {
    const path = `${folder}/inside/shop.log`;
    await assert.rejects(fileLogs(path, {}, { now: () => NOW }).read({ seconds: 100, signal }), {
      name: "ToolError",
      code: "refused",
      message: `log ${path} leads outside the working directory: write it there or bind-mount it`,
    });
  },
});

Deno.test("lokiLogs() asks query_range backwards, with the tenant, and sorts oldest first", async () => {
  let asked: Request | undefined;
  const at = (seconds: number) => `${BigInt(NOW.getTime() - seconds * 1000) * 1_000_000n}`;
  const fetch_: typeof fetch = (input, init) => {
    asked = new Request(input as string, init);
    return Promise.resolve(Response.json({
      status: "success",
      data: {
        resultType: "streams",
        result: [{
          stream: { app: "cart", level: "error" },
          values: [[at(5), "later\n    at a (b.ts:1:2)"], [at(9), "earlier"]],
        }],
      },
    }));
  };
  const logs = lokiLogs({ url: "http://loki.test/", query: '{app="cart"} |= "error"', tenant: "t1" }, {
    fetch: fetch_,
    now: () => NOW,
  });
  const { entries } = await logs.read({ seconds: 60, signal });
  assert.deepEqual(entries.map((e) => [e.message.split("\n")[0], e.level]), [["earlier", "ERROR"], ["later", "ERROR"]]);
  const url = new URL(asked!.url);
  assert.equal(url.pathname, "/loki/api/v1/query_range");
  assert.equal(url.searchParams.get("direction"), "backward");
  assert.equal(url.searchParams.get("query"), '{app="cart"} |= "error"');
  assert.equal(asked!.headers.get("x-scope-orgid"), "t1");
});
