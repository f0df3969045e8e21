import assert from "node:assert/strict";
import fc from "fast-check";
import { LONGEST_PAUSE_MS, LONGEST_RETRY_AFTER_MS, pauseMs, retryAfterMs } from "./backoff.ts";

Deno.test("pauseMs() doubles, with half of it left to chance, up to its bound", () => {
  assert.deepEqual([1, 2, 3, 4].map((n) => pauseMs(n, () => 1)), [1_000, 2_000, 4_000, 8_000]);
  assert.deepEqual([1, 2, 3, 4].map((n) => pauseMs(n, () => 0)), [500, 1_000, 2_000, 4_000]);
  fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, r) => {
    assert.ok(pauseMs(n, () => r) >= 500 && pauseMs(n, () => r) <= LONGEST_PAUSE_MS);
  }));
});

Deno.test("retryAfterMs() reads seconds and dates, and cuts what is out of all proportion", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  assert.equal(retryAfterMs("7", now), 7_000);
  assert.equal(retryAfterMs("Thu, 01 Jan 2026 00:01:00 GMT", now), 60_000);
  assert.equal(retryAfterMs("Wed, 31 Dec 2025 00:00:00 GMT", now), 0);
  assert.equal(retryAfterMs("99999999", now), LONGEST_RETRY_AFTER_MS);
  assert.equal(retryAfterMs("soon", now), undefined);
  assert.equal(retryAfterMs(null, now), undefined);
});
