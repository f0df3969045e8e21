import { ignoredRoutes, instanceName, routeOf, statusOf } from "./labels.ts";
import { type Metric, metricsOf, type SeriesLabels } from "./series.ts";
import type { Counted } from "./counted.ts";
import { conventionOf, exporterOf } from "./conventions.ts";

/** What of a service's metrics stands for what; what was not found is left out. */
export interface Proposal {
  /** Who names metrics like that, for a person. */
  readonly convention: string;
  readonly requests?: Counted;
  readonly errors?: Counted;
  readonly latency?: {
    readonly metric: string;
    readonly unit: "seconds" | "milliseconds";
    readonly type: "histogram" | "summary" | "average";
  };
  readonly cpu?: Counted;
  readonly memory?: Counted;
  readonly start_time?: Counted;
  readonly labels: {
    readonly instance?: string;
    readonly name?: string;
    readonly route?: string;
    readonly status?: string;
  };
  readonly ignore_routes: readonly string[];
  /** Metric and label that tell which commit runs. */
  readonly deployed?: { readonly metric: string; readonly label: string };
  /** What could not be found, and what to do about it. */
  readonly missing: readonly string[];
}

/** What another program is called with, or what the runtime measures of itself. */
const NOT_SERVED =
  /(?:^|_)(?:client|outgoing|outbound|upstream|downstream_cx|backend_connect|sql|db|database|jdbc|hikaricp|redis|cache|kafka|s3|dns|gc|promhttp_metric_handler|scrape|prometheus|go|process|nodejs|python|jvm|dotnet|system|logback|executor|tomcat_threads|net_conntrack|rest_client|workqueue|apiserver|otelcol|target)(?:_|$)/;
const REQUEST_WORD =
  /(?:^|_)(?:requests?|responses?|rq|hits|calls?|handled|received|operations?|queries|transactions|jobs?|tasks?|messages?|events?|orders?)(?:_|$)/;
const DURATION_WORD = /(?:^|_)(?:duration|latency|latencies|elapsed|took|time|seconds|milliseconds|ms|handling)(?:_|$)/;
const FAILURE_WORD = /(?:^|_)(?:errors?|failures?|failed|exceptions?)(?:_|$)/;

/** Finds what stands for requests, errors, latency, CPU and memory among a service's series. */
export function proposeMetrics(series: Iterable<SeriesLabels>): Proposal {
  const metrics = metricsOf(series);
  const all = [...metrics.values()];
  const exporter = exporterOf(metrics);
  const latency = latencyOf(all, metrics);
  const requests = exporter?.requests ?? requestsOf(all, latency?.base);
  const counter = requests?.metric === undefined ? undefined : metrics.get(requests.metric);
  const status = counter === undefined ? undefined : statusOf(counter);
  const errors = exporter?.errors ??
    (status === undefined ? failuresOf(all, requests?.metric) : { metric: requests!.metric!, selector: status.failed });
  const route = counter === undefined ? undefined : routeOf(counter);
  const name = counter === undefined ? undefined : instanceName(counter);
  const shown = latency === undefined ? undefined : latencyShown(latency);
  return {
    convention: exporter?.name ?? conventionOf(metrics),
    ...(requests === undefined ? {} : { requests }),
    ...(errors === undefined ? {} : { errors }),
    ...(shown === undefined ? {} : { latency: shown }),
    // An exporter's own processor and memory are not those of what it measures.
    ...(exporter === undefined ? ownResources(metrics) : {}),
    labels: {
      ...(name === undefined ? {} : { name }),
      ...(route === undefined ? {} : { route }),
      ...(status === undefined ? {} : { status: status.label }),
    },
    ignore_routes: route === undefined ? [] : ignoredRoutes(counter!.labels.get(route)!),
    ...deployedOf(all),
    missing: [
      ...(requests === undefined ? ["no counter of requests: name one under requests"] : []),
      ...(requests !== undefined && errors === undefined
        ? [
          `nothing tells failed requests of ${
            requests.metric ?? "these"
          } from others: name a label or a counter under errors`,
        ]
        : []),
      ...(latency === undefined && exporter === undefined ? ["no latency: name a histogram under latency"] : []),
    ],
  };
}

interface Latency {
  readonly base: string;
  readonly metric: Metric;
  readonly type: "histogram" | "summary" | "average";
}

function latencyOf(all: readonly Metric[], metrics: ReadonlyMap<string, Metric>): Latency | undefined {
  const candidates = all.flatMap((metric): Latency[] => {
    const base = /^(.+)_count$/.exec(metric.name)?.[1];
    if (base === undefined || !metrics.has(`${base}_sum`) || NOT_SERVED.test(base) || !DURATION_WORD.test(base)) {
      return [];
    }
    const buckets = metrics.get(`${base}_bucket`);
    const quantiles = metrics.get(base)?.labels.has("quantile") === true;
    return [{ base, metric: buckets ?? metric, type: buckets ? "histogram" : quantiles ? "summary" : "average" }];
  });
  const rank = ({ base, metric, type }: Latency) =>
    (type === "histogram" ? 4 : 0) + (/http|grpc|rpc|server|request/.test(base) ? 3 : 0) + (routeOf(metric) ? 2 : 0) +
    (statusOf(metric) ? 1 : 0) - (/response_size|request_size|bytes|queue|wait/.test(base) ? 6 : 0) -
    // Of two that measure the same, the one with the finer labels.
    (/highr|overall/.test(base) ? 3 : 0);
  return candidates.toSorted((a, b) => rank(b) - rank(a))[0];
}

