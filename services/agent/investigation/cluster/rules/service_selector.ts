import type { Service, Workload } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { type Finding, kubectl, quote, type Rule } from "./rule.ts";

/** A service selects no pod at all, although a workload is there that it was made for. */
export const serviceSelector: Rule = {
  name: "service_selector",
  group: "routing",
  causes: ["service_selector"],
  looksAt: ["services' selectors", "labels of pods", "endpoints", "reachability"],
  find(view) {
    return view.cluster.services.flatMap((service): Finding[] => {
      if (Object.keys(service.selector).length === 0 || !service.endpointsKnown) return [];
      if (service.ready.length + service.notReady.length > 0 || service.type === "ExternalName") return [];
      if (view.selectedWorkloads(service.namespace, service.selector).length > 0) return [];
      if (view.selectedPods(service.namespace, service.selector).length > 0) return [];
      const inNamespace = view.cluster.workloads.filter((one) => one.namespace === service.namespace);
      const meant = meantBy(service, inNamespace);
      if (!meant || meant.replicas === 0 || isSpare(view, service, meant)) return [];
      const wanted = text(service.selector);
      return [{
        group: "routing",
        cause: "service_selector",
        object: refOf(meant),
        says: `Service ${service.name} selects ${wanted}, which no pod has; the pods of ${meant.name} have ${
          text(meant.podLabels)
        }.`,
        for: [
          quote(refOf(service), "spec.selector", wanted),
          quote(refOf(meant), "spec.template.metadata.labels", text(meant.podLabels)),
          quote(refOf(service), "endpoints", "none"),
        ],
        against: [],
        certainty: 0.94,
        explains: [refOf(service)],
        fix: [kubectl("patch", refOf(service), `-p '{"spec":{"selector":${JSON.stringify(meant.podLabels)}}}'`)],
      }];
    });
  },
};

/** A service that nobody calls, beside another one that leads to the same pods: a canary's, or one of yesterday. */
function isSpare(view: View, service: Service, meant: Workload): boolean {
  const served = view.servicesOf(meant).some((one) => one.ready.length > 0);
  const names = new Set([service.name]);
  return served && service.name !== meant.name && view.callsTo(service.namespace, service.name).length === 0 &&
    view.alertedFor(service.namespace, names).length === 0;
}

/** By name first; else the workload that no service selects and whose ports are those of the service. */
function meantBy(service: Service, workloads: Workload[]): Workload | undefined {
  const byName = workloads.find((one) => one.name === service.name);
  if (byName) return byName;
  const values = new Set(Object.values(service.selector));
  const close = workloads.filter((one) =>
    Object.values(one.podLabels).some((value) => values.has(value)) || service.name.includes(one.name) ||
    one.name.includes(service.name)
  );
  if (close.length > 0) return close[0];
  const ports = new Set(service.ports.map((one) => one.targetPort ?? one.port));
  const byPort = workloads.filter((one) =>
    one.template.containers.some((each) => each.ports.some((p) => ports.has(p.port)))
  );
  return byPort.length === 1 ? byPort[0] : undefined;
}

function text(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(", ");
}
