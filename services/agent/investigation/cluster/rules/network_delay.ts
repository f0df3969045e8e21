import type { Signal } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { type Finding, kubectl, quote, type Rule, shellWord } from "./rule.ts";
import { reachesBy, type Slowed, slowedWorkloads, workloadRef } from "./slowed.ts";

/** A caller waits for what it calls, so its delay is explained whole; a callee's answers are held up on their way only. */
const CALLEE = 0.75;
const MEDIAN = 0.25;
const TIMES_TEN = 0.25;
/** That one node's network is at fault says more at once than that one pod's is. */
const NODE = -0.5;
const RETRANSMITS = 2;

interface Place {
  kind: "pod" | "node";
  name: string;
  namespace: string;
  score: number;
  explains: Slowed[];
}

/**
 * Packets of one pod, or of all pods of one node, are late or lost. A delay at one place makes slow what is there, all
 * that wait for it, and the answers of what it calls; the place that explains most of what is slow, and leaves least, is it.
 */
export const networkDelay: Rule = {
  name: "network_delay",
  group: "performance",
  causes: ["pod_network_delay", "node_network_delay", "node_packet_loss"],
  looksAt: ["latency beside normal", "success of requests", "calls between services", "retransmits of the nodes"],
  find(view) {
    const slowed = slowedWorkloads(view);
    if (slowed.length === 0) return [];
    const lossy = lossyNode(view);
    if (lossy) return [lossFinding(view, lossy, slowed)];
    const namespaces = Map.groupBy(slowed, (one) => one.namespace);
    return [...namespaces].flatMap(([namespace, some]) => {
      const best = places(view, namespace, some).toSorted((one, other) => other.score - one.score)[0];
      return best ? [delayFinding(view, best, some)] : [];
    });
  },
};

function places(view: View, namespace: string, slowed: Slowed[]): Place[] {
  const reaches = reachesBy(view, namespace);
  const pods = slowed.map((candidate): Place => {
    const calls = new Set(view.callsFrom(namespace, candidate.name).map((one) => one.to));
    const shares = slowed.map((one) => {
      if (one === candidate || reaches(one.name, candidate.name)) return 1;
      return calls.has(one.name) && !one.median ? CALLEE : -1;
    });
    return {
      kind: "pod",
      name: candidate.name,
      namespace,
      score: sum(shares) + (candidate.median ? MEDIAN : 0) + TIMES_TEN * Math.log10(Math.max(candidate.ratio, 1)),
      explains: slowed.filter((_, index) => (shares[index] ?? 0) > 0),
    };
  });
  return [
    ...pods,
    ...view.cluster.nodes.flatMap((node) => nodePlace(view, { namespace, node: node.name, slowed, reaches })),
  ];
}

function nodePlace(
  view: View,
  { namespace, node, slowed, reaches }: {
    namespace: string;
    node: string;
    slowed: Slowed[];
    reaches: (from: string, to: string) => boolean;
  },
): Place[] {
  const here = new Set(
    view.cluster.pods.filter((one) => one.node === node && one.namespace === namespace).map((one) =>
      one.owner?.name ?? one.name
    ),
  );
  const hit = new Set(
    view.cluster.signals.filter((one) => one.object.kind === "Workload").map((one) => one.object.name),
  );
  const slowHere = slowed.filter((one) => here.has(one.name));
  const measured = [...here].filter((name) => hit.has(name));
  // One pod that is slow in the middle may be slow by itself; a node's network slows several.
  if (slowHere.filter((one) => one.median).length < 2 || measured.length < here.size / 2) return [];
  const calls = new Set([...here].flatMap((name) => view.callsFrom(namespace, name).map((one) => one.to)));
  const shares = slowed.map((one) => {
    if (here.has(one.name) || slowHere.some((each) => reaches(one.name, each.name))) return 1;
    return calls.has(one.name) && !one.median ? CALLEE : -1;
  });
  return [{
    kind: "node",
    name: node,
    namespace: "",
    score: sum(shares) + NODE + (slowHere.some((one) => one.median) ? MEDIAN : 0),
    explains: slowed.filter((_, index) => (shares[index] ?? 0) > 0),
  }];
}

function delayFinding(view: View, place: Place, slowed: Slowed[]): Finding {
  const node = place.kind === "node" ? view.node(place.name) : undefined;
  const object = node ? refOf(node) : workloadRef(place);
  const own = slowed.find((one) => one.name === place.name);
  return {
    group: node ? "infrastructure" : "performance",
    cause: node ? "node_network_delay" : "pod_network_delay",
    object,
    says: node
      ? `The network of node ${node.name} is slow: what runs there, and what waits for it, answers late.`
      : `The network of the pods of ${place.name} is slow: it answers late, and so does what waits for it.`,
    for: (own ? own.signals : place.explains.flatMap((one) => one.signals)).slice(0, 6).map(quoteSignal),
    against: slowed.filter((one) => !place.explains.includes(one)).flatMap((one) => one.signals).slice(0, 3).map(
      quoteSignal,
    ),
    certainty: 0.6 + 0.1 * (place.explains.length / slowed.length),
    explains: place.explains.map(workloadRef),
    fix: node
      ? [`kubectl describe node ${shellWord(node.name)}`, `tc qdisc show; ip -s link  # on ${node.name}`]
      : [kubectl("get pods", object, "-o wide"), kubectl("rollout restart", object)],
  };
}

/** The node that must send most again, if it is far more than on the others. */
function lossyNode(view: View): Signal | undefined {
  return view.cluster.signals.filter((one) =>
    one.object.kind === "Node" && one.metric === "retransmits" && (one.now ?? 0) >= RETRANSMITS &&
    (one.now ?? 0) > (one.normal ?? 0) * 10
  ).toSorted((one, other) => (other.now ?? 0) - (one.now ?? 0))[0];
}

function lossFinding(view: View, signal: Signal, slowed: Slowed[]): Finding {
  const here = view.cluster.pods.filter((one) => one.node === signal.object.name);
  return {
    group: "infrastructure",
    cause: "node_packet_loss",
    object: signal.object,
    says: `Node ${signal.object.name} loses packets: it sends ${signal.now} segments a second again.`,
    for: [quoteSignal(signal), ...slowed.flatMap((one) => one.signals).slice(0, 4).map(quoteSignal)],
    against: [],
    certainty: 0.85,
    explains: [...slowed.map(workloadRef), ...here.map(refOf)],
    fix: [`ip -s link; ethtool -S <interface>; tc qdisc show  # on ${signal.object.name}`],
  };
}

function quoteSignal(signal: Signal) {
  return quote(
    signal.object,
    signal.quantile ? `${signal.metric} p${signal.quantile * 100}` : signal.metric,
    signal.quote,
  );
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
