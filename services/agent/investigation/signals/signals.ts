import type { ToolCall } from "../../incidents/mod.ts";
import { routeLimits, type Service } from "../catalogue/mod.ts";
import { type Found, resultOf } from "../ledger.ts";
import type { Frame, Shape } from "../sources/mod.ts";
import {
  type AlertsResult,
  type ChangesResult,
  type ClusterResult,
  type CodeResult,
  type ErrorRateResult,
  type InstanceRow,
  type InstancesResult,
  leastPercent,
  type LogsResult,
  type RouteRow,
  type RoutesResult,
  type RunbookResult,
  type SimilarResult,
  type Situation,
  type SuspectsResult,
  windowSeconds,
} from "../tools/mod.ts";
import { computing } from "./computing.ts";
import { explainingShape, reasonOf } from "./explanation.ts";
import { type Lives, livesOf } from "./lives.ts";
import { ranOut, startedBefore } from "./restarts.ts";
import { saturatedOf } from "./saturation.ts";

/** What stays above its limit at, or until shortly before, the time of the investigation. */
export interface Trouble<Row> {
  /** Rows that have it, the worst first. */
  readonly rows: readonly Row[];
  /** All rows that could have it. */
  readonly of: readonly Row[];
  /** It still lasts. */
  readonly active: boolean;
}

/** The ledger, read by what it says about each kind of trouble. */
export interface Signals extends Lives {
  readonly logs: Found<LogsResult> | undefined;
  readonly rate: Found<ErrorRateResult> | undefined;
  readonly instances: Found<InstancesResult> | undefined;
  readonly routes: Found<RoutesResult> | undefined;
  readonly suspects: Found<SuspectsResult> | undefined;
  readonly code: Found<CodeResult> | undefined;
  readonly changes: Found<ChangesResult> | undefined;
  readonly alerts: Found<AlertsResult> | undefined;
  readonly similar: Found<SimilarResult> | undefined;
  readonly runbook: Found<RunbookResult> | undefined;
  readonly cluster: Found<ClusterResult> | undefined;
  /** Log entries about an error. */
  readonly told: number;
  /** The kind of log entry that explains most of the errors. */
  readonly shape: Shape | undefined;
  /** Its failing call in the repository. */
  readonly frame: Frame | undefined;
  readonly errors: Trouble<InstanceRow>;
  readonly failingRoutes: readonly RouteRow[];
  readonly latency: Trouble<InstanceRow>;
  readonly slowRoutes: readonly RouteRow[];
  readonly cpu: Trouble<InstanceRow>;
  /** Those of them whose requests take their time by computing, whatever share of a core they get. */
  readonly computing: readonly InstanceRow[];
  readonly memory: Trouble<InstanceRow>;
  /** Those whose process ended at its peak of memory, and restarted. */
  readonly ranOut: readonly InstanceRow[];
  /** Those that were busy when they were measured last, and do not answer now. */
  readonly saturated: readonly InstanceRow[];
  /** Those that were restarted shortly before the trouble began. */
  readonly startedBefore: readonly InstanceRow[];
  /** How many times the usual traffic; null when one of both is not known. */
  readonly traffic: number | null;
  readonly objectives: {
    readonly error_percent: number;
    readonly latency_ms: number;
    readonly cpu_cores: number;
    readonly memory_mb: number;
    readonly routes?: Service["objectives"]["routes"];
  };
}

/** Whether an instance or a route is slower than what is normal for it. */
export function isSlow(
  row: { readonly latency_p95_ms: number | null; readonly route?: string },
  objectives: Signals["objectives"],
): boolean {
  const limits = row.route === undefined ? objectives : routeLimits(objectives, row.route);
  return (row.latency_p95_ms ?? -1) > limits.latency_ms;
}

/** Over for longer than this, a trouble is history; windows of the service's rates. */
const RECENT_WINDOWS = 5;
const FALLBACK = { error_percent: 5, latency_ms: 1000, cpu_cores: 0.8, memory_mb: 1024 };

type Metric = "error_percent" | "latency_p95_ms" | "cpu_cores" | "memory_mb";

