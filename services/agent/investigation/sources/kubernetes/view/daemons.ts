import type { NodeDaemon, Pod } from "../../../cluster/mod.ts";
import type { Lease } from "../read/mod.ts";

const COMPONENTS: readonly NodeDaemon["name"][] = [
  "kube-scheduler",
  "kube-controller-manager",
  "etcd",
  "kube-apiserver",
];
const LEADERS = ["kube-scheduler", "kube-controller-manager"] as const;
/** A lease is renewed several times within its duration; this many durations without it are no hiccup. */
const MISSED = 4;
const LEAST_SECONDS = 60;
/** A pod that is younger is still coming up. */
const STARTING_SECONDS = 120;

/** Whether the programs run that the cluster needs: by their pods in the system's namespace and by their leases. */
export function daemonsOf(
  pods: readonly Pod[],
  { leases, nowMs }: { readonly leases: readonly Lease[]; readonly nowMs: number },
): NodeDaemon[] {
  const found: NodeDaemon[] = [];
  for (const name of COMPONENTS) found.push(...ofPods(pods.filter((pod) => pod.labels.component === name), name, true));
  found.push(...ofPods(pods.filter((pod) => pod.labels["k8s-app"] === "kube-proxy"), "kube-proxy", false));
  for (const name of LEADERS) {
    if (found.some((one) => one.name === name)) continue;
    const lease = leases.find((one) => one.namespace === "kube-system" && one.name === name);
    const age = lease === undefined ? NaN : (nowMs - Date.parse(lease.renewedAt)) / 1_000;
    if (lease === undefined || Number.isNaN(age)) continue;
    found.push({
      node: lease.holder.split("_")[0] ?? "",
      name,
      running: age <= Math.max(LEAST_SECONDS, lease.seconds * MISSED),
      quote: `lease renewed ${Math.round(age)} s ago by ${lease.holder}`,
    });
  }
  return found;
}

/** One of several that is down is no outage where the others take over (`shared`). */
function ofPods(pods: readonly Pod[], name: NodeDaemon["name"], shared: boolean): NodeDaemon[] {
  const grown = pods.filter((pod) => !pod.deleting && (pod.ageSeconds ?? Infinity) > STARTING_SECONDS || ready(pod));
  const some = shared && grown.some(ready);
  return grown.filter((pod) => pod.node !== undefined && (!some || ready(pod))).map((pod) => ({
    node: pod.node!,
    name,
    running: ready(pod),
    quote: `pod ${pod.name} ${ready(pod) ? "is ready" : `is not ready${why(pod)}`}`,
  }));
}

function ready(pod: Pod): boolean {
  return pod.conditions.some((one) => one.type === "Ready" && one.status === "True");
}

function why(pod: Pod): string {
  const state = pod.containers.find((one) => one.reason !== undefined) ?? pod.containers.find((one) => !one.ready);
  return state === undefined ? ` (${pod.phase})` : ` (${state.reason ?? state.state}, ${state.restarts} restarts)`;
}
