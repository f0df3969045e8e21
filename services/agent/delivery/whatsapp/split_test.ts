import assert from "node:assert/strict";
import fc from "fast-check";
import { LONGEST_MESSAGE, MOST_PARTS, splitMessage } from "./split.ts";

Deno.test("splitMessage() leaves a short text in one message that closes with its reference", () => {
  assert.deepEqual(splitMessage("Acknowledged.", "K7QF-3fa1"), ["Acknowledged. (K7QF-3fa1)"]);
});

Deno.test("splitMessage() numbers the parts of a long text and cuts between sentences", () => {
  const sentence = "The error rate of inventory has been above twenty per cent since noon. ";
  const parts = splitMessage(sentence.repeat(50).trim(), "K7QF-3fa1");
  assert.equal(parts.length, 3);
  for (const [i, part] of parts.entries()) {
    assert.ok(part.length <= LONGEST_MESSAGE);
    assert.ok(part.endsWith(`noon. (K7QF-3fa1, ${i + 1}/3)`), part.slice(-60));
  }
});

Deno.test("splitMessage() loses nothing up to its bound and says when it cut", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 }), { maxLength: 60 }), (words) => {
      const text = words.join(" ").trim();
      const parts = splitMessage(text, "T-1");
      assert.ok(parts.length <= MOST_PARTS);
      for (const part of parts) assert.ok(part.length <= LONGEST_MESSAGE && part.isWellFormed());
      const carried = parts.map((part) => part.replace(/ \(T-1(, \d\/\d)?\)$/, "")).join("");
      if (!parts.at(-1)!.includes("(cut)")) {
        assert.equal(carried.replaceAll(/\s/g, ""), text.replaceAll(/\s/g, ""));
      }
    }),
    { numRuns: 60 },
  );
});
