import type { ServiceMetrics } from "../catalogue/mod.ts";

/** The PromQL that a service's description stands for. */
export interface Queries {
  /** Requests per second, all of them; undefined when no metric is named. */
  requests(by?: readonly string[], options?: Scope): string | undefined;
  /** How many counters of requests there are, whatever their rate. */
  counters(): string | undefined;
  /** How many counters could tell failed requests from others, where both are one metric; undefined where they are not. */
  tellers(): string | undefined;
  /** Failed requests per second. */
  errors(by?: readonly string[], options?: Scope): string | undefined;
  /** Seconds (or the metric's unit) below which 95 % of requests stay. */
  latencyP95(by?: readonly string[]): string | undefined;
  /** Seconds (or the metric's unit) that a request takes on average. */
  latencyMean(by?: readonly string[]): string | undefined;
  /** Cores in use per instance. */
  cpu(): string | undefined;
  /** Bytes resident per instance. */
  memory(): string | undefined;
  /** When each instance started, in seconds since the epoch. */
  startTime(): string | undefined;
  /** 1 where the last scrape reached the instance, 0 where it did not. */
  up(): string;
  /** Label that distinguishes instances. */
  readonly instanceLabel: string;
}

/** Which routes count. */
export interface Scope {
  /** Leave out the routes that no user calls. */
  readonly usersOnly?: boolean;
}

/** Queries over the metrics that `metrics` names. */
export function queriesOf(metrics: ServiceMetrics): Queries {
  const { selector, window, labels, ignore_routes: ignored } = metrics;
  const instance = labels.instance;
  const users = labels.route !== undefined && ignored.length > 0
    ? `${labels.route}!~"${ignored.map((route) => quote(escapeRegExp(route))).join("|")}"`
    : undefined;
  const vector = (metric: Named, extra?: string, suffix = "") =>
    `${metric.metric}${suffix}{${[metric.only ?? selector, metric.selector, extra].filter(Boolean).join(",")}}`;
  const groups = (by: readonly string[]) => by.length > 0 ? ` by (${by.join(", ")}) ` : "";
  const sumRate = (inner: string, by: readonly string[] = []) => `sum${groups(by)}(rate(${inner}[${window}]))`;
  const written = (query: string) => query.replaceAll("$window", window).replaceAll("$selector", selector);
  const rateOf = (metric: Metric, by?: readonly string[], extra?: string) =>
    isNamed(metric) ? sumRate(vector(metric, extra), by) : `sum${groups(by ?? [])}(${written(metric.query!)})`;
  const newestOf = (metric: Metric) =>
    `max by (${instance}) (${isNamed(metric) ? vector(metric) : written(metric.query!)})`;
  const { requests, errors, latency, cpu, memory, start_time: start } = metrics;
  return {
    instanceLabel: instance,
    requests: (by, scope) => requests && rateOf(requests, by, scope?.usersOnly ? users : undefined),
    counters: () => requests && `count(${isNamed(requests) ? vector(requests) : written(requests.query!)})`,
    tellers: () => {
      const label = /^\s*([a-zA-Z_]\w*)\s*[=!]/.exec(errors?.selector ?? "")?.[1];
      if (requests === undefined || !isNamed(requests) || requests.metric !== errors?.metric || label === undefined) {
        return undefined;
      }
      return `count(${vector(requests, `${label}!=""`)})`;
    },
    errors: (by, scope) => errors && rateOf(errors, by, scope?.usersOnly ? users : undefined),
    latencyP95: (by = []) =>
      latency?.type === "average"
        ? undefined
        : latency?.type === "summary"
        ? `max${groups(by)}(${vector(latency, [users, 'quantile=~"0.9[59]?"'].filter(Boolean).join(","))})`
        : latency && `histogram_quantile(0.95, ${sumRate(vector(latency, users, "_bucket"), [...by, "le"])})`,
    latencyMean: (by = []) =>
      latency && `${sumRate(vector(latency, users, "_sum"), by)} / ${sumRate(vector(latency, users, "_count"), by)}`,
    cpu: () => cpu && rateOf(cpu, [instance]),
    memory: () => memory && newestOf(memory),
    startTime: () => start && newestOf(start),
    up: () => `min by (${instance}) (up{${metrics.up ?? selector}})`,
  };
}

type Metric = NonNullable<ServiceMetrics["requests"]>;
interface Named {
  readonly metric: string;
  readonly selector?: string | undefined;
  readonly only?: string | undefined;
}

function isNamed(metric: Metric): metric is Metric & Named {
  return metric.metric !== undefined;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Escapes for a double-quoted PromQL string. */
function quote(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
