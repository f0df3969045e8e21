import type { Target } from "../target.ts";

/** An alert that kube-prometheus-stack ships: its labels as they arrive, and the object that they mean. */
export interface PublishedAlert {
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `Deployment shop/web`; null where no object can be meant. */
  readonly object: string | null;
  /** What is looked at, for the documentation. */
  readonly looks: string;
}

/** What an alert on kube-state-metrics' series bears beside the object's own labels. */
const STATE = { job: "kube-state-metrics", service: "kps-kube-state-metrics", endpoint: "http" };
const STATE_POD = { ...STATE, pod: "kps-kube-state-metrics-6d5f-x2k9p", container: "kube-state-metrics" };
const NODE_EXPORTER = {
  job: "node-exporter",
  service: "kps-prometheus-node-exporter",
  pod: "kps-prometheus-node-exporter-7xk2p",
  container: "node-exporter",
  namespace: "monitoring",
  instance: "10.0.0.5:9100",
};
const KUBELET = { job: "kubelet", service: "kps-kubelet", namespace: "kube-system", metrics_path: "/metrics" };

const ROLLOUT = "the workload, its ReplicaSets, pods, their states, events and logs, quotas, nodes";
const PODS = "the pod, its workload, container states, events, logs (the previous container's, too), what it mounts";
const NODE = "the node's conditions, taints and lease, its pods, the programs of the node";
const PLANE = "pods of the control plane and of every node in kube-system, their leases, nodes";
const EXPORTED = "the exporter's node: its conditions, its pods";
const CLAIM = "the claim, its volume and storage class, the pods that use it";

function state(object: string, labels: Record<string, string>, ...names: string[]): PublishedAlert {
  return { names, labels: { ...STATE_POD, namespace: "shop", ...labels }, object, looks: ROLLOUT };
}

function of(object: string | null, labels: Record<string, string>, looks: string, ...names: string[]): PublishedAlert {
  return { names, labels, object, looks };
}

