import assert from "node:assert/strict";
import fc from "fast-check";
import { sampleIncident } from "./conformance/mod.ts";
import { canMove, type LifeEvent, move, MOVES } from "./life.ts";

const AT = "2026-01-01T00:10:00.000Z";

Deno.test("move() resolves and re-fires into a new episode that nobody has acknowledged", () => {
  const open = sampleIncident({ acknowledged_at: AT, acknowledged_by: "operator:+1" });
  const resolved = move(open, "resolve", AT);
  assert.deepEqual([resolved.state, resolved.resolved_at, resolved.acknowledged_by], ["resolved", AT, "operator:+1"]);
  const again = move(resolved, "refire", AT);
  assert.deepEqual([again.state, again.resolved_at, again.episode, again.acknowledged_at], ["open", null, 2, null]);
});

Deno.test("move() keeps a resolved incident resolved when its investigation goes on", () => {
  const resolved = move(sampleIncident(), "resolve", AT);
  for (const event of ["investigate", "diagnose"] as const) assert.deepEqual(move(resolved, event, AT), resolved);
});

Deno.test("move() refuses what has no move, naming the current state", () => {
  assert.throws(() => move(sampleIncident(), "refire", AT), /Cannot refire an incident: current state is open/);
  const resolved = move(sampleIncident(), "resolve", AT);
  assert.throws(() => move(resolved, "resolve", AT), RangeError);
});

Deno.test("move() has resolved_at exactly while resolved, whatever happens", () => {
  const events = fc.array(fc.constantFrom<LifeEvent>(...Object.keys(MOVES) as LifeEvent[]));
  fc.assert(fc.property(events, (happening) => {
    let incident = sampleIncident();
    for (const event of happening) if (canMove(incident, event)) incident = move(incident, event, AT);
    assert.equal(incident.resolved_at !== null, incident.state === "resolved");
  }));
});
