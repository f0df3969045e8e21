import assert from "node:assert/strict";
import fc from "fast-check";
import { ERROR_FRAC, momentOf, segments } from "./profile.ts";
import { defaultOptions, PROFILES, type TrafficOptions } from "./settings.ts";

/** The rate by the contract's formulas, written down a second time. */
function rateByFormula(o: TrafficOptions, t: number): number {
  switch (o.profile) {
    case "constant":
      return o.rps;
    case "spike":
      return t < o.spikeAt ? o.rps : o.rps * o.spikeMult;
    case "ramp":
      return o.rampFrom + (o.rampTo - o.rampFrom) * t / o.duration;
    case "sine":
      return Math.max(0, o.rps + o.sineAmplitude * Math.sin(2 * Math.PI * t / o.sinePeriod));
    case "ramp-spike":
      return t < o.mildDuration ? o.mildRps : o.highRps;
    case "agentic":
      return t % (o.normalDuration + o.errorDuration) < o.normalDuration ? o.normalRps : o.errorRps;
  }
}

const rate = fc.double({ min: 0.5, max: 300, noNaN: true });
const time = fc.double({ min: 0.5, max: 100, noNaN: true });
const options = fc.record({
  profile: fc.constantFrom(...PROFILES),
  duration: fc.double({ min: 1, max: 200, noNaN: true }),
  rps: rate,
  spikeAt: time,
  spikeMult: fc.double({ min: 0, max: 10, noNaN: true }),
  rampFrom: rate,
  rampTo: rate,
  sineAmplitude: rate,
  // Long enough for the sums below, whose steps are up to 50 ms, to follow the wave.
  sinePeriod: fc.double({ min: 5, max: 100, noNaN: true }),
  mildRps: rate,
  highRps: rate,
  mildDuration: time,
  normalRps: rate,
  normalDuration: time,
  errorRps: rate,
  errorDuration: time,
}).map((changes) => defaultOptions(changes));

Deno.test("segments() cover the whole duration and nothing more, whatever the profile", () => {
  fc.assert(fc.property(options, (o) => {
    const covered = [...segments(o)].reduce((sum, segment) => sum + segment.seconds, 0);
    assert.ok(Math.abs(covered - o.duration) < 1e-6);
  }));
});

Deno.test("momentOf() gives the rate of the profile's formula at any moment", () => {
  fc.assert(fc.property(options, fc.double({ min: 0, max: 0.999, noNaN: true }), (o, part) => {
    const t = o.duration * part;
    const cycle = o.normalDuration + o.errorDuration;
    const edges = [
      o.spikeAt,
      o.mildDuration,
      Math.floor(t / cycle) * cycle,
      Math.floor(t / cycle) * cycle + o.normalDuration,
    ];
    fc.pre(edges.every((edge) => Math.abs(edge - t) > 1e-6 && Math.abs(edge + cycle - t) > 1e-6));
    assert.ok(Math.abs(momentOf(o, t).rps - rateByFormula(o, t)) < 1e-6 * (1 + rateByFormula(o, t)));
  }));
});

Deno.test("Segment.requests is the integral of its rate", () => {
  fc.assert(
    fc.property(options, (o) => {
      for (const segment of segments(o)) {
        const steps = 4000;
        let sum = 0;
        for (let i = 0; i < steps; i++) sum += segment.rateAt((i + 0.5) * segment.seconds / steps);
        const integral = sum * segment.seconds / steps;
        assert.ok(Math.abs(integral - segment.requests) < 0.01 + 1e-3 * integral, `${integral} ${segment.requests}`);
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("Segment.timeOf() is the moment at which that many requests have fallen due", () => {
  fc.assert(
    fc.property(options, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (o, part) => {
      for (const segment of segments(o)) {
        if (segment.requests < 0.1) continue;
        const n = segment.requests * part;
        const end = segment.timeOf(n);
        const steps = 4000;
        let sum = 0;
        for (let i = 0; i < steps; i++) sum += segment.rateAt((i + 0.5) * end / steps);
        const integral = sum * end / steps;
        assert.ok(Math.abs(integral - n) < 0.01 + 1e-3 * n, `${o.profile}: ${integral} instead of ${n}`);
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("segments() of agentic send errors in every second phase only", () => {
  const phases = [...segments(defaultOptions({ profile: "agentic", duration: 180 }))];
  assert.deepEqual(phases.map((s) => [s.phase, s.seconds, s.requests, s.errorFrac]), [
    ["normal phase", 60, 900, 0],
    ["error phase", 60, 600, ERROR_FRAC],
    ["normal phase", 60, 900, 0],
  ]);
});
