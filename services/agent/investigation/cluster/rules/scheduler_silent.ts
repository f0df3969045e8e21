import { ownerRef, refOf } from "../view.ts";
import { type Finding, quote, type Rule } from "./rule.ts";

const WAIT_SECONDS = 30;

/** Pods wait for a node and no scheduler says a word about them: none runs, or none by the name that they ask for. */
export const schedulerSilent: Rule = {
  name: "scheduler_silent",
  group: "infrastructure",
  causes: ["scheduler"],
  looksAt: ["pending pods without events", "daemons of the control plane"],
  find(view) {
    if (view.cluster.daemons.some((one) => one.name === "kube-scheduler")) return [];
    if (!view.knows("Event")) return [];
    const waiting = view.troubled().filter((pod) =>
      pod.phase === "Pending" && !pod.node && (pod.ageSeconds ?? 0) >= WAIT_SECONDS &&
      view.eventsOf(pod).every((event) => event.reason !== "FailedScheduling" && event.reason !== "Scheduled") &&
      !pod.conditions.some((one) => one.type === "PodScheduled" && one.reason)
    );
    const first = waiting[0];
    if (!first) return [];
    const plane = view.cluster.nodes.find((one) => one.controlPlane);
    const finding: Finding = {
      group: "infrastructure",
      cause: "scheduler",
      object: plane ? refOf(plane) : ownerRef(first),
      says: `${
        waiting.length === 1 ? "1 pod waits" : `${waiting.length} pods wait`
      } for a node, and the scheduler says nothing about ${waiting.length === 1 ? "it" : "them"}.`,
      for: waiting.slice(0, 3).map((pod) =>
        quote(refOf(pod), "status.phase", `Pending for ${pod.ageSeconds} s, no event`)
      ),
      against: [],
      certainty: 0.75,
      explains: waiting.flatMap((pod) => [refOf(pod), ownerRef(pod)]),
      fix: [
        "kubectl get pods -n kube-system -l component=kube-scheduler",
        "kubectl get lease kube-scheduler -n kube-system",
      ],
    };
    return [finding];
  },
};
