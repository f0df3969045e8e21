import type { TrafficOptions } from "./settings.ts";

/** A phase of a run with one formula for its rate. */
export interface Segment {
  /** What the live lines call it, e.g. `error phase`. */
  readonly phase: string;
  /** Length in seconds. */
  readonly seconds: number;
  /** Requests that fall due in it; not necessarily a whole number. */
  readonly requests: number;
  /** Share of its requests that hit the error path. */
  readonly errorFrac: number;
  /** Rate in requests/s, `seconds` after the segment began. */
  rateAt(seconds: number): number;
  /** Seconds after the segment began at which `n` requests (a real number up to `requests`) have fallen due. */
  timeOf(n: number): number;
}

/** Share of the error phase's requests that hit the error path. */
export const ERROR_FRAC = 0.8;

/** The stretches of a run, one after the other, cut at `duration`. */
export function* segments(options: TrafficOptions): Generator<Segment> {
  let left = options.duration;
  for (const segment of uncut(options)) {
    if (left <= 0) return;
    yield segment.cut(left);
    left -= segment.seconds;
  }
}

/** The phase and the rate (requests/s) `seconds` after the start; rate 0 once the run is over. */
export function momentOf(options: TrafficOptions, seconds: number): { phase: string; rps: number } {
  let phase = "", left = Math.max(0, seconds);
  for (const segment of segments(options)) {
    phase = segment.phase;
    if (left < segment.seconds) return { phase, rps: segment.rateAt(left) };
    left -= segment.seconds;
  }
  return { phase, rps: 0 };
}

interface Uncut {
  readonly seconds: number;
  cut(seconds: number): Segment;
}

function* uncut(o: TrafficOptions): Generator<Uncut> {
  switch (o.profile) {
    case "constant":
      return yield level("constant", o.rps, Infinity);
    case "spike":
      yield level("before the spike", o.rps, o.spikeAt);
      return yield level("spike", o.rps * o.spikeMult, Infinity);
    case "ramp":
      return yield { seconds: Infinity, cut: () => line("ramp", [o.rampFrom, o.rampTo], o.duration) };
    case "sine":
      return yield { seconds: Infinity, cut: (seconds) => wave(o, seconds) };
    case "ramp-spike":
      yield level("mild", o.mildRps, o.mildDuration);
      return yield level("high", o.highRps, Infinity);
    case "agentic":
      for (;;) {
        yield level("normal phase", o.normalRps, o.normalDuration);
        yield level("error phase", o.errorRps, o.errorDuration, ERROR_FRAC);
      }
  }
}

function level(phase: string, rate: number, seconds: number, errorFrac = 0): Uncut {
  return { seconds, cut: (left) => ({ ...line(phase, [rate, rate], Math.min(left, seconds)), errorFrac }) };
}

/** A rate that goes straight from one value to another. */
function line(phase: string, [from, to]: [from: number, to: number], seconds: number): Segment {
  const slope = seconds > 0 ? (to - from) / seconds : 0;
  return {
    phase,
    seconds,
    requests: (from + to) / 2 * seconds,
    errorFrac: 0,
    rateAt: (t) => from + slope * t,
    // The root of slope/2 t² + from t = n in the form that loses no digits when the slope is small.
    timeOf: (n) => n <= 0 ? 0 : 2 * n / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * n))),
  };
}

/** rps + amplitude·sin(2πt/period), held at zero where that is negative. */
function wave(o: TrafficOptions, seconds: number): Segment {
  const omega = 2 * Math.PI / o.sinePeriod;
  const base = o.rps, amplitude = o.sineAmplitude;
  const integral = (x: number) => (base * x + amplitude * (1 - Math.cos(x))) / omega;
  // Between these two phases of a wave the rate is held at zero.
  const low = amplitude > base ? Math.PI + Math.asin(base / amplitude) : 2 * Math.PI;
  const high = 3 * Math.PI - low;
  const within = (x: number) => x <= low ? integral(x) : integral(low) + (x <= high ? 0 : integral(x) - integral(high));
  const perWave = within(2 * Math.PI);
  const countAt = (t: number) => {
    const waves = Math.floor(t / o.sinePeriod);
    return waves * perWave + within(Math.min((t - waves * o.sinePeriod) * omega, 2 * Math.PI));
  };
  return {
    phase: "sine",
    seconds,
    requests: countAt(seconds),
    errorFrac: 0,
    rateAt: (t) => Math.max(0, base + amplitude * Math.sin(omega * t)),
    timeOf(n) {
      let early = 0, late = seconds;
      for (let i = 0; i < 60 && late - early > 1e-9; i++) {
        const middle = (early + late) / 2;
        if (countAt(middle) < n) early = middle;
        else late = middle;
      }
      return late;
    },
  };
}
