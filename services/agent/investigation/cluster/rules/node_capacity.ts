import { ownerRef, refOf } from "../view.ts";
import { type Finding, kubectl, once, quote, quoteEvent, type Rule } from "./rule.ts";
import { type Obstacle, unschedulablePods } from "./unschedulable.ts";

const KINDS: { obstacle: Obstacle; cause: string; what: string }[] = [
  { obstacle: "cpu", cause: "cpu_capacity", what: "CPU" },
  { obstacle: "memory", cause: "memory_capacity", what: "memory" },
  { obstacle: "pods", cause: "pod_capacity", what: "room for pods" },
  { obstacle: "storage", cause: "resource_capacity", what: "of a resource" },
  { obstacle: "ports", cause: "host_port_taken", what: "free host ports" },
];

/** A pod asks for more than any node has left. */
export const nodeCapacity: Rule = {
  name: "node_capacity",
  group: "scheduling",
  causes: KINDS.map((one) => one.cause),
  looksAt: ["FailedScheduling events", "requests of the pod", "allocatable of the nodes"],
  find(view) {
    return once(
      unschedulablePods(view).flatMap((one): Finding[] => {
        const kind = KINDS.find((each) => each.obstacle === one.main);
        if (!kind) return [];
        const { pod } = one;
        const field = kind.obstacle === "cpu" ? "cpu" : kind.obstacle === "memory" ? "memoryBytes" : undefined;
        const asked = field && sum(pod.spec.containers.map((each) => each.requests[field] ?? 0));
        const most = field && Math.max(0, ...view.cluster.nodes.map((node) => node.allocatable[field] ?? 0));
        const never = asked !== undefined && most !== undefined && most > 0 && asked > most;
        return [{
          group: "scheduling",
          cause: kind.cause,
          object: ownerRef(pod),
          says: `Pod ${pod.name} finds no node with enough ${kind.what}${
            never ? `: it asks for ${asked}, and the largest node has ${most}` : ""
          }.`,
          for: [
            quoteEvent(one.event),
            ...asked ? [quote(refOf(pod), `sum of resources.requests.${field}`, String(asked))] : [],
          ],
          against: [],
          certainty: never ? 0.96 : 0.9,
          explains: [refOf(pod)],
          fix: [
            kubectl("set resources", ownerRef(pod), `--requests=${field === "cpu" ? "cpu" : "memory"}=<less>`),
            "kubectl describe nodes",
          ],
        }];
      }),
    );
  },
};

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
