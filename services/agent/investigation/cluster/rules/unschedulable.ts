import type { Event, Pod } from "../objects.ts";
import { meetsNodeAffinity, meetsNodeSelector } from "../labels.ts";
import type { View } from "../view.ts";
import { latest } from "./rule.ts";

export type Obstacle =
  | "cordon"
  | "taint"
  | "selection"
  | "anti-affinity"
  | "affinity-to-pods"
  | "spread"
  | "cpu"
  | "memory"
  | "pods"
  | "storage"
  | "ports"
  | "claim"
  | "volume-node"
  | "other";

export interface Unschedulable {
  pod: Pod;
  event: Event;
  obstacles: { kind: Obstacle; nodes: number; text: string }[];
  /** What would have to go first: the obstacle on the nodes that the pod's own selection allows. */
  main: Obstacle;
}

const READERS: [RegExp, Obstacle][] = [
  [/unschedulable/, "cordon"],
  [/untolerated taint|taints? that the pod didn't tolerate/, "taint"],
  [/node affinity|node selector|nodeaffinity/i, "selection"],
  [/anti-affinity/, "anti-affinity"],
  [/pod affinity/, "affinity-to-pods"],
  [/topology spread/, "spread"],
  [/Insufficient cpu/, "cpu"],
  [/Insufficient memory/, "memory"],
  [/Too many pods|Insufficient pods/, "pods"],
  [/Insufficient (ephemeral-storage|\S+)/, "storage"],
  [/free ports/, "ports"],
  [/volume node affinity|volume zone/, "volume-node"],
  [/persistentvolumeclaim|PersistentVolumeClaims|bind/, "claim"],
];

/** Pods that wait for a node, each with what the scheduler said last about every node. */
export function unschedulablePods(view: View): Unschedulable[] {
  const found: Unschedulable[] = [];
  for (const pod of view.troubled()) {
    if (pod.node || pod.phase !== "Pending") continue;
    const event = latest(view.eventsOf(pod), /^FailedScheduling$/, /nodes are available|persistentvolumeclaim/);
    if (!event) continue;
    const obstacles = readObstacles(event.message);
    if (obstacles.length > 0) found.push({ pod, event, obstacles, main: mainObstacle(view, pod, obstacles) });
  }
  return found;
}

function readObstacles(message: string): Unschedulable["obstacles"] {
  const said = message.slice(0, 2_000).split(/\.? ?preemption:/)[0] ?? "";
  const list = said.replace(/^.*?nodes are available:/, "");
  return list.split(/,(?=\s*\d+ )/).flatMap((part) => {
    const text = part.trim().replace(/\.$/, "");
    const kind = READERS.find(([pattern]) => pattern.test(text))?.[1] ?? (text ? "other" : undefined);
    return kind ? [{ kind, nodes: Number(text.match(/^\d+/)?.[0] ?? 0), text }] : [];
  });
}

/**
 * A cordoned control plane is no reason: it is not meant to take pods. Nodes that the pod's own selector rules out are
 * none either while others are left that it allows; what keeps it from those is.
 */
function mainObstacle(view: View, pod: Pod, obstacles: Unschedulable["obstacles"]): Obstacle {
  const nodes = view.cluster.nodes;
  const spared = nodes.filter((one) => one.controlPlane && one.unschedulable).length;
  const open = obstacles.filter((one) => one.kind !== "cordon" || one.nodes > spared);
  const rest = open.filter((one) => one.kind !== "selection");
  const selection = open.find((one) => one.kind === "selection");
  if (selection && rest.length > 0) {
    const allowed = nodes.filter((one) => meetsNodeSelector(pod.spec, one) && meetsNodeAffinity(pod.spec, one));
    const constrained = Object.keys(pod.spec.nodeSelector).length > 0 || pod.spec.affinity.length > 0;
    if (constrained && nodes.length > 0 && allowed.length > 0 && allowed.every((one) => one.controlPlane)) {
      return "selection";
    }
    if (constrained && nodes.length > 0 && allowed.length === 0 && !rest.some((one) => one.kind === "taint")) {
      return "selection";
    }
  }
  const candidates = rest.length > 0 ? rest : open.length > 0 ? open : obstacles;
  return candidates.toSorted((one, other) => other.nodes - one.nodes)[0]?.kind ?? "other";
}
