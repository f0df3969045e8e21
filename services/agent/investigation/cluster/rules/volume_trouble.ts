import type { Ref } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { type Finding, kubectl, quote, type Rule, shellWord } from "./rule.ts";

/** A volume that could not be made, attached or given back; or one that fills up, as an alert measured it. */
export const volumeTrouble: Rule = {
  name: "volume_trouble",
  group: "infrastructure",
  causes: ["volume_failed", "volume_filling_up"],
  looksAt: ["phases of PersistentVolumes", "PersistentVolumeClaims and the pods that use them", "alerts"],
  find: (view) => [...failed(view), ...filling(view)],
};

function failed(view: View): Finding[] {
  return view.cluster.volumes.filter((one) => one.phase === "Failed").map((one): Finding => {
    const object: Ref = { kind: "PersistentVolume", namespace: "", name: one.name };
    return {
      group: "infrastructure",
      cause: "volume_failed",
      object,
      says: `Volume ${one.name} has failed${one.claim === undefined ? "" : `, which claim ${one.claim} had`}.`,
      for: [quote(object, "status.phase", one.message === undefined ? "Failed" : `Failed: ${one.message}`)],
      against: [],
      certainty: 0.85,
      explains: [],
      fix: [kubectl("describe", object), kubectl("get", object, "-o yaml")],
    };
  });
}

function filling(view: View): Finding[] {
  return view.cluster.claims.flatMap((claim): Finding[] => {
    const object: Ref = { kind: "PersistentVolumeClaim", namespace: claim.namespace, name: claim.name };
    const [alert] = view.alertsOn(/fill|full|space|usage|inode|capacity/i, object);
    if (alert === undefined || claim.phase !== "Bound") return [];
    const users = view.cluster.pods.filter((pod) =>
      pod.namespace === claim.namespace && claim.usedBy.includes(pod.name)
    );
    const writers = users.length === 0 ? "no pod uses it now" : `pod ${users[0]?.name} uses it`;
    return [{
      group: "infrastructure",
      cause: "volume_filling_up",
      object,
      says: `The volume of claim ${claim.name} fills up, as the alert measured it; ${writers}.`,
      for: [
        quote(object, "alert", alert.text || alert.name),
        ...claim.requestBytes === undefined
          ? []
          : [quote(object, "spec.resources.requests.storage", `${claim.requestBytes}`)],
      ],
      against: [],
      certainty: 0.75,
      explains: users.flatMap((pod) => [refOf(pod), ...pod.owner ? [pod.owner] : []]),
      fix: [
        kubectl("patch", object, `-p '{"spec":{"resources":{"requests":{"storage":"<more>"}}}}'`),
        ...users.slice(0, 1).map((pod) =>
          `kubectl exec -n ${shellWord(pod.namespace)} ${shellWord(pod.name)} -- df -h`
        ),
      ],
    }];
  });
}