function latencyShown({ base, metric, type }: Latency): NonNullable<Proposal["latency"]> {
  const named = /(?:^|_)(?:milliseconds|millis|ms|msec)(?:_|$)/.test(base)
    ? "milliseconds"
    : /(?:^|_)(?:seconds|sec|s)(?:_|$)/.test(base)
    ? "seconds"
    : undefined;
  const limits = [...metric.labels.get("le") ?? []].map(Number).filter((limit) => Number.isFinite(limit));
  // Nobody waits for a thousand seconds: such limits are milliseconds.
  return { metric: base, unit: named ?? (Math.max(0, ...limits) > 300 ? "milliseconds" : "seconds"), type };
}

function requestsOf(all: readonly Metric[], latency: string | undefined): Counted | undefined {
  const candidates = all.filter(({ name }) =>
    /(?:_total|_count|_requests|_responses|_rq_xx)$/.test(name) && !NOT_SERVED.test(name) && REQUEST_WORD.test(name) &&
    !FAILURE_WORD.test(name) &&
    !/(?:bytes|size|_created|started|in_progress|in_flight|active|duration_seconds_sum)/.test(name)
  );
  const rank = (metric: Metric) =>
    (statusOf(metric) ? 4 : 0) + (routeOf(metric) ? 2 : 0) + (/http|grpc|rpc|server/.test(metric.name) ? 3 : 0) +
    (/(?:_total|_requests|_rq_xx)$/.test(metric.name) ? 1 : 0);
  const best = candidates.toSorted((a, b) => rank(b) - rank(a))[0];
  // A histogram counts its requests, too; what tells more of them goes first.
  const counted = latency === undefined ? undefined : all.find(({ name }) => name === `${latency}_count`);
  const chosen = best === undefined || (counted !== undefined && rank(counted) > rank(best) + 1)
    ? counted ?? best
    : best;
  return chosen === undefined ? undefined : { metric: chosen.name };
}

/** A counter of failures beside that of requests, the one whose name has most in common with it. */
function failuresOf(all: readonly Metric[], requests: string | undefined): Counted | undefined {
  if (requests === undefined) return undefined;
  const words = new Set(requests.split("_"));
  const common = (name: string) => name.split("_").filter((word) => words.has(word)).length;
  const [best] = all.filter(({ name }) =>
    /(?:_total|_count)$/.test(name) && FAILURE_WORD.test(name) && !NOT_SERVED.test(name)
  )
    .toSorted((a, b) => common(b.name) - common(a.name));
  return best === undefined || common(best.name) < 2 ? undefined : { metric: best.name };
}

const CPU = [
  "process_cpu_seconds_total",
  "process_cpu_time_seconds_total",
  "process_cpu_time_seconds",
  "container_cpu_usage_seconds_total",
];
const CPU_QUERIES: Readonly<Record<string, string>> = {
  process_cpu_time_ns_total: "rate(process_cpu_time_ns_total{$selector}[$window]) / 1e9",
  process_cpu_usage:
    "process_cpu_usage{$selector} * on (instance) group_left () max by (instance) (system_cpu_count{$selector})",
};
const MEMORY = [
  "process_resident_memory_bytes",
  "process_memory_usage_bytes",
  "process_memory_rss_bytes",
  "process_working_set_bytes",
  "container_memory_working_set_bytes",
];
const MEMORY_QUERIES: Readonly<Record<string, string>> = {
  jvm_memory_used_bytes: "sum by (instance) (jvm_memory_used_bytes{$selector})",
};
const START = ["process_start_time_seconds", "container_start_time_seconds"];

function ownResources(metrics: ReadonlyMap<string, Metric>): Pick<Proposal, "cpu" | "memory" | "start_time"> {
  const first = (names: readonly string[], queries: Readonly<Record<string, string>> = {}): Counted | undefined => {
    const metric = names.find((name) => metrics.has(name));
    if (metric !== undefined) return { metric };
    const query = Object.keys(queries).find((name) => metrics.has(name));
    return query === undefined ? undefined : { query: queries[query]! };
  };
  const [cpu, memory, start] = [first(CPU, CPU_QUERIES), first(MEMORY, MEMORY_QUERIES), first(START)];
  return { ...(cpu ? { cpu } : {}), ...(memory ? { memory } : {}), ...(start ? { start_time: start } : {}) };
}

/** Metrics that only say what was built. */
function deployedOf(all: readonly Metric[]): Pick<Proposal, "deployed"> {
  const found = all.find(({ name }) =>
    /build_info$|^app_info$|^target_info$/.test(name) &&
    !/^(?:go|prometheus|alertmanager|\w{1,40}_exporter|promhttp)_/.test(name)
  );
  const label = [
    "revision",
    "commit",
    "git_commit",
    "git_sha",
    "commit_sha",
    "sha",
    "vcs_revision",
    "version",
    "service_version",
  ]
    .find((one) => [...found?.labels.get(one) ?? []].some((value) => value !== "" && value !== "unknown"));
  return found === undefined || label === undefined ? {} : { deployed: { metric: found.name, label } };
}
