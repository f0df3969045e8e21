import { ms } from "./report.ts";
import type { Progress } from "./run.ts";
import { percentiles } from "./tally.ts";

/** One line about the last interval, for a pipe or a log. */
export function progressLine({ elapsed, seconds, phase, interval, total, inFlight }: Progress): string {
  const p = percentiles(interval.latency);
  const lag = percentiles(interval.sendLag);
  return [
    `${elapsed.toFixed(0).padStart(5)} s`,
    phase.padEnd(12),
    `${(interval.sent / seconds).toFixed(1).padStart(7)}/s`,
    `sent ${interval.sent}`,
    `ok ${interval.ok}`,
    `errors ${interval.errors + interval.timeouts} (${interval.errorPercent.toFixed(1)} %)`,
    ...(interval.dropped > 0 ? [`dropped ${interval.dropped}`] : []),
    p === undefined ? "no answers" : `p50 ${ms(p.p50)}  p95 ${ms(p.p95)}  p99 ${ms(p.p99)}  max ${ms(p.max)}`,
    ...(lag === undefined ? [] : [`lag p99 ${ms(lag.p99)}`]),
    `in flight ${inFlight}`,
    `total ${total.sent}`,
  ].join("  ");
}