export const PUBLISHED_ALERTS: readonly PublishedAlert[] = [
  of(
    "Pod shop/web-1",
    { ...STATE, namespace: "shop", pod: "web-1", container: "web", reason: "CrashLoopBackOff" },
    PODS,
    "KubePodCrashLooping",
    "KubeContainerWaiting",
  ),
  of("Pod shop/web-1", { namespace: "shop", pod: "web-1" }, PODS, "KubePodNotReady"),
  state(
    "Deployment shop/web",
    { deployment: "web" },
    "KubeDeploymentGenerationMismatch",
    "KubeDeploymentReplicasMismatch",
    "KubeDeploymentRolloutStuck",
  ),
  state(
    "StatefulSet shop/db",
    { statefulset: "db" },
    "KubeStatefulSetReplicasMismatch",
    "KubeStatefulSetGenerationMismatch",
    "KubeStatefulSetUpdateNotRolledOut",
  ),
  state(
    "DaemonSet shop/agent",
    { daemonset: "agent" },
    "KubeDaemonSetRolloutStuck",
    "KubeDaemonSetNotScheduled",
    "KubeDaemonSetMisScheduled",
  ),
  state("Job shop/report-1", { job_name: "report-1" }, "KubeJobNotCompleted", "KubeJobFailed"),
  {
    ...state(
      "HorizontalPodAutoscaler shop/web",
      { horizontalpodautoscaler: "web" },
      "KubeHpaReplicasMismatch",
      "KubeHpaMaxedOut",
    ),
    looks: "the autoscaler's bounds and conditions, the workload that it scales",
  },
  {
    ...state("PodDisruptionBudget shop/web", { poddisruptionbudget: "web" }, "KubePdbNotEnoughHealthyPods"),
    looks: "the workloads whose pods the budget keeps",
  },
  {
    ...state(
      "ResourceQuota shop/team",
      { resourcequota: "team", resource: "requests.cpu", type: "hard" },
      "KubeQuotaAlmostFull",
      "KubeQuotaFullyUsed",
      "KubeQuotaExceeded",
    ),
    looks: "the quota, pods and services that it refused",
  },
  of(
    "Pod shop/web-1",
    { namespace: "shop", pod: "web-1", container: "web" },
    "the pod's CPU limit, its workload",
    "CPUThrottlingHigh",
  ),
  of(
    "PersistentVolumeClaim shop/data-db-0",
    { ...KUBELET, namespace: "shop", persistentvolumeclaim: "data-db-0", node: "left", instance: "10.0.0.5:10250" },
    CLAIM,
    "KubePersistentVolumeFillingUp",
    "KubePersistentVolumeInodesFillingUp",
  ),
  of(
    "PersistentVolume /disk-7",
    { ...STATE_POD, namespace: "monitoring", persistentvolume: "disk-7", phase: "Failed" },
    "the volume's phase and message, its claim",
    "KubePersistentVolumeErrors",
  ),
  of(
    "Node /left",
    { ...STATE_POD, namespace: "monitoring", node: "left", condition: "Ready" },
    NODE,
    "KubeNodeNotReady",
    "KubeNodeUnreachable",
    "KubeNodePressure",
    "KubeNodeReadinessFlapping",
  ),
  of(
    "Node /left",
    { ...KUBELET, node: "left", instance: "10.0.0.5:10250" },
    NODE,
    "KubeletTooManyPods",
    "KubeletPlegDurationHigh",
    "KubeletPodStartUpLatencyHigh",
    "KubeletClientCertificateExpiration",
    "KubeletServerCertificateExpiration",
    "KubeletClientCertificateRenewalErrors",
    "KubeletServerCertificateRenewalErrors",
    "KubeNodeEviction",
  ),
  of("Component kube-system/kubelet", { job: "kubelet" }, PLANE, "KubeletDown"),
  of("Component kube-system/kube-scheduler", { job: "kube-scheduler" }, PLANE, "KubeSchedulerDown"),
  of(
    "Component kube-system/kube-controller-manager",
    { job: "kube-controller-manager" },
    PLANE,
    "KubeControllerManagerDown",
  ),
  of("Component kube-system/kube-proxy", { job: "kube-proxy" }, PLANE, "KubeProxyDown"),
  of(
    "Component kube-system/kube-apiserver",
    { job: "apiserver" },
    PLANE,
    "KubeAPIDown",
    "KubeClientCertificateExpiration",
  ),
  of(
    "Component kube-system/etcd",
    { job: "kube-etcd", instance: "10.0.0.2:2381" },
    PLANE,
    "etcdMembersDown",
    "etcdInsufficientMembers",
    "etcdNoLeader",
    "etcdHighNumberOfLeaderChanges",
    "etcdHighNumberOfFailedGRPCRequests",
    "etcdGRPCRequestsSlow",
    "etcdMemberCommunicationSlow",
    "etcdHighNumberOfFailedProposals",
    "etcdHighFsyncDurations",
    "etcdHighCommitDurations",
    "etcdDatabaseQuotaLowSpace",
    "etcdExcessiveDatabaseGrowth",
    "etcdDatabaseHighFragmentationRatio",
  ),
  of(
    "Component kube-system/control plane",
    { long: "1h", short: "5m", cluster: "" },
    PLANE,
    "KubeAPIErrorBudgetBurn",
    "KubeAPITerminatedRequests",
    "KubeAggregatedAPIErrors",
    "KubeAggregatedAPIDown",
    "KubeVersionMismatch",
    "KubeCPUOvercommit",
    "KubeMemoryOvercommit",
    "KubeCPUQuotaOvercommit",
    "KubeMemoryQuotaOvercommit",
    "KubeStateMetricsListErrors",
    "KubeStateMetricsWatchErrors",
    "KubeStateMetricsShardingMismatch",
    "KubeStateMetricsShardsMissing",
  ),
  of(
    "Component kube-system/kube-apiserver",
    { job: "apiserver", instance: "10.0.0.2:6443", namespace: "default" },
    PLANE,
    "KubeClientErrors",
  ),
  of(
    null,
    NODE_EXPORTER,
    EXPORTED,
    "NodeFilesystemSpaceFillingUp",
    "NodeFilesystemAlmostOutOfSpace",
    "NodeFilesystemFilesFillingUp",
    "NodeFilesystemAlmostOutOfFiles",
    "NodeNetworkReceiveErrs",
    "NodeNetworkTransmitErrs",
    "NodeNetworkInterfaceFlapping",
    "NodeHighNumberConntrackEntriesUsed",
    "NodeTextFileCollectorScrapeError",
    "NodeClockSkewDetected",
    "NodeClockNotSynchronising",
    "NodeRAIDDegraded",
    "NodeRAIDDiskFailure",
    "NodeFileDescriptorLimit",
    "NodeCPUHighUsage",
    "NodeSystemSaturation",
    "NodeMemoryMajorPagesFaults",
    "NodeMemoryHighUtilization",
    "NodeDiskIOSaturation",
    "NodeSystemdServiceFailed",
    "NodeSystemdServiceCrashlooping",
    "NodeBondingDegraded",
  ),
  of(
    "Service shop/web",
    { job: "web", namespace: "shop", service: "web" },
    "the service, its endpoints, the workload behind it",
    "TargetDown",
  ),
  of(
    "Pod monitoring/prometheus-kps-0",
    { job: "kps-prometheus", namespace: "monitoring", pod: "prometheus-kps-0", container: "prometheus" },
    PODS,
    "PrometheusBadConfig",
    "PrometheusNotIngestingSamples",
    "PrometheusRuleFailures",
    "PrometheusTSDBCompactionsFailing",
    "PrometheusTargetSyncFailure",
    "PrometheusErrorSendingAlertsToAnyAlertmanager",
    "PrometheusRemoteStorageFailures",
  ),
  of(
    "Pod monitoring/alertmanager-kps-0",
    { job: "kps-alertmanager", namespace: "monitoring", pod: "alertmanager-kps-0", container: "alertmanager" },
    PODS,
    "AlertmanagerFailedReload",
    "AlertmanagerFailedToSendAlerts",
    "AlertmanagerMembersInconsistent",
    "ConfigReloaderSidecarErrors",
  ),
  of(
    "Service monitoring/kps-alertmanager",
    { job: "kps-alertmanager", namespace: "monitoring", service: "kps-alertmanager" },
    "the service, its endpoints, the workload behind it",
    "AlertmanagerConfigInconsistent",
    "AlertmanagerClusterDown",
    "AlertmanagerClusterCrashlooping",
    "AlertmanagerClusterFailedToSendAlerts",
  ),
  of(
    null,
    { namespace: "monitoring" },
    "nothing: it says that alerting works, or silences others",
    "Watchdog",
    "InfoInhibitor",
  ),
];

/** `Deployment shop/web`. */
export function shown(target: Target | undefined): string | null {
  return target === undefined ? null : `${target.kind} ${target.namespace}/${target.name}`;
}
