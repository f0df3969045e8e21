import type { Ref } from "./objects.ts";
import { isReady, ownerRef, refOf, type View } from "./view.ts";

/** Something that does not go as it should, whatever its cause. */
export interface Symptom {
  object: Ref;
  says: string;
}

/** How much worse than normal a figure must be before it counts: twice as slow, and a tenth of a second a step. */
const SLOWER = 2;
const THROUGHPUT_LEFT = 0.7;

export function symptomsOf(view: View): Symptom[] {
  const found: Symptom[] = [];
  for (const pod of view.troubled()) found.push({ object: ownerRef(pod), says: `pod ${pod.name} is not ready` });
  for (const pod of view.cluster.pods) {
    if (isReady(pod) && restarting(pod.containers)) {
      found.push({ object: ownerRef(pod), says: `pod ${pod.name} restarts` });
    }
  }
  for (const workload of view.cluster.workloads) {
    if (workload.suspended || workload.complete || workload.kind === "Job" || workload.kind === "CronJob") continue;
    if (workload.ready < workload.replicas) {
      found.push({ object: refOf(workload), says: `${workload.ready} of ${workload.replicas} replicas are ready` });
    }
  }
  for (const service of view.cluster.services) {
    if (!service.endpointsKnown || Object.keys(service.selector).length === 0 || service.ready.length > 0) continue;
    const backend = view.backendOf(service);
    found.push({ object: backend ? refOf(backend) : refOf(service), says: `service ${service.name} has no endpoints` });
  }
  for (const probe of view.cluster.probes) {
    if (probe.open) continue;
    const backend = view.backendOf({ namespace: probe.namespace, name: probe.service });
    const object: Ref = backend ? refOf(backend) : { kind: "Service", namespace: probe.namespace, name: probe.service };
    found.push({ object, says: `${probe.service}:${probe.port} cannot be reached` });
  }
  for (const failure of view.cluster.failures) {
    const object: Ref = { kind: "Workload", namespace: failure.namespace, name: failure.service };
    found.push({ object, says: `${failure.count} requests to ${failure.path} failed` });
  }
  for (const signal of view.cluster.signals) {
    const { normal, now } = signal;
    const worse = signal.metric === "latency_ms" && normal !== undefined && now !== undefined && now > normal * SLOWER;
    const fewer = signal.metric === "requests_per_second" && normal !== undefined &&
      (now ?? 0) < normal * THROUGHPUT_LEFT;
    if (worse || fewer || signal.metric === "success_percent") {
      found.push({ object: signal.object, says: signal.quote });
    }
  }
  for (const node of view.cluster.nodes) {
    const ready = node.conditions.find((one) => one.type === "Ready");
    if (ready && ready.status !== "True") found.push({ object: refOf(node), says: `node ${node.name} is not ready` });
  }
  return found;
}

function restarting(containers: { restarts: number; last?: { agoSeconds?: number } }[]): boolean {
  return containers.some((one) => one.restarts >= 2 && (one.last?.agoSeconds ?? Infinity) < 600);
}