/** Reads the ledger. */
export function readSignals(situation: Situation, ledger: readonly ToolCall[]): Signals {
  const logs = resultOf<LogsResult>(ledger, "fetch_logs");
  const rate = resultOf<ErrorRateResult>(ledger, "compute_error_rate");
  const instances = resultOf<InstancesResult>(ledger, "compare_instances");
  const routes = resultOf<RoutesResult>(ledger, "compare_routes");
  const changes = resultOf<ChangesResult>(ledger, "recent_changes");
  const objectives = situation.service?.objectives ?? FALLBACK;
  const rows = instances?.result.instances ?? [];
  const at = Date.parse(instances?.result.at ?? "");
  const { window } = instances?.result ?? {};
  const limits = {
    error_percent: objectives.error_percent,
    latency_p95_ms: objectives.latency_ms,
    cpu_cores: objectives.cpu_cores,
    memory_mb: objectives.memory_mb,
  };
  const failingNow = (rate?.result.error_percent ?? 0) > objectives.error_percent ||
    rows.some((row) => failsForCertain(row, objectives.error_percent, window));
  const trouble = (metric: Metric): Trouble<InstanceRow> => {
    const limit = limits[metric];
    // Of each part alone fewer requests were counted than of the whole: chance makes one of them look worse than it is.
    const now = (row: InstanceRow) => (row[metric] ?? -1) > limit && (metric !== "error_percent" || failingNow);
    const lately = (row: InstanceRow) => isRecent(row.peak[metric], at, window);
    const worst = (row: InstanceRow) => Math.max(row[metric] ?? 0, lately(row) ? row.peak[metric]!.value : 0);
    return {
      rows: troubled(rows, { metric, limit, at, window, now }).sort((a, b) => worst(b) - worst(a)),
      of: rows,
      active: rows.some(now),
    };
  };
  const margin = windowSeconds(window ?? rate?.result.window) * 1000;
  // What is over is explained by what was logged while it lasted, not by an earlier trouble.
  const lately = Date.parse((failingNow ? rate?.result.at : rate?.result.above_objective?.since) ?? "") - margin;
  const reasons = (logs?.result.shapes ?? []).filter((one) => reasonOf(one, situation) !== null);
  const shape = explainingShape(reasons, lately);
  const allRoutes = routes?.result.routes ?? [];
  const recentMs = 2 * RECENT_WINDOWS * windowSeconds(window) * 1000;
  const lives = livesOf(instances, changes, { recentMs });
  const began = beganAt(situation, rate?.result.above_objective?.since, rows);
  const { error_percent, latency_p95_ms } = limits;
  return {
    logs,
    rate,
    instances,
    routes,
    changes,
    suspects: resultOf(ledger, "rank_suspects"),
    code: resultOf(ledger, "fetch_code_from_github"),
    alerts: resultOf(ledger, "list_alerts"),
    similar: resultOf(ledger, "similar_incidents"),
    runbook: resultOf(ledger, "get_runbook"),
    cluster: clusterOf(situation, ledger),
    told: reasons.reduce((sum, { count }) => sum + count, 0),
    shape,
    frame: shape?.frames.find((frame) => frame.in_repository),
    errors: trouble("error_percent"),
    failingRoutes: troubled(allRoutes, {
      metric: "error_percent",
      limit: error_percent,
      at,
      window,
      now: (row) => (row.share_of_errors_percent ?? 0) >= 10,
    }),
    latency: trouble("latency_p95_ms"),
    slowRoutes: troubled(allRoutes, {
      metric: "latency_p95_ms",
      limit: latency_p95_ms,
      at,
      window,
      now: (row) => isSlow(row, objectives),
    })
      .sort((a, b) => (b.latency_p95_ms ?? 0) - (a.latency_p95_ms ?? 0)),
    ...withComputing(
      trouble("cpu_cores"),
      computing(rows, { limit: objectives.cpu_cores, slowMs: objectives.latency_ms }),
    ),
    memory: memoryTrouble(trouble("memory_mb")),
    ...lives,
    ranOut: ranOut(instances, changes, { recentMs }),
    saturated: saturatedOf(rows, lives, objectives.cpu_cores),
    startedBefore: startedBefore(instances, began),
    traffic: trafficFactor(rate),
    objectives,
  };
}

/** The look at the alert's own objects, not one at another namespace that a model asked for. */
function clusterOf({ targets = [] }: Situation, ledger: readonly ToolCall[]): Found<ClusterResult> | undefined {
  const own = ledger.filter((call) => !call.arguments.namespace);
  return targets.length === 0 ? undefined : resultOf<ClusterResult>(own, "check_cluster");
}

/** When the trouble began, in milliseconds: as measured, else as the alerts say. */
function beganAt(situation: Situation, since: string | undefined, rows: readonly InstanceRow[]): number {
  if (since !== undefined) return Date.parse(since);
  const slow = rows.flatMap(({ peak: { latency_p95_ms: peak } }) => peak === undefined ? [] : [Date.parse(peak.since)]);
  const alerts = situation.alerts.map((alert) => Date.parse(alert.starts_at));
  return Math.min(...(slow.length > 0 ? slow : alerts));
}

interface Stretch {
  readonly since: string;
  readonly until: string | null;
}

/**
 * The rows that have a trouble. While it lasts on some, it is over on those that are far below the limit now; where it
 * is over on all, it was on those that had it at the same time as the last one.
 */
function troubled<
  M extends Metric,
  Row extends { readonly peak: Partial<Record<M, Stretch>> } & Record<M, number | null>,
