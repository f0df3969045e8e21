import type { Pod, Ref, Workload } from "../../../cluster/mod.ts";
import type { ReadPod, ReadWorkload } from "../read/mod.ts";

/** ReplicaSets of a Deployment whose events still count: the newest ones, and those that have pods. */
const MOST_OWNED = 5;

const WORKLOADS = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"]);

/** Every workload that stands on its own; a Deployment knows its ReplicaSets, and pods the workload at the top. */
export function joinOwners(
  workloads: readonly ReadWorkload[],
  pods: readonly ReadPod[],
): { workloads: Workload[]; pods: Pod[] } {
  const top = new Map<string, Workload>();
  const between = new Map<string, Workload>();
  for (const { workload, controller } of workloads) {
    if (workload.kind !== "ReplicaSet" || controller?.kind !== "Deployment") top.set(keyOf(workload), workload);
  }
  const sets = workloads.filter(({ workload, controller }) =>
    workload.kind === "ReplicaSet" && controller?.kind === "Deployment"
  ).toSorted((one, other) => (one.workload.ageSeconds ?? 0) - (other.workload.ageSeconds ?? 0));
  for (const { workload, controller } of sets) {
    const owner = top.get(`Deployment ${workload.namespace}/${controller!.name}`);
    // Of a Deployment that is gone or was not read, the set itself is the workload.
    if (owner === undefined) top.set(keyOf(workload), workload);
    else {
      between.set(keyOf(workload), owner);
      if (owner.owned.length < MOST_OWNED || workload.replicas > 0) owner.owned.push(workload.name);
    }
  }
  for (const { pod, controller } of pods) {
    if (controller === undefined || !WORKLOADS.has(controller.kind)) continue;
    const key = `${controller.kind} ${pod.namespace}/${controller.name}`;
    const workload = top.get(key) ?? between.get(key);
    pod.owner = workload === undefined ? unreadOwner(pod, controller) : refOfWorkload(workload);
  }
  return { workloads: [...top.values()], pods: pods.map(({ pod }) => pod) };
}

/** The owner of a pod whose workloads were not read; a ReplicaSet's name ends with the hash that its pods bear as a label. */
function unreadOwner(pod: Pod, controller: { kind: string; name: string }): Ref {
  const hash = pod.labels["pod-template-hash"];
  const bare = controller.kind === "ReplicaSet" && hash !== undefined && controller.name.endsWith(`-${hash}`);
  const name = bare ? controller.name.slice(0, -hash.length - 1) : controller.name;
  return { kind: "Workload", namespace: pod.namespace, name, as: bare ? "Deployment" : controller.kind };
}

function refOfWorkload(one: Workload): Ref {
  return { kind: "Workload", namespace: one.namespace, name: one.name, as: one.kind };
}

function keyOf(one: Workload): string {
  return `${one.kind} ${one.namespace}/${one.name}`;
}
