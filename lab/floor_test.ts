import assert from "node:assert/strict";
import { ROOT } from "../tasks/build/mod.ts";
import { crossing, type Samples, waitsOf } from "./floor.ts";

/** Samples every 5 s of a counter that grows by `rate` a second from `since` on; it is there from its first growth on. */
function grows(rate: number, since: number, born = true): Samples {
  return Array.from({ length: 41 }, (_, index) => [index * 5, Math.max(0, (index * 5 - since) * rate)] as const)
    .filter(([at]) => born || at > since);
}

Deno.test("waitsOf() reads what the shipped rule waits for", async () => {
  assert.deepEqual(await waitsOf(ROOT), { share: 0.2, window: 60, for: 60, groupWait: 10 });
});

Deno.test("crossing() finds when the share went above the limit, however seldom it was looked", () => {
  // 15 requests/s; from 100 s on 12, of which four fifths fail: 9.6 t = 0.2 (15 (60 - t) + 12 t) at t = 17.65.
  const requests = grows(15, 0).map(([at, value]) => [at, at <= 100 ? value : 1500 + (at - 100) * 12] as const);
  const options = { from: 100, until: 200, share: 0.2, window: 60 };
  for (const born of [true, false]) {
    const at = crossing({ errors: [grows(4.8, 100, born), grows(4.8, 100, born)], requests: [requests] }, options)!;
    assert(Math.abs(at - 117.65) < 0.1, `${at}`);
  }
  assert.equal(crossing({ errors: [grows(1, 100)], requests: [grows(15, 0)] }, options), null);
  assert.equal(crossing({ errors: [], requests: [] }, options), null);
});
