/** What the agent reads of a cluster, kind by kind. There is no entry for Secrets: nothing here can ask for one. */
export interface Resource {
  readonly plural: string;
  /** "" is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

function core(plural: string, kind: string, namespaced = true): Resource {
  return { plural, group: "", version: "v1", kind, namespaced };
}

function of(group: string, plural: string, kind: string, { version = "v1", namespaced = true } = {}): Resource {
  return { plural, group, version, kind, namespaced };
}

export const RESOURCES = {
  pods: core("pods", "Pod"),
  services: core("services", "Service"),
  events: core("events", "Event"),
  configMaps: core("configmaps", "ConfigMap"),
  claims: core("persistentvolumeclaims", "PersistentVolumeClaim"),
  quotas: core("resourcequotas", "ResourceQuota"),
  limitRanges: core("limitranges", "LimitRange"),
  serviceAccounts: core("serviceaccounts", "ServiceAccount"),
  nodes: core("nodes", "Node", false),
  volumes: core("persistentvolumes", "PersistentVolume", false),
  deployments: of("apps", "deployments", "Deployment"),
  replicaSets: of("apps", "replicasets", "ReplicaSet"),
  statefulSets: of("apps", "statefulsets", "StatefulSet"),
  daemonSets: of("apps", "daemonsets", "DaemonSet"),
  revisions: of("apps", "controllerrevisions", "ControllerRevision"),
  jobs: of("batch", "jobs", "Job"),
  cronJobs: of("batch", "cronjobs", "CronJob"),
  ingresses: of("networking.k8s.io", "ingresses", "Ingress"),
  policies: of("networking.k8s.io", "networkpolicies", "NetworkPolicy"),
  slices: of("discovery.k8s.io", "endpointslices", "EndpointSlice"),
  storageClasses: of("storage.k8s.io", "storageclasses", "StorageClass", { namespaced: false }),
  autoscalers: of("autoscaling", "horizontalpodautoscalers", "HorizontalPodAutoscaler", { version: "v2" }),
  budgets: of("policy", "poddisruptionbudgets", "PodDisruptionBudget"),
  leases: of("coordination.k8s.io", "leases", "Lease"),
  podMetrics: of("metrics.k8s.io", "pods", "PodMetrics", { version: "v1beta1" }),
  nodeMetrics: of("metrics.k8s.io", "nodes", "NodeMetrics", { version: "v1beta1", namespaced: false }),
} as const satisfies Record<string, Resource>;

export type ResourceName = keyof typeof RESOURCES;

/** The path of a list, of all namespaces where none is named, or of one object. */
export function pathOf(resource: Resource, { namespace, name }: { namespace?: string; name?: string } = {}): string {
  const root = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const space = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${space}/${resource.plural}${name ? `/${encodeURIComponent(name)}` : ""}`;
}
