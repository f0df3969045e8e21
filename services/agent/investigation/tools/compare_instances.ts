import * as v from "valibot";
import type { Series } from "../sources/mod.ts";
import { queriesOf } from "../sources/queries.ts";
import { before, isoSeconds, latest, newestStretch, ratio, rounded } from "../sources/series.ts";
import { type Difference, differences } from "./differences.ts";
import { historyOf, troubleBegan } from "./history.ts";
import { askAll, type Measured } from "./measured.ts";
import { defineTool, parameters, ToolError } from "./tool.ts";

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
  readonly memory_mb: number | null;
  /** The highest values of the newest time above the objective, where there was one. */
  readonly peak: Readonly<Partial<Record<PeakMetric, { value: number; since: string; until: string | null }>>>;
  /** What was usual before. */
  readonly before: Readonly<Partial<Record<PeakMetric | "requests_per_second", number | null>>>;
}

type PeakMetric = "error_percent" | "latency_p95_ms" | "cpu_cores" | "memory_mb";

/** What `compare_instances` answers. */
export interface InstancesResult {
  readonly window: string;
  readonly at: string;
  readonly minutes: number;
  readonly instances: readonly InstanceRow[];
  /** Instances that had requests in this time and are gone. */
  readonly gone: readonly { instance: string; name: string | null; last_seen: string }[];
  readonly differing: readonly Difference[];
  readonly not_measured: readonly string[];
}

/** All instances side by side, and who differs. */
export const compareInstances = defineTool({
  name: "compare_instances",
  description:
    "Requests, errors, latency, CPU, memory, restarts of each instance side by side; which differ, by how much, since when.",
  schema: v.strictObject({}),
  parameters: parameters({}),
  timeoutMs: 8_000,
  outputLimit: 4_500,
  async run(_args, { situation, sources: { prometheus }, signal, now }): Promise<InstancesResult> {
    const { service } = situation;
    if (service?.metrics === undefined) {
      throw new ToolError(
        "not_configured",
        `config/oncall.yaml names no metrics for ${service?.name ?? "this alert's service"}`,
      );
    }
    const { metrics, objectives } = service;
    const queries = queriesOf(metrics);
    const by = [metrics.labels.instance, ...(metrics.labels.name === undefined ? [] : [metrics.labels.name])];
    const end = now().getTime() / 1000;
    const history = historyOf(metrics);
    const found = await askAll(prometheus, {
      up: queries.up(),
      requests: queries.requests(by, { usersOnly: true }),
      errors: queries.errors(by, { usersOnly: true }),
      latency_p95: queries.latencyP95([metrics.labels.instance]),
      latency_mean: queries.latencyMean([metrics.labels.instance]),
      cpu: queries.cpu(),
      memory: queries.memory(),
      start_time: queries.startTime(),
    }, { end, history, signal });
    const names = namesOf(found.series, metrics.labels.instance, metrics.labels.name);
    const read = rowReader(found, metrics.labels.instance, {
      end,
      step: history.step,
      began: troubleBegan(situation, end),
      toMs: metrics.latency?.unit === "milliseconds" ? 1 : 1000,
      thresholds: {
        error_percent: objectives.error_percent,
        latency_p95_ms: objectives.latency_ms,
        cpu_cores: objectives.cpu_cores,
        memory_mb: objectives.memory_mb,
      },
    });
    const all = [...names].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
    const here = all.filter(([instance]) => read.present(instance));
    const rows = here.map(([instance, name]) => read.row(instance, name));
    return {
      window: metrics.window,
      at: isoSeconds(end),
      minutes: history.seconds / 60,
      instances: rows,
      gone: all.filter(([instance]) => !read.present(instance)).map(([instance, name]) => ({
        instance,
        name,
        last_seen: isoSeconds(read.lastSeen(instance)),
      })),
      differing: differences(rows.map((row) => ({ ...row, label: row.name ?? row.instance }))),
      not_measured: found.missing,
    };
  },
});

function namesOf(
  series: Readonly<Record<string, readonly Series[]>>,
  instanceLabel: string,
  nameLabel: string | undefined,
): Map<string, string | null> {
  const names = new Map<string, string | null>();
  for (const list of Object.values(series)) {
    for (const { labels } of list) {
      const instance = labels[instanceLabel];
      if (instance === undefined) continue;
      const name = nameLabel === undefined ? undefined : labels[nameLabel];
      if (name || !names.has(instance)) names.set(instance, name || (names.get(instance) ?? null));
    }
  }
  return names;
}

interface RowOptions {
  readonly end: number;
  readonly step: number;
  readonly began: number;
  readonly toMs: number;
  readonly thresholds: Readonly<Record<PeakMetric, number>>;
}

function rowReader(found: Measured, label: string, options: RowOptions) {
  const { end, step, began, toMs, thresholds } = options;
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
      const curves = {
        // Without requests there is no number, which ends a stretch above the limit.
        error_percent: ratio(errors, requests).map(([at, x]) => [at, x * 100] as const),
        latency_p95_ms: scaled("latency_p95", instance, toMs),
        cpu_cores: of("cpu", instance)?.points,
        memory_mb: scaled("memory", instance, 1 / 2 ** 20),
      };
      const up = last(of("up", instance)?.points);
      const startedAt = last(starts);
      const perSecond = last(requests);
      const failing = last(errors);
      return {
        instance,
        name,
        up: up === null ? null : up > 0,
        started_at: startedAt === null ? null : isoSeconds(startedAt),
        restarts: starts === undefined ? null : distinctStarts(starts) - 1,
        requests_per_second: rounded(perSecond),
        errors_per_second: rounded(failing),
        error_percent: perSecond !== null && perSecond > 0 && failing !== null
          ? rounded(failing / perSecond * 100)
          : null,
        latency_p95_ms: rounded(last(curves.latency_p95_ms)),
        latency_mean_ms: rounded(last(scaled("latency_mean", instance, toMs))),
        cpu_cores: rounded(last(curves.cpu_cores), 3),
        memory_mb: rounded(last(curves.memory_mb)),
        peak: Object.fromEntries(
          Object.entries(curves).flatMap(([metric, points]) => {
            const stretch = newestStretch(points ?? [], thresholds[metric as PeakMetric]);
            return stretch === null ? [] : [[metric, {
              value: rounded(stretch.peak)!,
              since: isoSeconds(stretch.since),
              until: stretch.until === null ? null : isoSeconds(stretch.until),
            }]];
          }),
        ),
        before: {
          requests_per_second: rounded(before(requests, began)),
          error_percent: rounded(before(curves.error_percent.filter(([, x]) => Number.isFinite(x)), began)),
          latency_p95_ms: rounded(before(curves.latency_p95_ms, began)),
          cpu_cores: rounded(before(curves.cpu_cores, began), 3),
          memory_mb: rounded(before(curves.memory_mb, began)),
        },
      };
    },
  };
}

/** Different start times, where the same one read twice may differ by clock noise. */
function distinctStarts(points: Series["points"]): number {
  let count = 0;
  let previous = NaN;
  for (const [, value] of points) {
    if (Number.isFinite(value) && !(Math.abs(value - previous) < 1)) {
      count++;
      previous = value;
    }
  }
  return Math.max(1, count);
}
