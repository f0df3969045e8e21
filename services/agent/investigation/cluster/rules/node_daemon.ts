import type { Condition, Node, NodeDaemon, Ref } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { type Finding, once, type Quote, quote, type Rule, shellWord } from "./rule.ts";

const CAUSES: Record<NodeDaemon["name"], string> = {
  kubelet: "kubelet",
  "container runtime": "container_runtime",
  "kube-proxy": "kube_proxy",
  "kube-scheduler": "scheduler",
  "kube-controller-manager": "controller_manager",
  etcd: "etcd",
  "kube-apiserver": "api_server",
};
const UNIT: Record<NodeDaemon["name"], string> = {
  kubelet: "kubelet",
  "container runtime": "containerd",
  "kube-proxy": "kube-proxy",
  "kube-scheduler": "kube-scheduler",
  "kube-controller-manager": "kube-controller-manager",
  etcd: "etcd",
  "kube-apiserver": "kube-apiserver",
};

/** A daemon that a node or the control plane needs does not run. */
export const nodeDaemon: Rule = {
  name: "node_daemon",
  group: "infrastructure",
  causes: [...Object.values(CAUSES), "node_lost"],
  looksAt: ["daemons of the nodes", "node conditions", "pods on the node"],
  find: (view) => once([...stopped(view), ...notReady(view)]),
};

function stopped(view: View): Finding[] {
  return view.cluster.daemons.filter((one) => !one.running).map((daemon) => {
    const node = view.node(daemon.node);
    const conditions = node ? badConditions(node) : [];
    return finding(view, daemon.node, {
      cause: CAUSES[daemon.name],
      name: daemon.name,
      quotes: [
        quote({ kind: "Node", namespace: "", name: daemon.node }, `${daemon.name} service`, daemon.quote),
        ...conditions.map((one) => quoteCondition(daemon.node, one)),
      ],
      certainty: 0.97,
    });
  });
}

/** Without a look at the node itself, its conditions say which daemon it is. */
function notReady(view: View): Finding[] {
  return view.cluster.nodes.flatMap((node): Finding[] => {
    if (view.cluster.daemons.some((one) => one.node === node.name && !one.running)) return [];
    const ready = node.conditions.find((one) => one.type === "Ready");
    if (!ready || ready.status === "True") return [];
    const said = `${ready.reason ?? ""} ${ready.message ?? ""}`;
    if (/NetworkPluginNotReady|cni (plugin|config)|network is not ready/i.test(said)) return [];
    const cause = /container runtime|PLEG|containerd|docker|runtime network/i.test(said)
      ? "container_runtime"
      : /stopped posting node status|NodeStatusUnknown/i.test(said) || ready.status === "Unknown"
      ? "kubelet"
      : "node_lost";
    return [finding(view, node.name, {
      cause,
      name: cause === "container_runtime" ? "container runtime" : cause === "kubelet" ? "kubelet" : undefined,
      quotes: [quoteCondition(node.name, ready)],
      certainty: cause === "node_lost" ? 0.75 : 0.88,
    })];
  });
}

function badConditions(node: Node): Condition[] {
  return node.conditions.filter((one) => one.type === "Ready" ? one.status !== "True" : false);
}

function quoteCondition(node: string, one: Condition): Quote {
  return quote(
    { kind: "Node", namespace: "", name: node },
    `status.conditions[${one.type}]`,
    `${one.status} ${one.reason ?? ""} ${one.message ?? ""}`.trim(),
  );
}

function finding(
  view: View,
  node: string,
  said: { cause: string; name: NodeDaemon["name"] | undefined; quotes: Quote[]; certainty: number },
): Finding {
  const unit = said.name && UNIT[said.name];
  return {
    group: "infrastructure",
    cause: said.cause,
    object: { kind: "Node", namespace: "", name: node },
    says: said.name ? `The ${said.name} of node ${node} does not run.` : `Node ${node} is not ready.`,
    for: said.quotes,
    against: [],
    certainty: said.certainty,
    explains: explained(view, node, said.name),
    fix: [
      `kubectl describe node ${shellWord(node)}`,
      ...unit ? [`systemctl status ${unit}  # on ${node}`, `journalctl -u ${unit} -n 100  # on ${node}`] : [],
    ],
  };
}

/** A scheduler that is away leaves pods without a node; what runs on a node suffers from its kubelet and runtime. */
function explained(view: View, node: string, name: NodeDaemon["name"] | undefined): Ref[] {
  const waiting = view.troubled().filter((pod) => !pod.node);
  const pods = name === "kube-scheduler" || name === "kube-controller-manager"
    ? waiting
    : view.cluster.pods.filter((pod) => pod.node === node);
  const closed = name === "kube-proxy"
    ? view.cluster.probes.filter((one) => !one.open && (!one.fromNode || one.fromNode === node)).map((one): Ref => ({
      kind: "Service",
      namespace: one.namespace,
      name: one.service,
    }))
    : [];
  return [...pods.flatMap((pod) => [refOf(pod), ...pod.owner ? [pod.owner] : []]), ...closed];
}
