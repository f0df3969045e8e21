import assert from "node:assert/strict";
import { type Clock, createClock } from "@sinonjs/fake-timers";
import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import type { Outcome } from "./connection.ts";
import type { PlannedRequest } from "./requests.ts";
import { type Progress, runTraffic, type TrafficDeps } from "./run.ts";
import { defaultOptions, type TrafficOptions } from "./settings.ts";

/** Milliseconds by which the clock runs ahead once the run has begun, so that no float error makes it strike late. */
const HAIR = 0.001;

interface World {
  readonly clock: Clock;
  readonly sent: { at: number; request: PlannedRequest }[];
  readonly deps: TrafficDeps;
}

/** A world on a fake clock, in which a request sent at `at` (ms after the first one is due) ends as `answer` says. */
function world(answer: (at: number) => { afterMs: number; outcome: Outcome }, deps: TrafficDeps = {}): World {
  const clock = createClock();
  let asked = 0;
  const now = () => clock.now + (asked++ > 0 ? HAIR : 0);
  const sent: World["sent"] = [];
  const pending = new Set<(outcome: Outcome) => void>();
  let wake: ReturnType<Clock["setTimeout"]> | undefined;
  return {
    clock,
    sent,
    deps: {
      now,
      date: () => new Date(0),
      soon: (call) => clock.setTimeout(call, 0),
      setInterval: (call, ms) => clock.setInterval(call, ms) as unknown as number,
      clearInterval: (timer) => clock.clearInterval(timer),
      pacer: {
        ready: Promise.resolve(),
        at(atMs, call) {
          clock.clearTimeout(wake);
          wake = clock.setTimeout(call, Math.max(0, Math.ceil(atMs - now() - HAIR)));
        },
        close: () => clock.clearTimeout(wake),
      },
      transport: {
        resent: 0,
        send(request) {
          const at = clock.now - 20;
          sent.push({ at, request });
          const { afterMs, outcome } = answer(at);
          return new Promise((resolve) => {
            pending.add(resolve);
            clock.setTimeout(() => resolve(outcome), afterMs);
          });
        },
        close() {
          for (const resolve of pending) resolve({ failure: "interrupted" });
        },
      },
      ...deps,
    },
  };
}

const ok = { afterMs: 1, outcome: { status: 200 } };

async function run({ clock, deps }: World, changes: Partial<TrafficOptions>) {
  const report = runTraffic(defaultOptions({ seed: 1, ...changes }), deps);
  await clock.tickAsync(600_000);
  return await report;
}

Deno.test("runTraffic() sends each request at its moment when answers never come in time", async () => {
  const slow = world(() => ({ afterMs: 60_000, outcome: { failure: "timeout" } }));
  const report = await run(slow, { rps: 100, duration: 3, maxConcurrency: 1000 });
  assert.deepEqual(slow.sent.map(({ at }) => at), Array.from({ length: 300 }, (_, i) => i * 10));
  assert.deepEqual([report.scheduled, report.timeouts, report.ok], [300, 300, 0]);
});

Deno.test("runTraffic() shows the ramp that arithmetic demands when the origin stalls for a second", async () => {
  // 1,000 requests/s for 3 s. What is due in the second one is answered when it is over: after 1000, 999, … 1 ms.
  const stalled = world((at) => at >= 1000 && at < 2000 ? { afterMs: 2000 - at, outcome: { status: 200 } } : ok);
  const report = await run(stalled, { rps: 1000, duration: 3, maxConcurrency: 2000 });
  assert.equal(report.ok, 3000);
  const histogram = decodeFromCompressedBase64(report.histograms.latency);
  assert.equal(histogram.totalCount, 3000);
  for (const percentile of [10, 50, 66]) assert.equal(Math.round(histogram.getValueAtPercentile(percentile) / 1000), 1);
  for (const percentile of [70, 75, 80, 85, 90, 95, 99, 99.9, 100]) {
    const expectedMs = (percentile - 200 / 3) * 30;
    const actualMs = histogram.getValueAtPercentile(percentile) / 1000;
    assert.ok(Math.abs(actualMs - expectedMs) <= 2, `p${percentile}: ${actualMs} ms instead of ${expectedMs} ms`);
  }
  assert.ok(Math.abs(report.latency_ms!.p99 - 970) <= 2);
});

Deno.test("runTraffic() counts latency from the scheduled moment when it was late itself", async () => {
  const late = world(() => ok);
  const report = runTraffic(defaultOptions({ rps: 1000, duration: 1, seed: 1, maxConcurrency: 2000 }), late.deps);
  // The process is stopped for 500 ms, then continues.
  await late.clock.tickAsync(20 + 100);
  late.clock.jump(500);
  await late.clock.tickAsync(10_000);
  const { send_lag_ms, latency_ms, service_ms, warnings, ok: answered } = await report;
  assert.equal(answered, 1000);
  assert.ok(send_lag_ms!.max >= 498 && send_lag_ms!.max <= 501, `${send_lag_ms!.max}`);
  assert.ok(latency_ms!.max >= send_lag_ms!.max);
  assert.ok(service_ms!.p99 < 3);
  assert.match(warnings.join(), /generator itself was late/);
});

