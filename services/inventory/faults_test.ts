import assert from "node:assert/strict";
import * as v from "valibot";
import { Ballast } from "./ballast.ts";
import { type Fault, type FaultDeps, Faults, faultSchema, ServiceFailure } from "./faults.ts";

function faultOf(fault: Partial<Fault>, deps: Partial<FaultDeps>): Faults {
  const faults = new Faults("none", deps);
  faults.set(v.parse(faultSchema, fault));
  return faults;
}

Deno.test("Faults.act() waits latency_ms plus or minus half of it", async () => {
  const waits: number[] = [];
  let next = 0;
  const faults = faultOf({ mode: "latency", latency_ms: 200 }, {
    random: () => [0, 0.5, 0.999][next++]!,
    sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
  });
  for (let i = 0; i < 3; i++) await faults.act();
  assert.deepEqual(waits.map(Math.round), [100, 200, 300]);
});

Deno.test("Faults.act() fails the share p_error of requests", async () => {
  let drawn = 0;
  const faults = faultOf({ mode: "errors", p_error: 0.4 }, { random: () => (drawn++ % 10) / 10 });
  let failed = 0;
  for (let i = 0; i < 100; i++) await faults.act().catch(() => failed++);
  assert.equal(failed, 40);
  assert.deepEqual(faults.current(), { mode: "errors", p_error: 0.4 });
});

Deno.test("Faults.act() occupies the processor for cpu_ms", async () => {
  let clock = 0;
  const faults = faultOf({ mode: "cpu", cpu_ms: 50 }, { now: () => clock++ });
  await faults.act();
  assert.ok(clock >= 50 && clock <= 53, String(clock));
});

Deno.test("Faults.act() takes memory step by step when the mode is oom_safe, and none gives it back", async () => {
  const ballast = new Ballast(2 ** 20, 3 * 2 ** 20);
  const faults = faultOf({ mode: "oom_safe" }, { ballast });
  const held: number[] = [];
  for (let i = 0; i < 5; i++) {
    await assert.rejects(faults.act(), ServiceFailure);
    held.push(ballast.bytes / 2 ** 20);
  }
  assert.deepEqual(held, [1, 2, 3, 3, 3]);
  faults.set(v.parse(faultSchema, { mode: "none" }));
  assert.equal(ballast.bytes, 0);
  await faults.act();
});

Deno.test("Ballast grows and shrinks the process's resident memory", () => {
  const ballast = new Ballast(64 * 2 ** 20, 128 * 2 ** 20);
  const before = Deno.memoryUsage().rss;
  ballast.grow();
  ballast.grow();
  const grown = Deno.memoryUsage().rss;
  assert.ok(grown - before > 100 * 2 ** 20, `${before} ${grown}`);
  ballast.release();
  assert.ok(Deno.memoryUsage().rss < grown - 100 * 2 ** 20);
});

Deno.test("A failure's texts do not tell that it was set", async () => {
  for (const mode of ["errors", "oom_safe"] as const) {
    const error = await faultOf({ mode, p_error: 1 }, {}).act().catch((error) => error);
    assert(error instanceof ServiceFailure);
    assert.equal(error.stack, undefined);
    assert.doesNotMatch(`${error.name} ${error.message}`, /fault|inject|simulat|chaos|fake|test/i);
  }
});
