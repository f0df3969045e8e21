import assert from "node:assert/strict";
import fc from "fast-check";
import { RestartPolicy } from "./restart_policy.ts";

Deno.test("RestartPolicy.died() doubles the pause up to its limit when deaths follow each other", () => {
  const policy = new RestartPolicy({ baseMs: 100, maxMs: 1_000, random: () => 1 });
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => policy.died(0)), [100, 200, 400, 800, 1_000, 1_000]);
});

Deno.test("RestartPolicy.died() starts over when the instance had run for long", () => {
  const policy = new RestartPolicy({ baseMs: 100, stableMs: 5_000, crashLoopAfter: 3, random: () => 1 });
  for (let i = 0; i < 4; i++) policy.died(4_999);
  assert.equal(policy.crashLooping, true);
  assert.equal(policy.died(5_000), 100);
  assert.equal(policy.crashLooping, false);
});

Deno.test("RestartPolicy.crashLooping is true from the set number of deaths on", () => {
  const policy = new RestartPolicy({ crashLoopAfter: 3 });
  assert.deepEqual([1, 2, 3].map(() => (policy.died(0), policy.crashLooping)), [false, false, true]);
});

Deno.test("RestartPolicy.died() stays between half of the pause and the pause whatever the random number", () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(200), (share, deaths) => {
    const policy = new RestartPolicy({ baseMs: 100, maxMs: 30_000, random: () => share });
    for (let i = 0; i < deaths; i++) policy.died(0);
    const whole = Math.min(30_000, 100 * 2 ** deaths);
    const pause = policy.died(0);
    assert.ok(pause >= whole / 2 && pause <= whole);
  }));
});
