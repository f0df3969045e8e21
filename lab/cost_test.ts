import assert from "node:assert/strict";
import { COSTLY, howManyAtOnce, secondsOfOne } from "./cost.ts";

Deno.test("howManyAtOnce() makes the last answer come as late on a fast machine as on a slow one", () => {
  const cases: [number, number][] = [[2, 1], [0.9, 1], [0.89, 2], [0.45, 2], [0.3, 3], [0.1, 9], [0.001, 20], [0, 20]];
  for (const [oneTakes, count] of cases) assert.equal(howManyAtOnce(oneTakes, 0.9), count, `${oneTakes} s`);
});

Deno.test("secondsOfOne() measures each of what can be named", () => {
  for (const path of Object.keys(COSTLY)) assert.ok(secondsOfOne(path) > 0);
});
