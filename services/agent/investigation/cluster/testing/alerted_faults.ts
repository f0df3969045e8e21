import { SPACE } from "./build.ts";
import { fault, type Shop } from "./fault.ts";
import type { Ref } from "../objects.ts";

function alerted(draft: Shop, name: string, ...objects: Ref[]): void {
  draft.cluster.alerts.push({ name, objects, text: `${name} says what it measured: 97 %` });
}

function workload(name: string): Ref {
  return { kind: "Workload", namespace: SPACE, name, as: "Deployment" };
}

function failedJob(draft: Shop, reason: string, exitCode: number): void {
  const job = draft.app("report", {
    port: 0,
    changes: {
      kind: "Job",
      failed: true,
      ready: 0,
      ageSeconds: 900,
      conditions: [{ type: "Failed", status: "True", reason, message: "Job has reached its limit" }],
    },
  });
  Object.assign(job.pod, {
    phase: "Failed",
    conditions: [{ type: "Ready", status: "False" }],
    containers: [{ name: "report", ready: false, restarts: 0, state: "terminated", reason: "Error", exitCode }],
  });
}

/** Faults that show where somebody is alerted about the object, and Jobs that gave up. */
export const ALERTED_FAULTS = [
  fault("a job that gave up", ["job_failed", "report"], (draft) => {
    failedJob(draft, "BackoffLimitExceeded", 3);
    draft.log("report", "begin", "ERROR cannot open the ledger", "bye");
  }),
  fault("a job that took too long", ["job_deadline", "report"], (draft) => failedJob(draft, "DeadlineExceeded", 143)),
  fault("an autoscaler at its bound", ["autoscaler_at_limit", "web"], (draft) => {
    draft.cluster.autoscalers.push(scaler({ current: 2, desired: 2 }));
    alerted(draft, "KubeHpaMaxedOut", workload("web"));
  }),
  fault("an autoscaler without figures", ["autoscaler_without_metrics", "web"], (draft) => {
    const conditions = [{ type: "ScalingActive", status: "False", reason: "FailedGetResourceMetric" }];
    draft.cluster.autoscalers.push(scaler({ current: 1, desired: 0, conditions }));
    alerted(draft, "KubeHpaReplicasMismatch", workload("web"));
  }),
  fault("a quota that is nearly full", ["quota_nearly_full", SPACE], (draft) => {
    const hard = { "requests.cpu": "4", pods: "50" };
    draft.cluster.quotas.push({
      namespace: SPACE,
      name: "team",
      kind: "ResourceQuota",
      hard,
      used: { "requests.cpu": "3800m", pods: "4" },
    });
    alerted(draft, "KubeQuotaAlmostFull", { kind: "ResourceQuota", namespace: SPACE, name: "team" });
  }),
  fault("a volume that failed", ["volume_failed", "disk-7"], (draft) => {
    draft.cluster.volumes.push({ name: "disk-7", phase: "Failed", accessModes: [], labels: {}, claim: `${SPACE}/old` });
  }),
  fault("a volume that fills up", ["volume_filling_up", "stock-data"], (draft) => {
    draft.stock.pod.spec = {
      ...draft.stock.pod.spec,
      mounts: [{ name: "data", kind: "claim", source: "stock-data" }],
    };
    draft.cluster.claims.push({
      namespace: SPACE,
      name: "stock-data",
      phase: "Bound",
      volume: "disk-1",
      requestBytes: 10 * 2 ** 30,
      accessModes: ["ReadWriteOnce"],
      selector: [],
      usedBy: [draft.stock.pod.name],
    });
    alerted(draft, "KubePersistentVolumeFillingUp", {
      kind: "PersistentVolumeClaim",
      namespace: SPACE,
      name: "stock-data",
    });
  }),
  fault(
    "throttling that an alert measured",
    ["cpu_throttled", "orders"],
    (draft) => alerted(draft, "CPUThrottlingHigh", { kind: "Pod", namespace: SPACE, name: draft.orders.pod.name }),
  ),
  fault("a node with as many pods as it may have", ["node_pods_full", "left"], (draft) => {
    const left = draft.cluster.nodes.find((one) => one.name === "left");
    Object.assign(left ?? {}, { allocatable: { cpu: 4, memoryBytes: 2 ** 34, pods: 2 } });
    for (const pod of draft.cluster.pods) pod.node = "left";
    alerted(draft, "KubeletTooManyPods", { kind: "Node", namespace: "", name: "left" });
  }),
  fault("a rollout that is paused", ["rollout_paused", "web"], (draft) => {
    Object.assign(draft.web.workload, { paused: true, updated: 1 });
    alerted(draft, "KubeDeploymentRolloutStuck", workload("web"));
  }),
];

function scaler(
  changes: { current: number; desired: number; conditions?: { type: string; status: string; reason: string }[] },
) {
  return {
    namespace: SPACE,
    name: "web",
    target: { kind: "Deployment", name: "web" },
    min: 1,
    max: 2,
    conditions: [],
    ...changes,
  };
}
