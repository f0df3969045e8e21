import assert from "node:assert/strict";
import { backoffMs } from "./backoff.ts";
import { retryAfterMs } from "./retry_after.ts";
import { sleep } from "./sleep.ts";

Deno.test("sleep() waits, and rejects with the signal's reason when that aborts before or meanwhile", async () => {
  await sleep(1);
  await sleep(0, new AbortController().signal);
  const reason = new Error("over");
  await assert.rejects(sleep(3_600_000, AbortSignal.abort(reason)), reason);
  const abort = new AbortController();
  const sleeping = assert.rejects(sleep(3_600_000, abort.signal), reason);
  abort.abort(reason);
  await sleeping;
});

Deno.test("backoffMs() doubles up to the longest, between half and all of each step", () => {
  const options = { firstMs: 1_000, longestMs: 5_000 };
  const all = (random: () => number) => [1, 2, 3, 4, 5_000].map((n) => backoffMs(n, { ...options, random }));
  assert.deepEqual(all(() => 1), [1_000, 2_000, 4_000, 5_000, 5_000]);
  assert.deepEqual(all(() => 0), [500, 1_000, 2_000, 2_500, 2_500]);
});

Deno.test("retryAfterMs() reads seconds and dates, and nothing else", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const cases: [string | null | undefined, number | undefined][] = [
    ["7", 7_000],
    [" 0 ", 0],
    ["1.5", 1_500],
    ["Thu, 01 Jan 2026 00:00:05 GMT", 5_000],
    ["Thursday, 01-Jan-26 00:00:05 GMT", 5_000],
    ["2026-01-01T00:00:05Z", 5_000],
    ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
    ...[null, undefined, "", " ", "soon", "-5", "1e3", "0x10", "7 s", "NaN", "Infinity"].map((text): [
      string | null | undefined,
      undefined,
    ] => [text, undefined]),
  ];
  for (const [text, ms] of cases) assert.equal(retryAfterMs(text, now), ms, JSON.stringify(text));
});
