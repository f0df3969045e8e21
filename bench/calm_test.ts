import assert from "node:assert/strict";
import { calmest, calmParts } from "./calm.ts";

Deno.test("calmParts() takes those with the least steal, a part with that of the one before it", () => {
  const parts = [0, 0.2, 0, 0, 0.1, 0].map((steal, value) => ({ value, steal }));
  assert.deepEqual(calmParts(parts, 2).map(({ value }) => value), [0, 3]);
  assert.deepEqual(calmParts(parts, 4).map(({ value, steal }) => [value, steal]), [[0, 0], [3, 0], [4, 0.1], [5, 0.1]]);
  assert.equal(calmParts(parts, 10).length, 6);
});

Deno.test("calmest() measures once when any steal is little enough, and at most four times otherwise", async () => {
  let tries = 0;
  const measure = () => Promise.resolve(++tries);
  assert.equal((await calmest(measure, 1)).value, 1);
  assert.equal(tries, 1);
  // No try can have less than none.
  await calmest(measure, -1);
  assert.equal(tries, 5);
});
