import { ownerRef, refOf } from "../view.ts";
import { type Finding, kubectl, once, quote, type Rule } from "./rule.ts";

/** Pods were evicted, and their workload lacks them still. */
export const evicted: Rule = {
  name: "evicted",
  group: "runtime",
  causes: ["evicted"],
  looksAt: ["pod phase and reason", "replicas"],
  find(view) {
    return once(view.cluster.pods.flatMap((pod): Finding[] => {
      const workload = view.workloadOf(pod);
      if (pod.phase !== "Failed" || pod.reason !== "Evicted" || !workload || workload.ready >= workload.replicas) {
        return [];
      }
      return [{
        group: "runtime",
        cause: "evicted",
        object: ownerRef(pod),
        says:
          `Pod ${pod.name} was evicted, and ${workload.name} has ${workload.ready} of ${workload.replicas} replicas.`,
        for: [quote(refOf(pod), "status.message", pod.message ?? "Evicted")],
        against: [],
        certainty: 0.7,
        explains: [refOf(pod)],
        fix: [
          kubectl("describe", refOf(pod)),
          kubectl("set resources", ownerRef(pod), "--requests=<what it really uses>"),
        ],
      }];
    }));
  },
};
