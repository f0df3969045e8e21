import type { Metric, Registry } from "prom-client";

/** How a histogram is made. */
export interface DurationsOptions {
  readonly name: string;
  readonly help: string;
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
  readonly registry: Registry;
}

/**
 * A histogram by backend whose counting is an addition to an array: prom-client's own takes as long as the parsing of a
 * request. It is shown by prom-client's registry.
 */
export class Durations {
  readonly #options: DurationsOptions;
  readonly #series = new Map<string, { readonly counts: Float64Array; sum: number }>();

  constructor(options: DurationsOptions) {
    this.#options = options;
    const { name, help } = options;
    const metric = {
      name,
      help,
      type: "histogram",
      aggregator: "sum",
      get: () => Promise.resolve(this.#get()),
      reset() {},
    };
    options.registry.registerMetric(metric as unknown as Metric);
  }

  observe(backend: string, seconds: number): void {
    const { buckets } = this.#options;
    let series = this.#series.get(backend);
    if (series === undefined) {
      this.#series.set(backend, series = { counts: new Float64Array(buckets.length + 1), sum: 0 });
    }
    let i = 0;
    while (i < buckets.length && seconds > buckets[i]!) i++;
    series.counts[i]! += 1;
    series.sum += seconds;
  }

  #get() {
    const { name, help, buckets } = this.#options;
    const values: { metricName: string; labels: Record<string, string | number>; value: number }[] = [];
    for (const [backend, { counts, sum }] of this.#series) {
      let total = 0;
      for (const [i, count] of counts.entries()) {
        total += count;
        values.push({ metricName: `${name}_bucket`, labels: { backend, le: buckets[i] ?? "+Inf" }, value: total });
      }
      values.push({ metricName: `${name}_sum`, labels: { backend }, value: sum });
      values.push({ metricName: `${name}_count`, labels: { backend }, value: total });
    }
    return { name, help, type: "histogram", aggregator: "sum", values };
  }
}
