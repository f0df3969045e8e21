import type { Service } from "../catalogue/mod.ts";
import { kindByName } from "../dependencies/mod.ts";
import type { Node, SeenEdge } from "./graph.ts";

/** A node for each service that is described, and for what they say that they depend on. */
export function describedNodes(services: readonly Service[]): Node[] {
  const own = services.map((service): Node => ({
    name: service.name,
    described: true,
    kind: kindByName(service.name) ?? "service",
    owner: service.owner ?? null,
    addresses: service.addresses,
  }));
  const outside = services.flatMap((service) => service.depends_on)
    .filter(({ name }) => !services.some((service) => service.name === name))
    .map(({ name, addresses }): Node => ({
      name,
      described: false,
      kind: kindByName(name) ?? "service",
      owner: null,
      addresses,
    }));
  return [...own, ...new Map(outside.map((node) => [node.name, node])).values()];
}

/** The edges that descriptions declare. */
export function declaredEdges(services: readonly Service[]): SeenEdge[] {
  return services.flatMap((service) =>
    service.depends_on.map(({ name }): SeenEdge => ({
      from: service.name,
      to: name,
      origin: "declared",
      last_seen: null,
      kind: kindByName(name),
    }))
  );
}
