import { before, isoSeconds, latest, newestStretch, ratio, rounded, type Series } from "../sources/mod.ts";
import { type LastSeen, lastSeen, type LastStart, lastStart, startsOf } from "./life.ts";
import { failingStretch, percentsOf } from "./certainty.ts";
import type { Measured } from "./measured.ts";
import { failingPercent, type Peak, peaksOf } from "./peaks.ts";

/** One instance; null is what was not measured. */
export interface InstanceRow {
  /** `host:port`. */
  readonly instance: string;
  readonly name: string | null;
  readonly up: boolean | null;
  readonly started_at: string | null;
  /** Starts seen in the last 15 minutes beyond the first. */
  readonly restarts: number | null;
  readonly requests_per_second: number | null;
  readonly error_percent: number | null;
  readonly errors_per_second: number | null;
  readonly latency_p95_ms: number | null;
  readonly latency_mean_ms: number | null;
  readonly cpu_cores: number | null;
  /** Processor time for each request. */
  readonly cpu_per_request_ms: number | null;
  readonly memory_mb: number | null;
  /** The highest values of the newest time above the objective, where there was one. */
  readonly peak: Readonly<Partial<Record<PeakMetric, Peak>>>;
  /** What was usual before. */
  readonly before: Readonly<Partial<Record<PeakMetric | UsualMetric, number | null>>>;
  /** Where more than one start was seen. */
  readonly last_start?: LastStart;
  /** Of an instance that is not up: what it did before that. */
  readonly last_seen?: LastSeen | null;
  /** Of an instance that is not up: the first of the looks at it that failed in a row. */
  readonly down_since?: string;
  /** Of an instance that is not up: what was measured last. */
  readonly last_measured?: LastMeasured | null;
  /** Why Prometheus could not read an instance that is not up, in its own words. */
  readonly scrape_error?: string | null;
}

/** The newest values of an instance that is not up. */
export type LastMeasured =
  & Pick<InstanceRow, "requests_per_second" | "latency_mean_ms" | "cpu_cores" | "cpu_per_request_ms">
  & { readonly at: string };

type UsualMetric = "requests_per_second" | "latency_mean_ms" | "cpu_per_request_ms";
type PeakMetric = "error_percent" | "latency_p95_ms" | "cpu_cores" | "memory_mb";

/** How rows are read; times in seconds. */
export interface RowOptions {
  readonly end: number;
  readonly step: number;
  readonly began: number;
  readonly toMs: number;
  /** The window of the rates. */
  readonly window: number;
  readonly thresholds: Readonly<Record<PeakMetric, number>>;
}

/** Reads the measurements of each instance, by `label`. */
export function rowReader(found: Measured, label: string, options: RowOptions) {
  const { end, step, began, toMs, window: seconds, thresholds } = options;
  const of = (what: string, instance: string) => found.series[what]?.find((s) => s.labels[label] === instance);
  const scaled = (what: string, instance: string, factor: number) =>
    of(what, instance)?.points.map(([at, value]) => [at, value * factor] as const);
  const last = (points: Series["points"] | undefined) =>
    latest(points === undefined ? undefined : { labels: {}, points }, end, step);
  return {
    present: (instance: string) =>
      last(of("up", instance)?.points) !== null || last(of("requests", instance)?.points) !== null,
    lastSeen: (instance: string) =>
      Math.max(...Object.keys(found.series).map((what) => of(what, instance)?.points.at(-1)?.[0] ?? 0)),
    row(instance: string, name: string | null): InstanceRow {
      const requests = of("requests", instance)?.points;
      const errors = of("errors", instance)?.points;
      const starts = of("start_time", instance)?.points;
      const counted = { errors, requests };
      const cpu = of("cpu", instance)?.points;
      const mean = scaled("latency_mean", instance, toMs);
      const cost = ratio(cpu, requests).map(([at, x]) => [at, x * 1000] as const);
      const curves = {
        latency_p95_ms: scaled("latency_p95", instance, toMs),
        memory_mb: scaled("memory", instance, 1 / 2 ** 20),
      };
      const newStart = lastStart({ starts, memory: curves.memory_mb });
      const up = last(of("up", instance)?.points);
      const startedAt = last(starts);
      const perSecond = last(requests);
      const failing = last(errors);
      return {
        instance,
        name,
        up: up === null ? null : up > 0,
        started_at: startedAt === null ? null : isoSeconds(startedAt),
        restarts: starts === undefined ? null : Math.max(1, startsOf(starts).length) - 1,
        requests_per_second: rounded(perSecond),
        errors_per_second: rounded(failing),
        error_percent: failingPercent(failing, perSecond),
        latency_p95_ms: rounded(last(curves.latency_p95_ms)),
        latency_mean_ms: rounded(last(mean)),
        cpu_cores: rounded(last(cpu), 3),
        cpu_per_request_ms: rounded(last(cost), 3),
        memory_mb: rounded(last(curves.memory_mb)),
        peak: peaksOf({
          error_percent: failingStretch(counted, { threshold: thresholds.error_percent, seconds }),
          latency_p95_ms: newestStretch(curves.latency_p95_ms ?? [], thresholds.latency_p95_ms),
          cpu_cores: newestStretch(cpu ?? [], thresholds.cpu_cores),
          memory_mb: newestStretch(curves.memory_mb ?? [], thresholds.memory_mb),
        }),
        before: {
          requests_per_second: rounded(before(requests, began)),
          error_percent: rounded(before(percentsOf(counted), began)),
          latency_p95_ms: rounded(before(curves.latency_p95_ms, began)),
          latency_mean_ms: rounded(before(mean, began)),
          cpu_cores: rounded(before(cpu, began), 3),
          cpu_per_request_ms: rounded(before(cost, began), 3),
          memory_mb: rounded(before(curves.memory_mb, began)),
        },
        ...(newStart === undefined ? {} : { last_start: newStart }),
        ...(up === 0
          ? {
            last_seen: lastSeen({ cpu, requests }, downSince(of("up", instance)!.points)),
            down_since: isoSeconds(downSince(of("up", instance)!.points)),
            last_measured: newest({ requests, cpu, mean, cost }),
          }
          : {}),
      };
    },
  };
}

/** The first of the zeros at the end. */
function downSince(points: Series["points"]): number {
  const up = points.findLastIndex(([, value]) => value > 0);
  return points[up + 1]![0];
}

/** The newest moment at which all of it was measured. */
function newest(
  curves: Readonly<Record<"requests" | "cpu" | "mean" | "cost", Series["points"] | undefined>>,
): LastMeasured | null {
  const of = (name: keyof typeof curves, at: number) => curves[name]?.find(([time]) => time === at)?.[1] ?? NaN;
  const names = ["requests", "cpu", "mean", "cost"] as const;
  const at = curves.cost?.findLast(([time]) => names.every((name) => Number.isFinite(of(name, time))))?.[0];
  return at === undefined ? null : {
    at: isoSeconds(at),
    requests_per_second: rounded(of("requests", at)),
    latency_mean_ms: rounded(of("mean", at)),
    cpu_cores: rounded(of("cpu", at), 3),
    cpu_per_request_ms: rounded(of("cost", at), 3),
  };
}
