import type { Metric, Signal } from "../objects.ts";
import { pending, SPACE } from "./build.ts";
import { fault, type Shop } from "./fault.ts";

function signal(
  draft: Shop,
  name: string,
  metric: Metric,
  [normal, now]: [number, number],
  more: Partial<Signal> = {},
): void {
  draft.cluster.signals.push({
    object: { kind: "Workload", namespace: SPACE, name },
    metric,
    normal,
    now,
    quote: `${name} ${metric}: ${normal} -> ${now}`,
    ...more,
  });
}

function slow(draft: Shop, names: string[], quantile = 0.5): void {
  for (const name of names) signal(draft, name, "latency_ms", [10, 2_000], { quantile });
}

function onNode(draft: Shop, node: string, names: string[]): void {
  for (const pod of draft.cluster.pods) if (names.includes(pod.owner?.name ?? "")) pod.node = node;
}

export const SLOW_FAULTS = [
  fault("held back at its cpu limit", ["cpu_throttled", "orders"], (draft) => {
    signal(draft, "orders", "cpu_throttled_seconds", [0, 0.7]);
    signal(draft, "orders", "cpu_cores", [0.05, 0.48]);
    signal(draft, "orders", "latency_ms", [9, 140], { quantile: 0.95 });
  }),
  fault(
    "network of one service's pods is slow",
    ["pod_network_delay", "stock"],
    (draft) => slow(draft, ["stock", "orders", "web"]),
  ),
  fault("network of the first service's pods is slow", ["pod_network_delay", "web"], (draft) => {
    slow(draft, ["web"]);
    slow(draft, ["orders"], 0.9);
  }),
  fault("network of a node is slow", ["node_network_delay", "right"], (draft) => {
    draft.app("mail");
    draft.app("bill");
    draft.calls(["web", "mail"], ["web", "bill"]);
    onNode(draft, "left", ["web", "orders", "stock"]);
    onNode(draft, "right", ["mail", "bill"]);
    slow(draft, ["mail", "bill", "web"]);
  }),
  fault("a node loses packets", ["node_packet_loss", "left"], (draft) => {
    slow(draft, ["orders", "web"]);
    signal(draft, "left", "retransmits", [0.01, 9], { object: { kind: "Node", namespace: "", name: "left" } });
  }),
  fault("kubelet is stopped", ["kubelet", "left"], (draft) => {
    const node = draft.cluster.nodes[1];
    if (node) {
      node.conditions = [{
        type: "Ready",
        status: "Unknown",
        reason: "NodeStatusUnknown",
        message: "Kubelet stopped posting node status.",
      }];
    }
    for (const pod of draft.cluster.pods.filter((one) => one.node === "left")) {
      pod.conditions = [{ type: "Ready", status: "False" }];
    }
  }),
  fault("container runtime is stopped", ["container_runtime", "left"], (draft) => {
    draft.cluster.daemons.push({
      node: "left",
      name: "container runtime",
      running: false,
      quote: "Active: inactive (dead)",
    });
    const node = draft.cluster.nodes[1];
    if (node) node.conditions = [{ type: "Ready", status: "False", message: "container runtime is down" }];
  }),
  fault("kube-proxy is stopped", ["kube_proxy", "right"], (draft) => {
    draft.cluster.daemons.push({ node: "right", name: "kube-proxy", running: false, quote: "Active: failed" });
    draft.cluster.probes.push({
      namespace: SPACE,
      service: "stock",
      port: 8080,
      fromNode: "right",
      open: false,
      quote: "timed out",
    });
  }),
  fault("scheduler is stopped, seen on its node", ["scheduler", "plane"], (draft) => {
    pending(draft, draft.stock, "");
    draft.cluster.daemons.push({
      node: "plane",
      name: "kube-scheduler",
      running: false,
      quote: "Active: inactive (dead)",
    });
  }),
  fault("scheduler says nothing", ["scheduler", "plane"], (draft) => void pending(draft, draft.stock, "")),
  fault(
    "controller manager is stopped",
    ["controller_manager", "plane"],
    (draft) =>
      void draft.cluster.daemons.push({
        node: "plane",
        name: "kube-controller-manager",
        running: false,
        quote: "Active: failed",
      }),
  ),
  ...([["DiskPressure", "disk_pressure"], ["MemoryPressure", "memory_pressure"], [
    "PIDPressure",
    "pid_pressure",
  ]] as const).map(
    ([type, cause]) =>
      fault(
        type,
        [cause, "left"],
        (draft) => void draft.cluster.nodes[1]?.conditions.push({ type, status: "True", reason: `KubeletHas${type}` }),
      ),
  ),
  fault(
    "clock of a node is off",
    ["node_clock", "left"],
    (draft) =>
      signal(draft, "left", "clock_offset_seconds", [0, 8], { object: { kind: "Node", namespace: "", name: "left" } }),
  ),
  fault("node without a pod network", ["node_network", "left"], (draft) => {
    const node = draft.cluster.nodes[1];
    if (node) {
      node.conditions = [{
        type: "Ready",
        status: "False",
        message: "container runtime network not ready: NetworkPluginNotReady cni plugin not initialized",
      }];
    }
  }),
];
