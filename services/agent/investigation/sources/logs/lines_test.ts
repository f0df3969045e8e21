import assert from "node:assert/strict";
import fc from "fast-check";
import { isError, parseLines } from "./lines.ts";
import { timestampOf } from "./times/mod.ts";
import { PYTHON, TRACE } from "./cases/mod.ts";

const NOW = new Date("2026-11-22T15:00:40Z");

Deno.test("parseLines() ends on any text, whatever stands at its lines' beginnings", () => {
  const piece = fc.constantFrom(
    "2026-11-22 15:00:00 ",
    "ERROR ",
    "[",
    "]",
    "{",
    "}",
    '"',
    "a=",
    "\\",
    "    at ",
    "(",
    ")",
    "\u001b[",
    "#012",
    " F ",
    "panic: ",
    "Traceback (most recent call last):\n",
    "Caused by: ",
    "\n",
    "\r",
    "\u2028",
    "\u0000",
    "<34>1 ",
    "x.y.",
    "|",
  );
  fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 12 })), { maxLength: 80 }), (parts) => {
    const text = parts.join("");
    for (const { at, message } of parseLines(text, {}, NOW)) {
      assert(at === null || !Number.isNaN(Date.parse(at)));
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(message, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    }
  }));
});

Deno.test("parseLines() keeps each line of a text in one entry, in their order", () => {
  const word = fc.string({ unit: fc.constantFrom(..."abcdefgh".split("")), minLength: 3, maxLength: 8 });
  fc.assert(fc.property(fc.array(fc.tuple(fc.boolean(), word), { minLength: 1, maxLength: 40 }), (lines) => {
    const text = lines.map(([head, said], i) => head ? `2026-11-22 15:00:00 INFO ${said}${i}` : `  ${said}${i}`).join(
      "\n",
    );
    const read = parseLines(text, {}, NOW).flatMap((entry) => entry.message.split("\n")).map((line) =>
      line.trim().replace("INFO ", "")
    );
    const wanted = lines.map(([, said], i) => `${said}${i}`);
    assert.deepEqual(read, wanted);
  }));
});

Deno.test("parseLines() cuts lines beyond measure, and keeps the beginning and the end of a trace", () => {
  const long = parseLines(`2026-11-22 15:00:00 ERROR ${"x".repeat(3_000_000)}\n${PYTHON}`, {}, NOW);
  assert.equal(long.length, 1);
  assert(long[0]!.message.length < 10_000);
  assert.match(long[0]!.message, TRACE);
  const deep = parseLines(
    `2026-11-22 15:00:00 ERROR deep\n${
      "\tat com.acme.cart.Total.rate(Total.java:12)\n".repeat(5000)
    }Caused by: java.io.IOException: gone`,
    {},
    NOW,
  );
  assert.equal(deep.length, 1);
  assert(deep[0]!.message.split("\n").length <= 400);
  assert.match(deep[0]!.message, /^ERROR deep\n[^]*Caused by: java\.io\.IOException: gone$/);
});

Deno.test("parseLines() gives lines without a time that of the line above, and none where none is known", () => {
  const [first, second] = parseLines("2026-11-22 15:00:00 INFO cart closed\nERROR: close failed", {}, NOW);
  assert.equal(second!.at, first!.at);
  assert.equal(parseLines("ERROR: close failed", {}, NOW)[0]!.at, null);
});

Deno.test("isError() takes neither many lines of level INFO nor lines without a level as errors", () => {
  const text = Array.from({ length: 50 }, (_, i) =>
    [
      `2026-11-22 15:00:00 INFO 0 errors, no failure in cart ${i}`,
      `2026-11-22 15:00:00 error rate of cart ${i} is 0`,
      `2026-11-22 15:00:00 panic button of cart ${i} was tested`,
      `{"level":"info","time":"2026-11-22T15:00:00Z","msg":"error page ${i} rendered"}`,
      `{"time":"2026-11-22T15:00:00Z","msg":"order ${i} taken"}`,
      `order ${i} taken`,
    ].join("\n")).join("\n");
  const entries = parseLines(text, {}, NOW);
  assert(entries.length >= 250);
  assert.deepEqual(entries.filter((entry) => isError(entry)).map((entry) => entry.message), []);
});

Deno.test("timestampOf() reads the last such day or time of day before now, in the zone that is given", () => {
  const near = Date.parse("2026-01-02T00:30:00Z");
  assert.equal(timestampOf("Dec 31 23:59:59", { near }), "2025-12-31T23:59:59.000Z");
  assert.equal(timestampOf("23:59:59", { near }), "2026-01-01T23:59:59.000Z");
  assert.equal(timestampOf("01:15:00", { near, zone: "Europe/Berlin" }), "2026-01-02T00:15:00.000Z");
  assert.equal(timestampOf("2026-07-01 12:00:00", { zone: "Europe/Berlin" }), "2026-07-01T10:00:00.000Z");
  assert.equal(timestampOf("2026-07-01 12:00:00", { zone: "+05:30" }), "2026-07-01T06:30:00.000Z");
  assert.equal(
    timestampOf("03/04/2026 12:00:00", { near: Date.parse("2026-04-03T12:05:00Z") }),
    "2026-04-03T12:00:00.000Z",
  );
  assert.equal(
    timestampOf("03/04/2026 12:00:00", { near: Date.parse("2026-03-04T12:05:00Z") }),
    "2026-03-04T12:00:00.000Z",
  );
  for (const text of ["31/02/2026 12:00:00", "2026-11-22 24:30:00", "12345", "1.2.3"]) {
    assert.equal(timestampOf(text, { near }), null, text);
  }
});
