import assert from "node:assert/strict";
import { calmest } from "./calm.ts";

Deno.test("calmest() measures once when any steal is little enough, and at most four times otherwise", async () => {
  let tries = 0;
  const measure = () => Promise.resolve(++tries);
  assert.equal((await calmest(measure, 1)).value, 1);
  assert.equal(tries, 1);
  // No try can have less than none.
  await calmest(measure, -1);
  assert.equal(tries, 5);
});
