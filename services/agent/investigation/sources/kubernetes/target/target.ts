/** Kinds of objects that an alert's labels can name. */
export type TargetKind =
  | "Pod"
  | "Deployment"
  | "StatefulSet"
  | "DaemonSet"
  | "ReplicaSet"
  | "Job"
  | "CronJob"
  | "Service"
  | "Ingress"
  | "Node"
  | "PersistentVolumeClaim"
  | "PersistentVolume"
  | "HorizontalPodAutoscaler"
  | "PodDisruptionBudget"
  | "ResourceQuota"
  | "Namespace"
  /** A program of the control plane, or one that runs on every node. */
  | "Component"
  /** Some workload of that name, whatever its kind. */
  | "Workload";

/** The object that an alert is about. */
export interface Target {
  readonly kind: TargetKind;
  /** "" for objects without one. */
  readonly namespace: string;
  readonly name: string;
  readonly container?: string;
  /** The label that named it. */
  readonly by: string;
}

type Labels = Readonly<Record<string, string>>;

/** The label of each kind, the surest first: a workload's says more than a pod's. */
const BY_LABEL: readonly (readonly [label: string, kind: TargetKind])[] = [
  ["deployment", "Deployment"],
  ["statefulset", "StatefulSet"],
  ["daemonset", "DaemonSet"],
  ["replicaset", "ReplicaSet"],
  ["job_name", "Job"],
  ["cronjob", "CronJob"],
  ["horizontalpodautoscaler", "HorizontalPodAutoscaler"],
  ["hpa", "HorizontalPodAutoscaler"],
  ["persistentvolumeclaim", "PersistentVolumeClaim"],
  ["persistentvolume", "PersistentVolume"],
  ["poddisruptionbudget", "PodDisruptionBudget"],
  ["resourcequota", "ResourceQuota"],
  ["ingress", "Ingress"],
];

const WITHOUT_NAMESPACE: ReadonlySet<TargetKind> = new Set(["Node", "PersistentVolume", "Namespace"]);

/** Scrape jobs of Kubernetes' own programs, as an alert that one of them is absent names it. */
const COMPONENTS: Readonly<Record<string, string>> = {
  "kube-scheduler": "kube-scheduler",
  "kube-controller-manager": "kube-controller-manager",
  apiserver: "kube-apiserver",
  "kube-apiserver": "kube-apiserver",
  "kube-proxy": "kube-proxy",
  kubelet: "kubelet",
  etcd: "etcd",
  "kube-etcd": "etcd",
  coredns: "coredns",
  "kube-dns": "coredns",
};

/** Alerts that are about alerting itself. */
const NO_OBJECT: ReadonlySet<string> = new Set(["Watchdog", "InfoInhibitor"]);

/** Programs that tell of other objects: their own pod, container and service are no target. */
const EXPORTER = /kube-state-metrics|node-exporter|kubelet|cadvisor|blackbox/;

/**
 * The object that an alert's labels name, the most exact one; undefined where they name none. Labels that say who was
 * scraped are left out: an exporter's own pod is not what its alert is about.
 */
export function targetOf(labels: Labels): Target | undefined {
  const one = withoutExporter(labels);
  const namespace = one.namespace ?? "";
  const container = one.container === undefined || one.container === "" ? {} : { container: one.container };
  for (const [label, kind] of BY_LABEL) {
    const name = one[label];
    if (!name || namespace === "" && !WITHOUT_NAMESPACE.has(kind)) continue;
    return { kind, namespace: WITHOUT_NAMESPACE.has(kind) ? "" : namespace, name, ...container, by: label };
  }
  const workload = one.workload || one.created_by_name || one.owner_name;
  if (workload && namespace !== "") {
    const kind = kindOf(one.workload_type ?? one.created_by_kind ?? one.owner_kind);
    if (kind !== undefined) return { kind, namespace, name: workload, ...container, by: "workload" };
  }
  const pod = one.pod || one.pod_name || one.kubernetes_pod_name;
  if (pod && namespace !== "") return { kind: "Pod", namespace, name: pod, ...container, by: "pod" };
  const node = one.node || one.nodename || one.kubernetes_node;
  if (node) return { kind: "Node", namespace: "", name: node, by: "node" };
  const component = COMPONENTS[one.job ?? ""];
  if (component !== undefined) return { kind: "Component", namespace: "kube-system", name: component, by: "job" };
  // Kubernetes' own alerts about no object in particular are about the cluster's control plane.
  const own = /^(Kube|etcd)[A-Z]/.test(one.alertname ?? "");
  if (namespace === "" && own) {
    return { kind: "Component", namespace: "kube-system", name: "control plane", by: "alertname" };
  }
  if (namespace === "" || NO_OBJECT.has(one.alertname ?? "")) return undefined;
  const service = one.service || one.destination_service_name || one.kubernetes_service;
  if (service) return { kind: "Service", namespace, name: service, by: "service" };
  const app = one.app_kubernetes_io_name || one.app || one.k8s_app;
  if (app) return { kind: "Workload", namespace, name: app, by: "app" };
  return { kind: "Namespace", namespace: "", name: namespace, by: "namespace" };
}

/** The exporter's pod and address where an alert of a node names no node. */
export function exporterOf(labels: Labels): { namespace: string; pod: string; address: string } | undefined {
  const scraped = `${labels.job ?? ""} ${labels.pod ?? ""} ${labels.container ?? ""}`;
  if (!/node-?exporter/.test(scraped)) return undefined;
  const address = (labels.instance ?? "").replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return { namespace: labels.namespace ?? "", pod: labels.pod ?? "", address };
}

/**
 * The labels that are about the object. Where an exporter keeps what it is told apart from its own by `exported_`, those
 * are the object's; where its own pod stands in `pod`, that is left out with all that describes the scrape.
 */
function withoutExporter(labels: Labels): Labels {
  const exported = Object.entries(labels).filter(([name]) => name.startsWith("exported_"));
  if (exported.length > 0) {
    const { pod: _p, container: _c, service: _s, namespace: _n, ...rest } = labels;
    return { ...rest, ...Object.fromEntries(exported.map(([name, value]) => [name.slice("exported_".length), value])) };
  }
  const { job = "", service = "", container = "", pod = "" } = labels;
  const self = [job, service, container].find((one) => EXPORTER.test(one)) ?? "";
  if (self === "") return labels;
  const kept = { ...labels };
  const own = (name: string) => name !== "" && (EXPORTER.test(name) || name === self);
  const scrapesItself = own(pod);
  if (own(service)) delete kept.service;
  if (own(container)) delete kept.container;
  if (!scrapesItself) return kept;
  delete kept.pod;
  // With its own pod goes its own namespace, unless another label names an object in it.
  if (!BY_LABEL.some(([label]) => labels[label])) delete kept.namespace;
  return kept;
}

function kindOf(text: string | undefined): TargetKind | undefined {
  switch ((text ?? "").toLowerCase()) {
    case "deployment":
      return "Deployment";
    case "statefulset":
      return "StatefulSet";
    case "daemonset":
      return "DaemonSet";
    case "replicaset":
      return "ReplicaSet";
    case "job":
      return "Job";
    case "cronjob":
      return "CronJob";
    case "pod":
      return "Pod";
    case "":
      return "Workload";
    default:
      return undefined;
  }
}
