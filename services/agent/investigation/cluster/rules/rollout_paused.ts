import { refOf } from "../view.ts";
import { type Finding, kubectl, quote, type Rule } from "./rule.ts";

/** A rollout that somebody is alerted about does not go on because the Deployment is paused. */
export const rolloutPaused: Rule = {
  name: "rollout_paused",
  group: "runtime",
  causes: ["rollout_paused"],
  looksAt: ["paused Deployments", "alerts"],
  find(view) {
    return view.cluster.workloads.flatMap((one): Finding[] => {
      if (!one.paused || (one.updated ?? one.replicas) >= one.replicas) return [];
      if (view.alertsOn(/rollout|generation|updat|mismatch/i, refOf(one)).length === 0) return [];
      return [{
        group: "runtime",
        cause: "rollout_paused",
        object: refOf(one),
        says: `The rollout of ${one.name} is paused: ${one.updated} of ${one.replicas} pods have the new template.`,
        for: [quote(refOf(one), "spec.paused", "true")],
        against: [],
        certainty: 0.9,
        explains: [refOf(one)],
        fix: [kubectl("rollout resume", refOf(one)), kubectl("rollout undo", refOf(one))],
      }];
    });
  },
};
