import type { Registry } from "prom-client";

/** A value of a metric, with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** What the agent's own metrics stand at now; none where there is no such metric. */
export async function samplesOf(registry: Registry): Promise<(name: string) => readonly Sample[]> {
  const metrics = new Map((await registry.getMetricsAsJSON()).map((metric) => [metric.name, metric]));
  return (name) =>
    (metrics.get(name)?.values ?? []).map(({ labels, value }) => ({ labels: labels as Sample["labels"], value }));
}
