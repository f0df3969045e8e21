import { refOf } from "../view.ts";
import { type Finding, quote, type Rule, shellWord } from "./rule.ts";

const NEARLY = 0.9;

/** A node that somebody is alerted about runs nearly as many pods as it may. */
export const nodeFull: Rule = {
  name: "node_full",
  group: "infrastructure",
  causes: ["node_pods_full"],
  looksAt: ["pods of the node", "allocatable pods", "alerts"],
  find(view) {
    return view.cluster.nodes.flatMap((node): Finding[] => {
      const most = node.allocatable.pods;
      if (most === undefined || view.alertsOn(/pods/i, refOf(node)).length === 0) return [];
      const running = view.cluster.pods.filter((pod) =>
        pod.node === node.name && pod.phase !== "Succeeded" && pod.phase !== "Failed"
      );
      if (running.length < most * NEARLY) return [];
      return [{
        group: "infrastructure",
        cause: "node_pods_full",
        object: refOf(node),
        says: `Node ${node.name} runs ${running.length} pods and may run ${most}.`,
        for: [quote(refOf(node), "status.allocatable.pods", `${most}`)],
        against: [],
        certainty: 0.85,
        explains: [],
        fix: [
          `kubectl get pods -A --field-selector spec.nodeName=${shellWord(node.name)}`,
          `kubectl cordon ${shellWord(node.name)}`,
        ],
      }];
    });
  },
};
