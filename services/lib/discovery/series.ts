/** The labels of a series; `__name__` is its metric. */
export type SeriesLabels = Readonly<Record<string, string>>;

/** What is known of a metric. */
export interface Metric {
  readonly name: string;
  /** The values of each label. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Metrics by name, of a list of series. */
export function metricsOf(series: Iterable<SeriesLabels>): Map<string, Metric> {
  const metrics = new Map<string, { name: string; labels: Map<string, Set<string>> }>();
  for (const { __name__: name, ...labels } of series) {
    if (name === undefined) continue;
    const metric = metrics.get(name) ?? { name, labels: new Map() };
    metrics.set(name, metric);
    for (const [label, value] of Object.entries(labels)) {
      const values = metric.labels.get(label) ?? new Set();
      metric.labels.set(label, values.add(value));
    }
  }
  return metrics;
}
