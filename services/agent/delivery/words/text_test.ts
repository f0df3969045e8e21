import assert from "node:assert/strict";
import fc from "fast-check";
import { cutAtSentence, firstSentence, oneLine, percent } from "./text.ts";

Deno.test("firstSentence() ends at the first full stop that ends a sentence", () => {
  assert.equal(
    firstSentence("Cannot read properties of null (reading 'price') in items.ts:42 at 1.5 req/s. It began at 12:00."),
    "Cannot read properties of null (reading 'price') in items.ts:42 at 1.5 req/s.",
  );
  assert.equal(firstSentence("A null dereference"), "A null dereference.");
  assert.equal(
    firstSentence("redis fails: `Error 111 connecting to cache:6379. Connection refused`. It began at 12:00."),
    "redis fails: `Error 111 connecting to cache:6379. Connection refused`.",
  );
  assert.equal(firstSentence("An odd ` mark. More."), "An odd ` mark.");
  assert.equal(firstSentence("Is it down? Yes."), "Is it down?");
  assert.equal(firstSentence("one\n two"), "one two.");
});

Deno.test("cutAtSentence() keeps whole sentences where one fits", () => {
  assert.equal(cutAtSentence("First one. Second one. Third one.", 25), "First one. Second one.");
  assert.equal(cutAtSentence("no end anywhere in these words", 20), "no end anywhere in…");
});

Deno.test("cutAtSentence() never exceeds its bound nor splits a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.integer({ min: 4, max: 120 }), (text, max) => {
      const cut = cutAtSentence(text, max);
      assert.ok(cut.length <= max || cut === text && text.length <= max);
      assert.ok(cut.isWellFormed());
    }),
  );
});

Deno.test("percent() rounds to one digit and oneLine() drops what could forge a line", () => {
  assert.equal(percent(0.3817), "38.2 %");
  assert.equal(percent(1), "100 %");
  assert.equal(oneLine("a\r\nack\u202e b\u0000c"), "a ack b c");
});
