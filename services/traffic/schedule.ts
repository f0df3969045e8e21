import { type Segment, segments } from "./profile.ts";
import type { TrafficOptions } from "./settings.ts";

/** One request's place in the schedule. */
export interface Arrival {
  /** 0 for the first request of the run. */
  readonly index: number;
  /** Milliseconds after the start of the run at which it is due. */
  readonly dueMs: number;
  readonly segment: Segment;
}

/** Float error that must not move a request from one side of a boundary to the other, in requests. */
const SLACK = 1e-6;

/**
 * When each request of the run is due: request `i` at the moment at which the integral of the profile's rate reaches
 * `i`. The moments depend on the options alone, so lateness never adds up.
 */
export function* arrivals(options: TrafficOptions): Generator<Arrival> {
  let index = 0, before = 0, startMs = 0;
  for (const segment of segments(options)) {
    for (; index - before < segment.requests - SLACK; index++) {
      yield { index, dueMs: startMs + segment.timeOf(Math.max(0, index - before)) * 1000, segment };
    }
    before += segment.requests;
    startMs += segment.seconds * 1000;
  }
}
