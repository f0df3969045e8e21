import * as v from "valibot";
import { type Cluster, type Service, View } from "../../cluster/mod.ts";
import { defineTool, parameters, ToolError } from "../tool.ts";
import { textFacts } from "./facts.ts";
import { lookInto, namespaceOf } from "./look.ts";
import { NAMESPACE, objectName, optionalName } from "./schema.ts";
import { wordOf } from "./words.ts";

/** One stretch of a request's way; `ok` is null where the objects do not tell. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly ok: boolean | null;
  readonly says: string;
}

export interface NetworkPathResult {
  readonly namespace: string;
  readonly service: string;
  readonly hops: readonly Hop[];
}

const MOST = 12;

/** The way of a request to a service: who calls it, its selector, endpoints, ports and policies. */
export const networkPath = defineTool({
  name: "network_path",
  subject: "the way to the service",
  counts: ["endpoint"],
  description:
    "Kubernetes: a request's way to a service: routes and callers, selector, endpoints, target ports, network policies.",
  schema: v.strictObject({ to: objectName, namespace: optionalName }),
  parameters: parameters({ to: { type: "string", description: "a service" }, namespace: NAMESPACE }, ["to"]),
  timeoutMs: 30_000,
  outputLimit: 5_000,
  ofCluster: true,
  async run({ to: name, namespace: asked }, context): Promise<NetworkPathResult> {
    const namespace = namespaceOf(asked, context.situation);
    const { cluster } = await lookInto(namespace, context);
    const view = new View(cluster);
    const behind = view.workload(namespace, name);
    const service = view.service(namespace, name) ?? (behind && view.servicesOf(behind)[0]);
    if (service === undefined) throw new ToolError("not_found", `there is no service ${name} in ${namespace}`);
    return { namespace, service: service.name, hops: hopsTo(cluster, service).slice(0, MOST) };
  },
  facts(result, facts) {
    facts.quote(result);
    for (const { says } of result.hops ?? []) {
      facts.conclusion(says);
      textFacts(says, facts, [result.service]);
    }
  },
});

/** From those who call to the pods, stretch by stretch. */
export function hopsTo(cluster: Cluster, service: Service): Hop[] {
  const view = new View(cluster);
  const { namespace, name } = service;
  const word = `service/${name}`;
  const routes = cluster.routes.filter((one) => one.namespace === namespace && one.backend === name);
  const callers = view.callsTo(namespace, name);
  const backend = Object.keys(service.selector).length === 0 ? undefined : view.backendOf(service);
  const pods = view.selectedPods(namespace, service.selector);
  const target = backend === undefined
    ? `pods of ${word}`
    : wordOf({ kind: "Workload", namespace, name: backend.name, as: backend.kind });
  const selector = Object.entries(service.selector).map(([key, value]) => `${key}=${value}`).join(",");
  return [
    ...routes.slice(0, 3).map((one): Hop => ({
      from: `ingress/${one.source.name}`,
      to: word,
      by: one.paths.join(", "),
      ok: one.backendPort === undefined ? null : service.ports.some((port) => port.port === one.backendPort),
      says: `Ingress ${one.source.name} leads ${one.paths[0]} to ${name}:${one.backendPort ?? "?"}.`,
    })),
    ...callers.slice(0, 4).map((one): Hop => {
      const failed = cluster.failures.find((each) => each.namespace === namespace && each.service === name);
      return {
        from: `workload/${one.from}`,
        to: word,
        by: "its environment",
        ok: failed === undefined ? null : false,
        says: failed === undefined
          ? `${one.from} names ${name} in its environment.`
          : `${one.from} logged: ${failed.quote.slice(0, 200)}`,
      };
    }),
    {
      from: word,
      to: target,
      by: selector === "" ? "no selector" : selector,
      ok: selector === "" ? null : pods.length > 0,
      says: selector === ""
        ? `Service ${name} has no selector; its endpoints are set by hand.`
        : `The selector ${selector} selects ${pods.length} pods.`,
    },
    ...service.endpointsKnown
      ? [{
        from: word,
        to: target,
        by: "endpoints",
        ok: service.ready.length > 0,
        says: `Service ${name} has ${service.ready.length} ready and ${service.notReady.length} unready endpoints.`,
      }]
      : [],
    ...service.ports.slice(0, 4).map((port): Hop => {
      const declared = (backend?.template.containers ?? []).flatMap((one) => one.ports);
      const open = declared.some((one) => one.port === port.targetPort || one.name === port.targetPort);
      return {
        from: word,
        to: target,
        by: `${port.port} -> ${port.targetPort ?? "?"}/${port.protocol}`,
        ok: declared.length === 0 ? null : open ? true : typeof port.targetPort === "string" ? false : null,
        says: `Port ${port.port} leads to ${port.targetPort ?? "?"}; the containers declare ${
          declared.map((one) => one.port).join(", ") || "no ports"
        }.`,
      };
    }),
    ...policyHops(cluster, { service, target, labels: backend?.podLabels ?? pods[0]?.labels ?? {} }),
  ];
}

function policyHops(
  cluster: Cluster,
  { service, target, labels }: { service: Service; target: string; labels: Readonly<Record<string, string>> },
): Hop[] {
  return cluster.policies.filter((one) =>
    one.namespace === service.namespace && one.ingress &&
    Object.entries(one.podSelector).every(([key, value]) => labels[key] === value)
  ).slice(0, 4).map((one) => ({
    from: `service/${service.name}`,
    to: target,
    by: `networkpolicy/${one.name}`,
    ok: one.deniesAllIngress ? false : null,
    says: one.deniesAllIngress
      ? `NetworkPolicy ${one.name} lets nothing in.`
      : `NetworkPolicy ${one.name} lets in what it lists.`,
  }));
}