>(
  rows: readonly Row[],
  options: {
    readonly metric: M;
    readonly limit: number;
    readonly at: number;
    readonly window: string | undefined;
    readonly now?: (row: Row) => boolean;
  },
): Row[] {
  const { metric, limit, at, window, now = (row) => (row[metric] ?? -1) > limit } = options;
  const lately = rows.filter((row) => isRecent(row.peak[metric], at, window));
  const end = (row: Row) => {
    const { until } = row.peak[metric]!;
    return until === null ? Infinity : Date.parse(until);
  };
  const having = rows.filter(now);
  if (having.length > 0) {
    const since = Math.min(...having.map((row) => Date.parse(row.peak[metric]?.since ?? "")));
    // No value is no traffic, perhaps because the balancer has taken the instance out.
    const still = (row: Row) => row[metric] === null ? !(end(row) < since) : row[metric] >= limit / 2;
    return rows.filter((row) => now(row) || (lately.includes(row) && still(row)));
  }
  const last = lately.toSorted((a, b) => end(b) - end(a))[0];
  return lately.filter((row) => end(row) >= Date.parse(last!.peak[metric]!.since));
}

/** Whether the service's errors are above what is normal now, or were until shortly before. */
export function errorState(signals: Signals): { active: boolean; recent: boolean; known: boolean } {
  const { rate, errors, logs, told, objectives } = signals;
  const percent = rate?.result.error_percent ?? null;
  const above = rate?.result.above_objective;
  const recent = above !== null && above !== undefined &&
    isRecent(above, Date.parse(rate!.result.at), rate!.result.window);
  const known = percent !== null;
  // Where Prometheus tells nothing, the log's own count does.
  const logged = !known && told >= 5;
  return {
    active: (percent ?? 0) > objectives.error_percent || errors.active ||
      (logged && logs!.result.count_last_30_seconds > 0),
    recent: recent || errors.rows.length > 0 || logged,
    known,
  };
}

/** Whether the errors have stopped and are only still in the rate's window: it falls, and their log entries ended. */
export function ebbing({ rate, logs, shape }: Signals): boolean {
  const { error_percent: now = null, above_objective: above, at, window } = rate?.result ?? {};
  if (now === null || !above || logs === undefined || shape?.last == null) return false;
  const inWindow = Date.parse(shape.last) >= Date.parse(at!) - windowSeconds(window) * 1000;
  return inWindow && logs.result.count_last_30_seconds === 0 && now < above.peak_percent * 0.9;
}

/**
 * Whether every instance that died did so before the slowness of now began, and more than a window before: all of them
 * are back, and what is wrong since is another trouble.
 */
export function diedBefore(signals: Signals, slowNow: boolean): boolean {
  const { crashed, deaths, instances, latency, slowRoutes, objectives } = signals;
  if (!slowNow || deaths.length === 0 || crashed.some(({ down }) => down)) return false;
  const slow = [...latency.rows, ...slowRoutes].filter((row) => isSlow(row, objectives));
  const began = Math.min(...slow.map((row) => Date.parse(row.peak.latency_p95_ms?.since ?? "")));
  const margin = windowSeconds(instances?.result.window) * 1000;
  return deaths.every(({ at }) => Date.parse(at) < began - margin);
}

function isRecent(stretch: { readonly until: string | null } | undefined, at: number, window?: string): boolean {
  if (stretch === undefined) return false;
  return stretch.until === null || Number.isNaN(at) ||
    at - Date.parse(stretch.until) <= RECENT_WINDOWS * windowSeconds(window) * 1000;
}

/** Whether the instance fails more than `limit` percent, beyond what chance makes of few requests. */
function failsForCertain(row: InstanceRow, limit: number, window: string | undefined): boolean {
  const { errors_per_second: errors, requests_per_second: requests } = row;
  return errors !== null && requests !== null &&
    leastPercent({ errors, requests }, windowSeconds(window)) > limit;
}

function withComputing(
  cpu: Trouble<InstanceRow>,
  computing: readonly InstanceRow[],
): Pick<Signals, "cpu" | "computing"> {
  const rows = [...new Set([...computing, ...cpu.rows])];
  return { cpu: { ...cpu, rows, active: cpu.active || computing.length > 0 }, computing };
}

/** Memory counts when it grew, too: half as much again, and 100 MB, above what was usual. */
function memoryTrouble(trouble: Trouble<InstanceRow>): Trouble<InstanceRow> {
  const grew = trouble.of.filter(({ memory_mb: value, before: { memory_mb: usual } }) =>
    value !== null && usual !== null && usual !== undefined && value > usual * 1.5 && value - usual > 100
  );
  const rows = [...new Set([...trouble.rows, ...grew])].sort((a, b) => (b.memory_mb ?? 0) - (a.memory_mb ?? 0));
  return { rows, of: trouble.of, active: trouble.active || grew.length > 0 };
}

function trafficFactor(rate: Found<ErrorRateResult> | undefined): number | null {
  const usual = rate?.result.before.requests_per_second ?? null;
  const now = rate?.result.requests_per_second ?? null;
  return usual === null || now === null || usual <= 0 ? null : now / usual;
}
