import { selects } from "../labels.ts";
import { refOf, type View } from "../view.ts";
import { type Finding, kubectl, quote, type Rule } from "./rule.ts";

/** A NetworkPolicy lets nothing through to pods that others call, and they are in fact not reached. */
export const networkPolicy: Rule = {
  name: "network_policy",
  group: "routing",
  causes: ["network_policy"],
  looksAt: ["NetworkPolicies", "services", "reachability", "failed requests", "alerts", "the network's kind"],
  find(view) {
    if (!isEnforced(view)) return [];
    return view.cluster.policies.filter((one) => one.deniesAllIngress && Object.keys(one.podSelector).length > 0)
      .flatMap(
        (policy): Finding[] =>
          view.cluster.workloads.filter((one) =>
            one.namespace === policy.namespace && selects(policy.podSelector, one.podLabels)
          ).flatMap((workload): Finding[] => {
            const names = new Set([workload.name, ...view.servicesOf(workload).map((one) => one.name)]);
            const closed = view.cluster.probes.filter((one) => names.has(one.service) && !one.open);
            const open = view.cluster.probes.some((one) => names.has(one.service) && one.open);
            const failed = view.cluster.failures.filter((one) => names.has(one.service));
            const alerts = view.alertedFor(workload.namespace, names);
            if (open || closed.length + failed.length + alerts.length === 0 || workload.ready === 0) return [];
            const ref = { kind: "NetworkPolicy", namespace: policy.namespace, name: policy.name } as const;
            return [{
              group: "routing",
              cause: "network_policy",
              object: refOf(workload),
              says: `NetworkPolicy ${policy.name} lets nothing through to the pods of ${workload.name}.`,
              for: [
                quote(ref, "spec.ingress", "none"),
                ...closed.slice(0, 1).map((one) => quote(refOf(workload), "connection", one.quote)),
                ...failed.slice(0, 1).map((one) => quote(refOf(workload), "failed requests", one.quote)),
                ...alerts.slice(0, 1).map((one) => quote(refOf(workload), "alert", one.text || one.name)),
              ],
              against: [],
              certainty: closed.length + failed.length > 0 ? 0.85 : 0.75,
              explains: [refOf(workload)],
              fix: [kubectl("edit", ref), kubectl("delete", ref)],
            }];
          }),
      );
  },
};

/** Flannel alone does not know policies: they are stored, and change nothing. */
function isEnforced(view: View): boolean {
  const marks = view.cluster.nodes.flatMap((one) => Object.keys(one.annotations));
  const flannel = marks.some((one) => one.startsWith("flannel."));
  return !flannel || marks.some((one) => /calico|cilium|weave|kube-router/.test(one));
}
