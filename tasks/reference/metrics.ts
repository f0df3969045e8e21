import { code, table } from "./markdown.ts";
import type { Observed } from "./observe.ts";

/** The page of metrics. */
export function metricsPage(observed: readonly Observed[]): string {
  let text = `# Metrics

What \`GET /metrics\` of each server shows, in Prometheus' text format. A histogram has \`_bucket\`, \`_sum\` and \`_count\`;
\`route\` is the template, e.g. \`/items/{id}\`. [config/alerts.yaml](../../config/alerts.yaml) has the rules that use them.
`;
  const all = observed.map(({ metrics }) => new Set(metrics.map(({ name }) => name)));
  const common = (name: string) => all.every((names) => names.has(name));
  text += `\n## Every server\n\n${rows(observed[0]!.metrics.filter(({ name }) => common(name)))}`;
  for (const { executable, metrics } of observed) {
    text += `\n## ${executable}\n\n${rows(metrics.filter(({ name }) => !common(name)))}`;
  }
  return text;
}

function rows(metrics: Observed["metrics"]): string {
  return table(
    ["Name", "Type", "Labels", "Meaning"],
    metrics.map(({ name, type, labels, help }) => [code(name), type, labels.map(code).join(" "), help]),
  );
}
