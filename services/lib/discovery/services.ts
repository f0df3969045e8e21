import type { SeriesLabels } from "./series.ts";

/** A service as its targets show it. */
export interface FoundService {
  readonly name: string;
  /** Label matchers of all of its series. */
  readonly selector: string;
  /** Instances that are up, of how many. */
  readonly up: number;
  readonly instances: number;
}

/** Jobs that measure machines, clusters and monitoring itself. */
const NOT_SERVICES =
  /^(?:prometheus|alertmanager|grafana|node|node-exporter|node_exporter|nodeexporter|kubelet|cadvisor|kube-.*|kubernetes-(?:nodes.*|apiservers?|cadvisor)|apiserver|coredns|blackbox.*|pushgateway|push-gateway|loki|promtail|tempo|jaeger.*|otel-?col.*|otelcol.*|opentelemetry-collector|vmagent|victoria.*|thanos.*|mimir.*|windows.*|snmp.*|smartctl.*|process-exporter|oncall|oncall-.*)$/i;
/** Labels that name a service within a job that many share. */
const NAMES = [
  "service",
  "app",
  "app_kubernetes_io_name",
  "kubernetes_name",
  "service_name",
  "exported_job",
  "component",
  "container",
];

/** Services by the series of `up`, where 1 is reached: one a job, or one a label of a job that many services share. */
export function servicesOf(
  targets: readonly { readonly labels: SeriesLabels; readonly value: number }[],
): FoundService[] {
  const jobs = Map.groupBy(targets, ({ labels }) => labels.job ?? "");
  const found: FoundService[] = [];
  for (const [job, members] of jobs) {
    if (job === "" || NOT_SERVICES.test(job)) continue;
    const label = NAMES.find((name) =>
      new Set(members.map(({ labels }) => labels[name] ?? "")).size > 1 && members.every(({ labels }) => labels[name])
    );
    if (label === undefined) found.push(service(nameOf(job), { job }, members));
    else {
      for (const [value, own] of Map.groupBy(members, ({ labels }) => labels[label]!)) {
        if (!NOT_SERVICES.test(value)) found.push(service(nameOf(value), { job, [label]: value }, own));
      }
    }
  }
  return found.toSorted((a, b) => a.name.localeCompare(b.name));
}

function service(name: string, labels: SeriesLabels, members: readonly { readonly value: number }[]): FoundService {
  return {
    name,
    selector: Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(","),
    up: members.filter(({ value }) => value === 1).length,
    instances: members.length,
  };
}

/** Without the folder that a discovery puts before a name, and with letters that a name may have. */
function nameOf(job: string): string {
  return job.slice(job.lastIndexOf("/") + 1).replaceAll(/[^\w.:-]/g, "-");
}
