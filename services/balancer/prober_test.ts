import { Clock } from "./clock.ts";
import assert from "node:assert/strict";
import { type Backend, parseEndpoint } from "./backend.ts";
import { HEALTH_RULES } from "./health.ts";
import { Pool } from "./pool.ts";
import { Prober } from "./prober.ts";

const neverAnswered: typeof fetch = (input, init) => {
  const { signal } = new Request(input, init);
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
};

Deno.test("Prober.probeSuspect() ends by the sweeps' clock, however much time this process could not run", async () => {
  const pool = new Pool({ policy: "round-robin", rules: HEALTH_RULES, maxWaiting: 1 });
  pool.replace([parseEndpoint("127.0.0.1:8001")!, parseEndpoint("127.0.0.1:8002")!]);
  const out: Backend[] = [];
  const prober = new Prober({
    ...{ pool, everyMs: 3_600_000, timeoutMs: 1_000, suspectProbeMs: 400 },
    // The clock advances by an hour at each reading.
    clock: new Clock(((at) => () => at += 3_600_000)(0)),
    fetch: neverAnswered,
    onOut: (backend) => out.push(backend),
  });
  const frozen = pool.members[0]!;
  prober.probeSuspect(frozen);
  for (const now of [50, 150, 250, 350, 449]) prober.sweep(now);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([frozen.suspect, out], [true, []]);
  prober.sweep(450);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([frozen.suspect, out, frozen.health.out], [false, [frozen], "probe"]);
  await prober.stop();
});
