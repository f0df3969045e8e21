import { VERSION } from "../lib/configuration/mod.ts";
import type { TrafficOptions } from "./settings.ts";
import type { Percentiles, Tally } from "./tally.ts";

/** The final report, as `--json` prints it. Times of requests are in milliseconds. */
export interface Report {
  readonly name: "oncall-traffic";
  readonly version: string;
  readonly url: string;
  readonly profile: string;
  /** Give it as `--seed` to send the same requests again. */
  readonly seed: number;
  /** RFC 3339, UTC. */
  readonly started_at: string;
  /** How long requests were sent, in seconds. */
  readonly seconds: number;
  readonly interrupted: boolean;
  /** `completed + errors + timeouts + dropped`. */
  readonly scheduled: number;
  readonly sent: number;
  /** Answered with a status below 500; the same number as `ok`. */
  readonly completed: number;
  readonly ok: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly dropped: number;
  /** Sent a second time, because an idle connection turned out to be closed; counted once everywhere else. */
  readonly resent: number;
  /** Requests sent per second. */
  readonly rps: number;
  /** Share of errors and timeouts among sent requests, in percent. */
  readonly error_percent: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  /** From the scheduled moment to the answer. */
  readonly latency_ms: Percentiles | null;
  /** From the moment of sending to the answer. */
  readonly service_ms: Percentiles | null;
  /** From the scheduled moment to the moment of sending. */
  readonly send_lag_ms: Percentiles | null;
  readonly warnings: readonly string[];
  /** HdrHistogram V2, compressed, base64, in microseconds. */
  readonly histograms: { readonly latency: string; readonly service: string; readonly send_lag: string };
}

/** Result of a run. */
export interface Result {
  readonly seed: number;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly interrupted: boolean;
  readonly resent: number;
  readonly tally: Tally;
}

/** A send lag below this never spoils a result, in milliseconds. */
const LAG_FLOOR_MS = 2;
/** Share of the measured latency that may be the generator's own delay. */
const LAG_SHARE = 0.1;

/** The report of a finished run. */
export function finalReport(options: TrafficOptions, result: Result): Report {
  const { tally, seconds } = result;
  const latency = tally.latency.percentiles() ?? null;
  const sendLag = tally.sendLag.percentiles() ?? null;
  return {
    name: "oncall-traffic",
    version: VERSION,
    url: options.url,
    profile: options.profile,
    seed: result.seed,
    started_at: result.startedAt.toISOString(),
    seconds: round(seconds, 3),
    interrupted: result.interrupted,
    scheduled: tally.scheduled,
    sent: tally.sent,
    completed: tally.ok,
    ok: tally.ok,
    errors: tally.errors,
    timeouts: tally.timeouts,
    dropped: tally.dropped,
    resent: result.resent,
    rps: seconds > 0 ? round(tally.sent / seconds, 2) : 0,
    error_percent: round(tally.errorPercent, 2),
    statuses: Object.fromEntries([...tally.statuses].toSorted(([a], [b]) => a - b)),
    failures: Object.fromEntries(tally.failures),
    latency_ms: latency,
    service_ms: tally.service.percentiles() ?? null,
    send_lag_ms: sendLag,
    warnings: warningsOf(options, { tally, latency, sendLag }),
    histograms: {
      latency: tally.latency.encode(),
      service: tally.service.encode(),
      send_lag: tally.sendLag.encode(),
    },
  };
}

/** Whether so much of the latency is the generator's own delay that it says little about the service. */
export function lagSpoils(sendLag: Percentiles | null, latency: Percentiles | null): boolean {
  if (sendLag === null || sendLag.p99 <= LAG_FLOOR_MS) return false;
  return latency === null || sendLag.p99 > latency.p99 * LAG_SHARE;
}

function warningsOf(
  options: TrafficOptions,
  { tally, latency, sendLag }: { tally: Tally; latency: Percentiles | null; sendLag: Percentiles | null },
): string[] {
  const warnings: string[] = [];
  if (lagSpoils(sendLag, latency)) {
    warnings.push(
      `The generator itself was late: 1 % of the requests left ${sendLag!.p99.toFixed(1)} ms or more after they were ` +
        "due, which the latency includes. Lower the rate, or give this machine less else to do.",
    );
  }
  if (tally.dropped > 0) {
    warnings.push(
      `${tally.dropped} requests were due while ${options.maxConcurrency} were in flight, and were not sent. ` +
        "The service is slower than the schedule, or --max-concurrency is too low.",
    );
  }
  if (tally.statuses.size === 0 && tally.sent > 0) {
    warnings.push(`Nothing answered at ${options.url}: is it started, and is --url right?`);
  }
  return warnings;
}

/** The report as lines for people. */
export function reportLines(report: Report): string[] {
  const row = (name: string, p: Percentiles | null) =>
    p === null
      ? `${name}-`
      : `${name}p50 ${ms(p.p50)}  p95 ${ms(p.p95)}  p99 ${ms(p.p99)}  max ${ms(p.max)}  mean ${ms(p.mean)}`;
  const counts = [...Object.entries(report.statuses), ...Object.entries(report.failures)];
  return [
    `${report.interrupted ? "Interrupted" : "Done"}: ${report.profile} for ${report.seconds.toFixed(1)} s ` +
    `against ${report.url}, seed ${report.seed}`,
    `  sent ${report.sent}  ok ${report.ok}  errors ${report.errors}  timeouts ${report.timeouts}  ` +
    `${report.rps.toFixed(1)} requests/s  error ${report.error_percent.toFixed(1)} %`,
    row("  latency    ", report.latency_ms),
    row("  service    ", report.service_ms),
    row("  send lag   ", report.send_lag_ms),
    `  answers    ${counts.map(([what, count]) => `${what}: ${count}`).join("  ") || "-"}` +
    (report.resent > 0 ? `  (sent again on a new connection: ${report.resent})` : ""),
    `  scheduled ${report.scheduled} = completed ${report.completed} + errors ${report.errors} + ` +
    `timeouts ${report.timeouts} + dropped ${report.dropped}`,
    ...report.warnings.map((warning) => `Warning: ${warning}`),
  ];
}

/** A time in the unit that reads best. */
export function ms(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ms`;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
