import assert from "node:assert/strict";
import fc from "fast-check";
import { anyCase, compileScan, exact, maybe } from "./signs.ts";

const LISTS = [
  [exact("ab"), [...anyCase("cd"), maybe(" -"), "ab"]],
  [["é\u0080", "a"]],
  [["a", maybe("b"), maybe("c"), "d"]],
];
const PATTERNS = [/ab|cd[ -]?[ab]/i, /[é\u2003]a/, /ab?c?d/];

Deno.test("compileScan() finds what patterns of the same signs find, also when it begins anew", () => {
  for (const maxStates of [2_048, 3]) {
    const scan = compileScan(LISTS, maxStates);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(..."abcdCD -é\u2003"), { maxLength: 10 }), (characters) => {
        const text = characters.join("");
        const expected = PATTERNS.reduce((bits, pattern, index) => pattern.test(text) ? bits | (1 << index) : bits, 0);
        assert.equal(scan(text), expected);
      }),
      { numRuns: 500 },
    );
  }
});

Deno.test("compileScan() refuses more lists than a number has bits", () => {
  assert.throws(() => compileScan(Array(32).fill([exact("a")])), RangeError);
});
