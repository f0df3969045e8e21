import type { Pod } from "../objects.ts";
import { ownerRef, refOf, type View } from "../view.ts";
import { type Finding, kubectl, once, quote, type Rule, shellWord } from "./rule.ts";

/** An alert measured that a container is held back at its CPU limit, and its pod has one. */
export const cpuLimitAlerted: Rule = {
  name: "cpu_limit_alerted",
  group: "performance",
  causes: ["cpu_throttled"],
  looksAt: ["alerts about throttling", "CPU limits"],
  find: (view) => once(view.cluster.pods.flatMap((pod) => ofPod(view, pod))),
};

function ofPod(view: View, pod: Pod): Finding[] {
  const [alert] = view.alertsOn(/throttl/i, refOf(pod));
  if (alert === undefined) return [];
  const limited = pod.spec.containers.filter((one) => one.limits.cpu !== undefined);
  const container = limited.find((one) => one.name === alert.container) ?? limited[0];
  if (container === undefined) return [];
  const object = ownerRef(pod);
  return [{
    group: "performance",
    cause: "cpu_throttled",
    object,
    says: `Container ${container.name} of ${pod.name} is held back at its CPU limit of ${container.limits.cpu} cores.`,
    for: [
      quote(refOf(pod), "alert", alert.text || alert.name),
      quote(refOf(pod), `spec.containers[${container.name}].resources.limits.cpu`, `${container.limits.cpu}`),
    ],
    against: [],
    certainty: 0.75,
    explains: [refOf(pod)],
    fix: [
      kubectl("set resources", object, `-c ${shellWord(container.name)} --limits=cpu=<more>`),
      `kubectl top pod ${shellWord(pod.name)} -n ${shellWord(pod.namespace)} --containers`,
    ],
  }];
}
