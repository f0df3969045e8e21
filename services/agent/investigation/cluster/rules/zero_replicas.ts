import { refOf, type View } from "../view.ts";
import type { Workload } from "../objects.ts";
import { type Finding, kubectl, type Quote, quote, type Rule } from "./rule.ts";

/** A workload is scaled to zero while somebody still needs it: a service points at it, and requests fail. */
export const zeroReplicas: Rule = {
  name: "zero_replicas",
  group: "runtime",
  causes: ["zero_replicas"],
  looksAt: ["replicas", "services without endpoints", "reachability", "failed requests", "calls", "alerts"],
  find(view) {
    return view.cluster.workloads.flatMap((workload): Finding[] => {
      if (workload.kind !== "Deployment" && workload.kind !== "StatefulSet") return [];
      if (workload.replicas !== 0 || workload.scaledToZeroBy || view.podsOf(workload).length > 0) return [];
      const needed = needs(view, workload);
      if (needed.length === 0) return [];
      return [{
        group: "runtime",
        cause: "zero_replicas",
        object: refOf(workload),
        says: `${workload.name} is scaled to 0 replicas, and others still call it.`,
        for: [quote(refOf(workload), "spec.replicas", "0"), ...needed],
        against: [],
        certainty: 0.9,
        explains: view.servicesOf(workload).map(refOf),
        fix: [kubectl("scale", refOf(workload), "--replicas=1")],
      }];
    });
  },
};

/** Signs that the workload is missed; a deployment at zero that nobody calls is somebody's choice. */
function needs(view: View, workload: Workload): Quote[] {
  const services = view.servicesOf(workload);
  const names = new Set([workload.name, ...services.map((one) => one.name)]);
  const closed = view.cluster.probes.filter((one) =>
    one.namespace === workload.namespace && names.has(one.service) && !one.open
  );
  const failures = view.cluster.failures.filter((one) =>
    one.namespace === workload.namespace &&
    (names.has(one.service) || [...names].some((name) => view.reaches(workload.namespace, one.service, name)))
  );
  const events = services.length === 0 ? [] : failures;
  const alerts = view.alertedFor(workload.namespace, names);
  return [
    ...closed.slice(0, 2).map((one) =>
      quote({ kind: "Service", namespace: one.namespace, name: one.service }, "connection", one.quote)
    ),
    ...events.slice(0, 2).map((one) => quote(refOf(workload), "failed requests", one.quote)),
    ...alerts.slice(0, 1).map((one) => quote(refOf(workload), "alert", one.text || one.name)),
  ];
}
