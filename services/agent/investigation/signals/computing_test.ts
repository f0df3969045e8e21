import assert from "node:assert/strict";
import type { InstanceRow } from "../tools/mod.ts";
import { computing } from "./computing.ts";

/** An instance of which only what a request costs and takes is of interest. */
function instance(
  name: string,
  now: { rps: number; cores: number; mean: number; p95?: number },
  usual: { rps: number; cores: number; mean: number } | null = { rps: 4, cores: 0.008, mean: 2 },
): InstanceRow {
  return {
    name,
    instance: name,
    up: true,
    requests_per_second: now.rps,
    cpu_cores: now.cores,
    cpu_per_request_ms: now.cores / now.rps * 1000,
    latency_mean_ms: now.mean,
    latency_p95_ms: now.p95 ?? now.mean * 2,
    peak: {},
    before: usual === null ? {} : {
      requests_per_second: usual.rps,
      cpu_cores: usual.cores,
      cpu_per_request_ms: usual.cores / usual.rps * 1000,
      latency_mean_ms: usual.mean,
    },
  } as unknown as InstanceRow;
}

const found = (...rows: InstanceRow[]) => computing(rows, { limit: 0.8, slowMs: 500 }).map(({ name }) => name);

Deno.test("computing() finds the instance that is busy at any share of its core", () => {
  for (const cores of [0.92, 0.5, 0.31, 0.22]) {
    const busy = instance("a", { rps: 4, cores, mean: 240 });
    assert.deepEqual(found(busy, instance("b", { rps: 4, cores: 0.008, mean: 2 })), ["a"], `${cores} cores`);
  }
});

Deno.test("computing() leaves out who waits, who is quick and who only has more or fewer requests", () => {
  assert.deepEqual(found(instance("waits", { rps: 4, cores: 0.009, mean: 600 })), []);
  assert.deepEqual(found(instance("quick", { rps: 4, cores: 0.05, mean: 12 })), []);
  assert.deepEqual(found(instance("more", { rps: 400, cores: 0.8, mean: 600 })), []);
  assert.deepEqual(found(instance("fewer", { rps: 0.1, cores: 0.008, mean: 600 })), []);
  assert.deepEqual(found(instance("over", { rps: 4, cores: 0.03, mean: 2, p95: 9 })), []);
});

Deno.test("computing() goes by the best of the others where an instance is too young to have a usual", () => {
  const young = (cores: number) => instance("young", { rps: 2, cores, mean: 450 }, null);
  const other = instance("other", { rps: 2, cores: 0.008, mean: 2 });
  assert.deepEqual(found(young(0.6), other), ["young"]);
  assert.deepEqual(found(young(0.008), other), []);
  assert.deepEqual(found(young(0.6)), ["young"]);
  assert.deepEqual(found(young(0.008)), []);
});

Deno.test("computing() takes the beginning for enough where an instance does not answer any more", () => {
  const hangs = (cores: number, mean: number) => ({
    ...instance("hangs", { rps: 4, cores, mean }),
    up: false,
    last_measured: {
      at: "2026-11-22T15:00:00Z",
      requests_per_second: 4,
      cpu_cores: cores,
      cpu_per_request_ms: cores / 4 * 1000,
      latency_mean_ms: mean,
    },
  });
  assert.deepEqual(found(hangs(0.09, 25)), ["hangs"]);
  assert.deepEqual(found(hangs(0.009, 25)), []);
  assert.deepEqual(found(hangs(0.03, 2.2)), []);
});
