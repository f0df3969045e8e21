type Labels = Readonly<Record<string, string>>;

// Programs whose work is to measure others: what they are named after is never what an alert is about.
const MEASURERS = new RegExp(
  "(^|[^a-z])(" +
    [
      "[a-z0-9-]{0,60}exporter",
      "kube-state-metrics|ksm|cadvisor|kubelet|kube-prometheus(-stack)?|metrics-server|metrics-agent",
      "blackbox(-probe)?|probes?|snmp|pushgateway|statsd|collectd|telegraf|netdata|node-problem-detector",
      "otel-collector|opentelemetry-collector|grafana-agent|alloy|vmagent|vmalert|fluent-?bit|smartctl|ipmi|icmp|cloudwatch|yace",
    ].join("|") +
    ")([^a-z]|$)",
);
// What a service is called, the surest first; a label that another was moved out of the way for goes before it.
const SERVICES = [
  "exported_service",
  "service",
  "service_name",
  "app_kubernetes_io_name",
  "label_app_kubernetes_io_name",
  "exported_app",
  "app",
  "application",
  "component",
];
const WORKLOADS = [
  "deployment",
  "statefulset",
  "daemonset",
  "replicaset",
  "cronjob",
  "job_name",
  "horizontalpodautoscaler",
  "hpa",
  "workload",
  "persistentvolumeclaim",
];
// Things that are measured, which are no workload.
const THINGS = ["node", "nodename", "host", "hostname", "target", "vm", "device_name", "sysName"];
const LONGEST = 120;

/** Whether a label's value names a program that measures others, such as `node-exporter` or `kube-state-metrics`. */
export function isMeasurer(value: string): boolean {
  return MEASURERS.test(value.slice(0, LONGEST).toLowerCase().replaceAll("_", "-"));
}

/**
 * What is measured, where the labels name it apart from a service: `shop/checkout-6d8bdfd89d-2s44x`,
 * `shop/deployment checkout`, a node, the target of a probe. Undefined where they name none.
 */
export function objectOf(labels: Labels): string | undefined {
  const label = reader(labels);
  const space = label("exported_namespace") ?? label("namespace") ?? label("kubernetes_namespace");
  const within = (name: string) => (space === undefined ? name : `${space}/${name}`).slice(0, LONGEST);
  const pod = label("exported_pod") ?? label("pod") ?? label("pod_name") ?? label("kubernetes_pod_name");
  // The pod of an exporter is where the measurement was made.
  if (pod !== undefined && !isMeasurer(pod)) return within(pod);
  for (const kind of WORKLOADS) {
    const name = label(`exported_${kind}`) ?? label(kind);
    if (name !== undefined && !isMeasurer(name)) return within(name);
  }
  for (const kind of THINGS) {
    const name = label(`exported_${kind}`) ?? label(kind);
    if (name !== undefined) return name.slice(0, LONGEST);
  }
  const apart = label("exported_instance");
  if (apart !== undefined) return apart.slice(0, LONGEST);
  const instance = label("instance");
  return measured(labels) && instance !== undefined ? instance.slice(0, LONGEST) : undefined;
}

/**
 * The service that an alert is about. A service or job label that is an exporter's is left aside: then it is the workload
 * in its namespace, the job as the measured program calls itself, the namespace, or the machine. Empty where nothing
 * names one.
 */
export function serviceOfLabels(labels: Labels): string {
  const label = reader(labels);
  const named = SERVICES.map(label).find((value) => value !== undefined && !isMeasurer(value));
  if (named !== undefined) return named;
  const space = label("exported_namespace") ?? label("namespace");
  const workload = workloadOf(labels);
  if (workload !== undefined) return space === undefined ? workload : `${space}/${workload}`;
  const job = ["exported_job", "job"].map(label).find((value) => value !== undefined && !isMeasurer(value));
  const measurer = measured(labels);
  return job ?? space ?? (measurer ? objectOf(labels) : undefined) ?? label("cluster") ?? label("job") ??
    label("service") ?? objectOf(labels) ?? label("instance") ?? "";
}

function workloadOf(labels: Labels): string | undefined {
  const label = reader(labels);
  for (const kind of WORKLOADS) {
    const name = label(`exported_${kind}`) ?? label(kind);
    if (name !== undefined && !isMeasurer(name)) return name;
  }
  const container = label("exported_container") ?? label("container");
  const pod = label("exported_pod") ?? label("pod");
  if (pod !== undefined && !isMeasurer(pod)) return withoutSuffix(pod);
  return container === undefined || isMeasurer(container) || pod === undefined ? undefined : container;
}

/** A pod's name without what its controller added: `checkout-6d8bdfd89d-2s44x` is `checkout`, `db-0` is `db`. */
function withoutSuffix(pod: string): string {
  return pod.slice(0, LONGEST).replace(
    /-[a-z0-9]{5}$/,
    (end) => /\d/.test(end) || /-[bcdf-hj-np-tv-z2-9]{5}$/.test(end) ? "" : end,
  )
    .replace(/-(?=[a-z0-9]*\d)[a-f0-9]{8,10}$|-[bcdfghjklmnpqrstvwxz2456789]{8,10}$|-\d{1,8}$/, "");
}

function measured(labels: Labels): boolean {
  return ["service", "job", "pod", "container"].some((name) => labels[name] !== undefined && isMeasurer(labels[name]));
}

function reader(labels: Labels): (name: string) => string | undefined {
  return (name) => labels[name] === "" ? undefined : labels[name];
}
