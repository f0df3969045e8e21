import assert from "node:assert/strict";
import { sampleIncident } from "./conformance/mod.ts";
import { openStore } from "./open.ts";
import { SteadyTime } from "./steady_time.ts";

const DAY = 86_400_000;
const START = Date.parse("2026-01-01T00:00:00Z");

function clock() {
  const at = { wall: START, monotonic: 0 };
  return {
    at,
    pass: (ms: number) => {
      at.wall += ms;
      at.monotonic += ms;
    },
    deps: { now: () => new Date(at.wall), monotonicMs: () => at.monotonic },
  };
}

Deno.test("read() does not believe a clock that jumps ahead until it has gone on evenly for a day", async () => {
  const store = await openStore("sqlite::memory:");
  const { at, pass, deps } = clock();
  const time = new SteadyTime(store, deps);
  assert.deepEqual(await time.read(), { at: new Date(START), aheadMs: 0 });
  at.wall += 100 * DAY;
  pass(600_000);
  assert.deepEqual(await time.read(), { at: new Date(START + 600_000), aheadMs: 100 * DAY });
  // Set back in time: nothing has happened.
  at.wall -= 100 * DAY;
  pass(600_000);
  assert.deepEqual(await time.read(), { at: new Date(START + 1_200_000), aheadMs: 0 });
  at.wall += 100 * DAY;
  for (let hour = 0; hour < 24; hour++) {
    assert.equal((await time.read()).aheadMs, 100 * DAY);
    pass(3_600_000);
  }
  assert.deepEqual(await time.read(), { at: new Date(at.wall), aheadMs: 0 });
  await store.close();
});

Deno.test("read() goes on across a restart, and begins with the newest incident where nothing was noted", async () => {
  const store = await openStore("sqlite::memory:");
  const { at, pass, deps } = clock();
  const opened_at = new Date(START - 100 * DAY).toISOString();
  await store.transact((tx) => tx.saveIncident({ ...sampleIncident(), opened_at }));
  assert.deepEqual(await new SteadyTime(store, deps).read(), { at: new Date(opened_at), aheadMs: 100 * DAY });
  for (let hour = 0; hour < 25; hour++) {
    const time = new SteadyTime(store, deps);
    await time.read();
    pass(3_600_000);
    at.monotonic += 1e9;
    await new SteadyTime(store, deps).read();
  }
  const time = new SteadyTime(store, deps);
  assert.equal((await time.read()).aheadMs, 100 * DAY + 25 * 3_600_000);
  await store.close();
});

Deno.test("read() believes a clock at once that is ahead by a weekend, or set back", async () => {
  const store = await openStore("sqlite::memory:");
  const { at, pass, deps } = clock();
  const time = new SteadyTime(store, deps);
  await time.read();
  at.wall += 2 * DAY;
  assert.equal((await time.read()).aheadMs, 0);
  at.wall -= 300 * DAY;
  pass(1_000);
  assert.deepEqual(await time.read(), { at: new Date(at.wall), aheadMs: 0 });
  await store.close();
});
