import assert from "node:assert/strict";
import { withInstance } from "./testing/instance.ts";
import { freightRate, FreightTimeoutError } from "./freight.ts";
import { isProductCode } from "./product_code.ts";
import { RecentViews } from "./recent_views.ts";
import { aisleMemory, readCounts } from "./stock_count.ts";
import { readFeed } from "./supplier_feed.ts";

/** Where each failing trigger fails: what the log says, and the code of the line that its first own frame names. */
const failures = [
  [
    "stock-count",
    /RangeError: Offset is outside the bounds of the DataView/,
    "stock_count",
    /view\.getUint32\(offset\)/,
  ],
  ["supplier-feed", /SyntaxError: .* JSON/, "supplier_feed", /JSON\.parse\(line\)/],
  ["stock-value", /no such column: quantity/, "stock_value", /const rows = db\.prepare\(/],
  ["freight", /FreightTimeoutError: no freight rate .* within 1500 ms/, "freight", /throw new FreightTimeoutError/],
] as const;

Deno.test("GET /random-endpoint/{trigger} fails where the code is wrong, and its log names the line", async () => {
  let clock = 0;
  const freight = { now: () => clock, sleep: (milliseconds: number) => Promise.resolve(void (clock += milliseconds)) };
  await withInstance({ freight }, async ({ get }) => {
    for (const [trigger] of failures) assert.equal((await get(`/random-endpoint/${trigger}`)).status, 500, trigger);
    const { entries } = (await get("/logs/tail")).body as { entries: { message: string }[] };
    assert.equal(entries.length, failures.length);
    for (const [index, [trigger, text, file, code]] of failures.entries()) {
      const { message } = entries[index]!;
      assert.match(message, text);
      const line = new RegExp(`services/inventory/${file}\\.ts:(\\d+)`).exec(message)?.[1];
      const lines = (await Deno.readTextFile(new URL(`${file}.ts`, import.meta.url))).split("\n");
      assert.match(lines[Number(line) - 1]!, code, trigger);
    }
  });
});

Deno.test("GET /random-endpoint/{trigger} answers 200 when the trouble shows in the metrics only", async () => {
  await withInstance({}, async ({ get }) => {
    for (const trigger of ["product-codes", "recent-views"]) {
      assert.equal((await get(`/random-endpoint/${trigger}`)).status, 200);
    }
    assert.equal((await get("/logs/tail")).body.count, 0);
  });
});

Deno.test("isProductCode() knows the codes of labels", () => {
  assert.deepEqual(["HEX-M8-1.25", "A", "a-1", "A--1", ""].map(isProductCode), [true, true, false, false, false]);
});

Deno.test("RecentViews keeps a page for each view", () => {
  const views = new RecentViews();
  for (let i = 0; i < 5; i++) assert.ok(views.page(1).bytes > 20_000);
  assert.equal(views.size, 5);
});

Deno.test("readFeed() reads the articles of a well-formed feed", () => {
  assert.deepEqual(readFeed('{"sku":"a","price":1.5,"stock":2}\n\n'), [{ sku: "a", price: 1.5, stock: 2 }]);
});

Deno.test("readCounts() reads a memory that has room to spare", () => {
  const memory = aisleMemory(3);
  const roomy = new ArrayBuffer(memory.byteLength + 64);
  new Uint8Array(roomy).set(new Uint8Array(memory));
  assert.deepEqual(readCounts(roomy).slice(0, 3).map((count) => count.pieces), [0, 7, 14]);
});

Deno.test("freightRate() answers the carrier's rate, and asks again until its deadline", async () => {
  let clock = 0;
  let asked = 0;
  const deps = {
    url: "http://carrier",
    now: () => clock,
    sleep: (milliseconds: number) => Promise.resolve(void (clock += milliseconds)),
    fetch: () => Promise.resolve(asked++ < 2 ? new Response("busy", { status: 503 }) : Response.json({ rate: 8.5 })),
  };
  assert.deepEqual(await freightRate(deps, 12), { kilograms: 12, rate: 8.5 });
  const away = () => Promise.reject(new TypeError("refused"));
  await assert.rejects(freightRate({ ...deps, fetch: away }, 12), FreightTimeoutError);
});

Deno.test("No source file of the service and no log text of its work tells that trouble is meant", async () => {
  const files = ["freight", "pricing", "product_code", "recent_views", "stock_count", "stock_value", "supplier_feed"];
  for (const file of [...files, "random_endpoint", "suppliers"]) {
    const text = await Deno.readTextFile(new URL(`${file}.ts`, import.meta.url));
    assert.doesNotMatch(
      text,
      /\bbugs?\b|deliberate|on purpose|inject|simulat|chaos|\bfaults?\b|\bdemo\b|intentional/i,
      file,
    );
  }
});
