import type { Metric, Registry } from "prom-client";

const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2, 5];
/** Statuses that every route shows from the start: a counter's first step is invisible to `rate()` otherwise. */
const EXPECTED = [200, 500];

/** Count and duration of the requests of one method and route. */
export class RequestSeries {
  readonly statuses = new Map<number, number>(EXPECTED.map((status) => [status, 0]));
  /** Requests per bucket, not cumulated; the last is +Inf. */
  readonly buckets = new Float64Array(BUCKETS.length + 1);
  sum = 0;

  constructor(readonly method: string, readonly route: string) {}

  /** Counts one answer that took `seconds`, or several that took the same. */
  observe(status: number, seconds: number, count = 1): void {
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > BUCKETS[bucket]!) bucket++;
    this.buckets[bucket]! += count;
    this.sum += seconds * count;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + count);
  }
}

/**
 * Requests of the business routes, counted in plain numbers and turned into Prometheus' form only when scraped: looking
 * labels up for each request costs more than the request.
 */
export class RequestMetrics {
  readonly #series = new Map<string, RequestSeries>();
  readonly #service: string;

  constructor(service: string, registry: Registry) {
    this.#service = service;
    const help = "HTTP requests of the business routes";
    register(registry, "http_requests_total", "counter", `${help}.`, () => this.#requests());
    register(registry, "http_errors_total", "counter", `${help} answered with 5xx.`, () => this.#errors());
    register(
      registry,
      "http_request_duration_seconds",
      "histogram",
      `${help}: seconds taken.`,
      () => this.#durations(),
    );
  }

  /** The series of a method and route template; keep it where requests are counted. */
  series(method: string, route: string): RequestSeries {
    const key = `${method} ${route}`;
    let series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, series = new RequestSeries(method, route));
    return series;
  }

  *#requests(): Generator<Sample> {
    const service = this.#service;
    for (const { method, route, statuses } of this.#series.values()) {
      for (const [status, value] of statuses) yield { labels: { service, method, route, status }, value };
    }
  }

  *#errors(): Generator<Sample> {
    const errors = new Map<string, Sample>();
    for (const { route, statuses } of this.#series.values()) {
      for (const [status, count] of statuses) {
        if (status < 500) continue;
        const key = `${status} ${route}`;
        const value = count + (errors.get(key)?.value ?? 0);
        errors.set(key, { labels: { service: this.#service, route, status }, value });
      }
    }
    yield* errors.values();
  }

  *#durations(): Generator<Sample> {
    const metricName = "http_request_duration_seconds";
    for (const { method, route, buckets, sum } of this.#series.values()) {
      const labels = { service: this.#service, route, method };
      let value = 0;
      for (const [index, count] of buckets.entries()) {
        value += count;
        yield { metricName: `${metricName}_bucket`, labels: { le: BUCKETS[index] ?? "+Inf", ...labels }, value };
      }
      yield { metricName: `${metricName}_sum`, labels, value: sum };
      yield { metricName: `${metricName}_count`, labels, value };
    }
  }
}

interface Sample {
  readonly metricName?: string;
  readonly labels: Record<string, string | number>;
  readonly value: number;
}

/** Adds a metric whose samples are made at each scrape; the registry asks nothing of a metric but its name and `get`. */
function register(
  registry: Registry,
  name: string,
  type: "counter" | "histogram",
  help: string,
  collect: () => Iterable<Sample>,
): void {
  const metric = { name, get: () => Promise.resolve({ name, type, help, aggregator: "sum", values: [...collect()] }) };
  registry.registerMetric(metric as unknown as Metric);
}
