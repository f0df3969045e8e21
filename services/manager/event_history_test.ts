import assert from "node:assert/strict";
import { EventHistory } from "./event_history.ts";
import { manualClock } from "./testing/world.ts";

Deno.test("EventHistory keeps the newest events when there are more than its limit", async () => {
  const { clock, tick } = manualClock();
  const history = new EventHistory(clock, { limit: 3 });
  for (let i = 0; i < 5; i++) {
    history.add("scaled", String(i));
    await tick(1_000);
  }
  assert.deepEqual(history.list().map(({ text }) => text), ["2", "3", "4"]);
  assert.deepEqual(history.list({ limit: 1 }).map(({ text }) => text), ["4"]);
  assert.deepEqual(history.list({ since: clock.now() - 2_000 }).map(({ text }) => text), ["3", "4"]);
});

Deno.test("EventHistory goes on from earlier events, within its limit", () => {
  const { clock } = manualClock();
  const first = new EventHistory(clock);
  for (let i = 0; i < 4; i++) first.add("scaled", String(i));
  const second = new EventHistory(clock, { limit: 2, earlier: first.list() });
  assert.deepEqual(second.list().map(({ text }) => text), ["2", "3"]);
});
