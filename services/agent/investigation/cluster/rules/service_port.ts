import type { Service, Workload } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { isSidecar } from "./log_lines.ts";
import { type Finding, kubectl, quote, type Rule } from "./rule.ts";

type Port = Service["ports"][number];

/** A service sends to a port that its pods do not listen on, or in another protocol than they speak. */
export const servicePort: Rule = {
  name: "service_port",
  group: "routing",
  causes: ["service_target_port", "service_protocol"],
  looksAt: ["services' ports", "container ports and probes", "reachability"],
  find(view) {
    return view.cluster.services.flatMap((service) => {
      const backend = Object.keys(service.selector).length > 0 ? view.backendOf(service) : undefined;
      if (!backend || service.type === "ExternalName") return [];
      return service.ports.flatMap((port) => ofPort(view, { service, backend, port }));
    });
  },
};

/**
 * Whether anybody is known to need the service. Where alerts say what is wrong, an undeclared port that none of them is about
 * is one that containers open without declaring it.
 */
function isMissed(view: View, service: Service, backend: Workload): boolean {
  const { alerts, failures } = view.cluster;
  if (alerts.length === 0) return true;
  const names = new Set([service.name, backend.name]);
  return failures.some((one) => one.namespace === service.namespace && names.has(one.service)) ||
    view.alertedFor(service.namespace, names).length > 0;
}

function ofPort(
  view: View,
  { service, backend, port }: { service: Service; backend: Workload; port: Port },
): Finding[] {
  const declared = backend.template.containers.filter((one) => !one.init).flatMap((one) => one.ports);
  const target = port.targetPort;
  if (declared.length === 0 || target === undefined) return [];
  const same = declared.filter((one) => one.port === target || one.name === target);
  const protocols = new Set(same.map((one) => one.protocol));
  // Ports of a container are only information; what decides is whether anything answers. Nothing that says it does not
  // is known of a live cluster at times, so a port that no container, no probe and no variable names is not enough there.
  const closed = view.cluster.probes.filter((one) =>
    one.namespace === service.namespace && one.service === service.name && one.port === port.port
  );
  const answers = closed.some((one) => one.open);
  if (answers) return [];
  const cause = same.length === 0
    ? "service_target_port"
    : protocols.has(port.protocol)
    ? undefined
    : "service_protocol";
  if (!cause) return [];
  if (cause === "service_target_port" && isNamedElsewhere(backend, target)) return [];
  if (typeof target === "number" && closed.length === 0 && !isMissed(view, service, backend)) return [];
  const listens = declared.map((one) => `${one.port}/${one.protocol}`).join(", ");
  return [{
    group: "routing",
    cause,
    object: refOf(backend),
    says: cause === "service_protocol"
      ? `Service ${service.name} offers port ${port.port} in ${port.protocol}, the pods of ${backend.name} listen on ${listens}.`
      : `Service ${service.name} sends port ${port.port} to ${target}, the pods of ${backend.name} listen on ${listens}.`,
    for: [
      quote(refOf(service), "spec.ports", `${port.port} -> ${target}/${port.protocol}`),
      quote(refOf(backend), "spec.template.spec.containers[].ports", listens),
      ...closed.slice(0, 1).map((one) => quote(refOf(service), "connection", one.quote)),
    ],
    against: [],
    certainty: closed.length > 0 ? 0.93 : 0.7,
    explains: [refOf(service)],
    fix: [
      kubectl("edit", refOf(service), `# ports: targetPort ${declared[0]?.port}, protocol ${declared[0]?.protocol}`),
    ],
  }];
}

/** A sidecar, a probe or a variable that names the port says that something listens there all the same. */
function isNamedElsewhere(backend: Workload, target: number | string): boolean {
  return backend.template.containers.some((one) =>
    isSidecar(one.name) && one.ports.some((port) => port.port === target) ||
    [one.liveness, one.readiness, one.startup].some((probe) => probe?.port === target) ||
    one.env.some((each) => each.value === String(target))
  );
}
