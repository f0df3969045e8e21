import type { Registry } from "prom-client";

/** A value of a metric, with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** Current values of the agent's own metrics; none for an unknown metric. */
export async function samplesOf(registry: Registry): Promise<(name: string) => readonly Sample[]> {
  const metrics = new Map((await registry.getMetricsAsJSON()).map((metric) => [metric.name, metric]));
  return (name) =>
    (metrics.get(name)?.values ?? []).map(({ labels, value }) => ({ labels: labels as Sample["labels"], value }));
}
