import { meets, meetsNodeSelector, untolerated } from "../labels.ts";
import type { Pod } from "../objects.ts";
import { ownerRef, refOf, type View } from "../view.ts";
import { type Finding, kubectl, once, type Quote, quote, quoteEvent, type Rule, shellWord } from "./rule.ts";
import { type Obstacle, type Unschedulable, unschedulablePods } from "./unschedulable.ts";

interface Choice {
  name: string;
  obstacle: Obstacle;
  cause: (pod: Pod, view: View) => string | undefined;
  causes: string[];
  says: (one: Unschedulable) => string;
  quotes: (view: View, one: Unschedulable) => Quote[];
  fix: (view: View, one: Unschedulable) => string[];
}

/** A rule for one thing that keeps a pod off the nodes: the scheduler names it, the objects show why. */
function nodeRule(choice: Choice): Rule {
  return {
    name: choice.name,
    group: "scheduling",
    causes: choice.causes,
    looksAt: ["FailedScheduling events", "pod spec", "nodes"],
    find(view) {
      return once(
        unschedulablePods(view).flatMap((one): Finding[] => {
          const cause = one.main === choice.obstacle ? choice.cause(one.pod, view) : undefined;
          if (!cause) return [];
          return [{
            group: "scheduling",
            cause,
            object: ownerRef(one.pod),
            says: `Pod ${one.pod.name} finds no node: ${choice.says(one)}.`,
            for: [quoteEvent(one.event), ...choice.quotes(view, one)],
            against: [],
            certainty: 0.93,
            explains: [refOf(one.pod)],
            fix: choice.fix(view, one),
          }];
        }),
      );
    },
  };
}

export const cordonedNodes = nodeRule({
  name: "cordoned_nodes",
  obstacle: "cordon",
  causes: ["node_cordoned"],
  cause: () => "node_cordoned",
  says: () => "the nodes that it could run on are cordoned",
  quotes: (view) => cordoned(view).map((one) => quote(refOf(one), "spec.unschedulable", "true")),
  fix: (view) => cordoned(view).map((one) => `kubectl uncordon ${shellWord(one.name)}`),
});

export const nodeSelector = nodeRule({
  name: "node_selector",
  obstacle: "selection",
  causes: ["node_selector"],
  cause: (pod, view) => selectorFails(view, pod) ? "node_selector" : undefined,
  says: ({ pod }) => `no node has the labels of its node selector (${pairs(pod.spec.nodeSelector)})`,
  quotes: (_view, { pod }) => [quote(refOf(pod), "spec.nodeSelector", pairs(pod.spec.nodeSelector))],
  fix: (_view, { pod }) => [
    "kubectl get nodes --show-labels",
    `kubectl label node <node> ${shellWord(pairs(pod.spec.nodeSelector).replaceAll(", ", " "))}`,
    kubectl("edit", ownerRef(pod)),
  ],
});

export const nodeAffinity = nodeRule({
  name: "node_affinity",
  obstacle: "selection",
  causes: ["node_affinity"],
  cause: (pod, view) => selectorFails(view, pod) ? undefined : "node_affinity",
  says: () => "no node meets its required node affinity",
  quotes: (view, { pod }) =>
    pod.spec.affinity.flat().filter((one) => view.cluster.nodes.every((node) => !meets(one, node.labels))).map((one) =>
      quote(refOf(pod), "spec.affinity.nodeAffinity", `${one.key} ${one.operator} ${one.values.join(", ")}`)
    ),
  fix: (_view, { pod }) => ["kubectl get nodes --show-labels", kubectl("edit", ownerRef(pod))],
});

export const podAntiAffinity = nodeRule({
  name: "pod_anti_affinity",
  obstacle: "anti-affinity",
  causes: ["pod_anti_affinity"],
  cause: () => "pod_anti_affinity",
  says: () => "its anti-affinity does not allow it beside the pods that already run, and there is no further node",
  quotes: (_view, { pod }) =>
    pod.spec.antiAffinity.map((one) =>
      quote(refOf(pod), "spec.affinity.podAntiAffinity", `topology ${one.topologyKey}`)
    ),
  fix: (_view, { pod }) => [
    kubectl("scale", ownerRef(pod), "--replicas=<at most one a node>"),
    kubectl("edit", ownerRef(pod)),
  ],
});

export const podAffinity = nodeRule({
  name: "pod_affinity",
  obstacle: "affinity-to-pods",
  causes: ["pod_affinity"],
  cause: () => "pod_affinity",
  says: () => "no node runs the pods that its affinity asks for",
  quotes: () => [],
  fix: (_view, { pod }) => [kubectl("edit", ownerRef(pod))],
});

export const topologySpread = nodeRule({
  name: "topology_spread",
  obstacle: "spread",
  causes: ["topology_spread"],
  cause: () => "topology_spread",
  says: () => "its topology spread constraints cannot be met",
  quotes: () => [],
  fix: (_view, { pod }) => [kubectl("edit", ownerRef(pod))],
});

/** Taints that Kubernetes sets itself say that a node is in trouble; the node is the cause then, not a toleration. */
export const untoleratedTaint = nodeRule({
  name: "untolerated_taint",
  obstacle: "taint",
  causes: ["untolerated_taint"],
  cause: () => "untolerated_taint",
  says: ({ obstacles }) => obstacles.find((one) => one.kind === "taint")?.text ?? "a taint",
  quotes: (view, { pod }) =>
    view.cluster.nodes.flatMap((node) =>
      untolerated(pod.spec, node).map((taint) =>
        quote(refOf(node), "spec.taints", `${taint.key}=${taint.value}:${taint.effect}`)
      )
    ),
  fix: (view, { pod }) =>
    view.cluster.nodes.flatMap((node) =>
      untolerated(pod.spec, node).map((taint) =>
        `kubectl taint node ${shellWord(node.name)} ${shellWord(`${taint.key}:${taint.effect}`)}-`
      )
    ).concat(kubectl("edit", ownerRef(pod))),
});

/** The plain selector is the reason unless some node has all of its labels and the affinity is what that node misses. */
function selectorFails(view: View, pod: Pod): boolean {
  if (Object.keys(pod.spec.nodeSelector).length === 0) return false;
  return pod.spec.affinity.length === 0 || !view.cluster.nodes.some((one) => meetsNodeSelector(pod.spec, one));
}

function cordoned(view: View) {
  return view.cluster.nodes.filter((one) => one.unschedulable && !one.controlPlane);
}

function pairs(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(", ");
}
