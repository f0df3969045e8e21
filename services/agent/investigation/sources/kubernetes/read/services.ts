import type { NetworkPolicy, Route, Service } from "../../../cluster/mod.ts";
import type { Json } from "../api/mod.ts";
import { at, labels, nameOf, namespaceOf, number, objects, optional, text, texts } from "./fields.ts";

export function serviceOf(object: Json): Service {
  const { spec } = object;
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    type: text(at(spec, "type")) ?? "ClusterIP",
    selector: labels(at(spec, "selector")),
    ...optional("clusterIP", text(at(spec, "clusterIP"))),
    ports: objects(at(spec, "ports"), 100).map((one) => {
      const target = number(one.targetPort) ?? text(one.targetPort) ?? number(one.port);
      return {
        ...optional("name", text(one.name)),
        port: number(one.port) ?? 0,
        ...optional("targetPort", typeof target === "string" && /^\d{1,5}$/.test(target) ? Number(target) : target),
        protocol: text(one.protocol) ?? "TCP",
      };
    }),
    ready: [],
    notReady: [],
    endpointsKnown: false,
  };
}

/** A part of a service's endpoints. */
export interface Slice {
  readonly namespace: string;
  readonly service: string;
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
}

export function sliceOf(object: Json): Slice {
  const ready: string[] = [];
  const notReady: string[] = [];
  for (const one of objects(object.endpoints, 5_000)) {
    // As Kubernetes has it: no word on it counts as ready.
    const isReady = at(one, "conditions", "ready") !== false;
    (isReady ? ready : notReady).push(...texts(one.addresses, 10));
  }
  return {
    namespace: namespaceOf(object),
    service: labels(at(object, "metadata", "labels"))["kubernetes.io/service-name"] ?? "",
    ready,
    notReady,
  };
}

export function addEndpoints(services: readonly Service[], slices: readonly Slice[]): void {
  const byName = new Map(services.map((one) => [`${one.namespace}/${one.name}`, one]));
  for (const service of services) service.endpointsKnown = true;
  for (const slice of slices) {
    const service = byName.get(`${slice.namespace}/${slice.service}`);
    if (service === undefined) continue;
    // Addresses of both families, and of several slices, may repeat.
    service.ready = [...new Set([...service.ready, ...slice.ready])];
    service.notReady = [...new Set([...service.notReady, ...slice.notReady])];
  }
}

export function policyOf(object: Json): NetworkPolicy {
  const { spec } = object;
  const rules = (direction: string) => objects(at(spec, direction), 200);
  const types = texts(at(spec, "policyTypes"));
  const ingress = types.length === 0 || types.includes("Ingress");
  const egress = types.includes("Egress") || types.length === 0 && Array.isArray(at(spec, "egress"));
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    podSelector: labels(at(spec, "podSelector", "matchLabels")),
    ingress,
    egress,
    deniesAllIngress: ingress && rules("ingress").length === 0,
    deniesAllEgress: egress && rules("egress").length === 0,
  };
}

/** Each path of an Ingress. */
export function routesOf(object: Json): Route[] {
  const source = { kind: "Route", namespace: namespaceOf(object), name: nameOf(object) } as const;
  return objects(at(object, "spec", "rules"), 200).flatMap((rule) =>
    objects(at(rule, "http", "paths"), 200).flatMap((one): Route[] => {
      const backend = text(at(one, "backend", "service", "name"));
      if (backend === undefined) return [];
      const path = text(one.path) ?? "/";
      return [{
        source,
        namespace: source.namespace,
        id: `${text(rule.host) ?? ""}${path}`,
        paths: [path],
        backend,
        ...optional("backendPort", number(at(one, "backend", "service", "port", "number"))),
      }];
    })
  );
}
