import { refOf } from "../view.ts";
import { type Finding, quote, type Rule, shellWord } from "./rule.ts";

const KINDS: { type: string; cause: string; says: string }[] = [
  { type: "DiskPressure", cause: "disk_pressure", says: "has too little disk left and evicts pods" },
  { type: "MemoryPressure", cause: "memory_pressure", says: "has too little memory left and evicts pods" },
  { type: "PIDPressure", cause: "pid_pressure", says: "has too few process numbers left" },
  { type: "NetworkUnavailable", cause: "node_network", says: "has no network for pods" },
];
const CLOCK_SECONDS = 2;

/** A node says that it lacks disk, memory, processes or network, or its clock is off. */
export const nodeCondition: Rule = {
  name: "node_condition",
  group: "infrastructure",
  causes: [...KINDS.map((one) => one.cause), "node_clock"],
  looksAt: ["node conditions", "clock offset of the nodes"],
  find(view) {
    return view.cluster.nodes.flatMap((node): Finding[] => {
      const pods = view.cluster.pods.filter((one) => one.node === node.name);
      const ready = node.conditions.find((one) => one.type === "Ready");
      const cni =
        /NetworkPluginNotReady|cni (plugin|config)|network is not ready/i.test(`${ready?.reason} ${ready?.message}`) &&
        ready?.status !== "True";
      const findings = KINDS.flatMap((kind): Finding[] => {
        const condition = node.conditions.find((one) => one.type === kind.type && one.status === "True") ??
          (cni && kind.cause === "node_network" ? ready : undefined);
        if (!condition) return [];
        return [{
          group: "infrastructure",
          cause: kind.cause,
          object: refOf(node),
          says: `Node ${node.name} ${kind.says}.`,
          for: [
            quote(
              refOf(node),
              `status.conditions[${condition.type}]`,
              `${condition.status} ${condition.reason ?? ""} ${condition.message ?? ""}`,
            ),
          ],
          against: [],
          certainty: 0.92,
          explains: pods.flatMap((pod) => [refOf(pod), ...pod.owner ? [pod.owner] : []]),
          fix: [
            `kubectl describe node ${shellWord(node.name)}`,
            `kubectl drain ${shellWord(node.name)} --ignore-daemonsets`,
          ],
        }];
      });
      const clock = view.cluster.signals.find((one) =>
        one.object.kind === "Node" && one.object.name === node.name && one.metric === "clock_offset_seconds" &&
        Math.abs(one.now ?? 0) >= CLOCK_SECONDS
      );
      if (!clock) return findings;
      return [...findings, {
        group: "infrastructure",
        cause: "node_clock",
        object: refOf(node),
        says: `The clock of node ${node.name} is off by ${clock.now} s.`,
        for: [quote(refOf(node), "clock offset", clock.quote)],
        against: [],
        certainty: 0.9,
        explains: pods.map(refOf),
        fix: [`timedatectl status  # on ${node.name}`, `systemctl restart chronyd  # on ${node.name}`],
      }];
    });
  },
};