Deno.test("runTraffic() accounts for every scheduled request, whatever became of it", async () => {
  const outcomes: Outcome[] = [
    { status: 200 },
    { status: 404 },
    { status: 500 },
    { failure: "refused" },
    { failure: "timeout" },
  ];
  let n = 0;
  const mixed = world(() => ({ afterMs: 100, outcome: outcomes[n++ % outcomes.length]! }));
  const report = await run(mixed, { rps: 100, duration: 5, maxConcurrency: 8 });
  assert.equal(report.scheduled, 500);
  assert.equal(report.scheduled, report.completed + report.errors + report.timeouts + report.dropped);
  assert.equal(report.sent, report.ok + report.errors + report.timeouts);
  assert.equal(report.dropped, 100);
  assert.deepEqual([report.ok, report.errors, report.timeouts], [160, 160, 80]);
  assert.deepEqual(report.statuses, { "200": 80, "404": 80, "500": 80 });
  assert.deepEqual(report.failures, { refused: 80, timeout: 80 });
  assert.equal(report.error_percent, 60);
  assert.match(report.warnings.join(), /100 requests were due while 8 were in flight/);
});

Deno.test("runTraffic() plans the same requests when some are dropped", async () => {
  const options = { rps: 100, duration: 2 };
  const all = world(() => ok);
  await run(all, options);
  let n = 0;
  const some = world(() => ({ ...ok, afterMs: n++ % 2 === 0 ? 15 : 1 }));
  const report = await run(some, { ...options, maxConcurrency: 1 });
  assert.ok(report.dropped > 0);
  const byMoment = new Map(all.sent.map(({ at, request }) => [at, request]));
  for (const { at, request } of some.sent) assert.deepEqual(request, byMoment.get(at));
});

Deno.test("runTraffic() tells its progress interval by interval, and the phase", async () => {
  const seen: Pick<Progress, "elapsed" | "phase" | "rps">[] = [];
  let intervals = 0;
  const told = world(() => ok, {
    onProgress({ elapsed, phase, rps, interval }) {
      seen.push({ elapsed: Math.round(elapsed), phase, rps });
      intervals += interval.sent;
    },
  });
  await run(told, { profile: "agentic", normalDuration: 10, errorDuration: 10, duration: 20, reportEvery: 5 });
  assert.deepEqual(seen, [
    { elapsed: 5, phase: "normal phase", rps: 15 },
    { elapsed: 10, phase: "normal phase", rps: 15 },
    { elapsed: 15, phase: "error phase", rps: 10 },
    { elapsed: 20, phase: "error phase", rps: 10 },
  ]);
  assert.ok(intervals >= 248 && intervals <= 250, `${intervals}`);
});

Deno.test("runTraffic() stops sending and waits for answers when stopped", async () => {
  const stop = new AbortController();
  const world1 = world(() => ({ afterMs: 1000, outcome: { status: 200 } }), { stop: stop.signal });
  const report = runTraffic(defaultOptions({ rps: 10, duration: 100, seed: 1 }), world1.deps);
  await world1.clock.tickAsync(20 + 2050);
  stop.abort();
  await world1.clock.tickAsync(2000);
  const { interrupted, scheduled, ok: answered, seconds } = await report;
  assert.deepEqual([interrupted, scheduled, answered, Math.round(seconds * 100)], [true, 21, 21, 205]);
});

Deno.test("runTraffic() ends at once and accounts for the rest when abandoned", async () => {
  const stop = new AbortController(), abandon = new AbortController();
  const stuck = world(() => ({ afterMs: 100_000, outcome: { status: 200 } }), {
    stop: stop.signal,
    abandon: abandon.signal,
  });
  const report = runTraffic(defaultOptions({ rps: 10, duration: 100, seed: 1 }), stuck.deps);
  await stuck.clock.tickAsync(20 + 950);
  stop.abort();
  await stuck.clock.tickAsync(10);
  abandon.abort();
  const { scheduled, errors, failures } = await report;
  assert.deepEqual([scheduled, errors, failures], [10, 10, { interrupted: 10 }]);
});

Deno.test("runTraffic() lasts its duration when nothing is due", async () => {
  const quiet = world(() => ok);
  const report = await run(quiet, { rps: 0, duration: 5 });
  assert.deepEqual([report.scheduled, report.seconds, report.latency_ms, report.warnings], [0, 5, null, []]);
});
