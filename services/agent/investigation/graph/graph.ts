import type { PeerKind } from "../dependencies/mod.ts";

/** How an edge is known. */
export type Origin = "declared" | "spans" | "mesh" | "client metrics" | "errors";

/** A service of the catalogue, or something outside that one of them calls. */
export interface Node {
  readonly name: string;
  /** Described in the catalogue, so that it can be looked at. */
  readonly described: boolean;
  readonly kind: PeerKind;
  readonly owner: string | null;
  /** `host` or `host:port`, by which others call it. */
  readonly addresses: readonly string[];
}

/** One calls another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Each origin once, with when it was last seen (RFC 3339); null where it was not seen but said. */
  readonly origins: readonly { readonly origin: Origin; readonly last_seen: string | null }[];
  /** Calls per second and how many of them fail, where a mesh counts them. */
  readonly per_second?: number;
  readonly failing_percent?: number;
}

/** Who calls whom. */
export interface ServiceGraph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** An edge as one source tells of it. */
export interface SeenEdge {
  readonly from: string;
  readonly to: string;
  readonly origin: Origin;
  readonly last_seen: string | null;
  readonly kind?: PeerKind | null;
  readonly per_second?: number;
  readonly failing_percent?: number;
}

/** A graph of nodes and what was seen between them; what no node stands for is something outside. */
export function graphOf(nodes: readonly Node[], seen: readonly SeenEdge[]): ServiceGraph {
  const known = new Map(nodes.map((node) => [node.name, node]));
  const edges = new Map<string, Edge>();
  for (const { from, to, origin, last_seen, kind, per_second, failing_percent } of seen) {
    if (from === to) continue;
    for (const name of [from, to]) {
      if (!known.has(name)) {
        known.set(name, { name, described: false, kind: kind ?? "service", owner: null, addresses: [name] });
      }
    }
    const key = `${from}\n${to}`;
    const edge = edges.get(key);
    const before = edge?.origins.find((one) => one.origin === origin);
    const newest = [before?.last_seen, last_seen].filter((at) => at != null).sort().at(-1) ?? null;
    edges.set(key, {
      from,
      to,
      origins: [...edge?.origins.filter((one) => one !== before) ?? [], { origin, last_seen: newest }],
      ...(per_second === undefined ? pick(edge, "per_second") : { per_second }),
      ...(failing_percent === undefined ? pick(edge, "failing_percent") : { failing_percent }),
    });
  }
  return { nodes: [...known.values()], edges: [...edges.values()] };
}

function pick(edge: Edge | undefined, name: "per_second" | "failing_percent") {
  return edge?.[name] === undefined ? {} : { [name]: edge[name] };
}

/** Whom a service calls, directly. */
export function calleesOf({ edges }: ServiceGraph, service: string): string[] {
  return edges.filter(({ from }) => from === service).map(({ to }) => to);
}

/** Whom a service calls, over others too; the nearest first, and no service twice where calls go round in a circle. */
export function reachableFrom(graph: ServiceGraph, service: string, depth: number): string[] {
  const found: string[] = [];
  let border = [service];
  for (let step = 0; step < depth && border.length > 0; step++) {
    border = [...new Set(border.flatMap((name) => calleesOf(graph, name)))]
      .filter((name) => name !== service && !found.includes(name));
    found.push(...border);
  }
  return found;
}

/** The part of a graph that hangs together with a service, over calls in either direction. */
export function aroundOf(graph: ServiceGraph, service: string, depth: number): ServiceGraph {
  const names = new Set([service]);
  for (let step = 0; step < depth; step++) {
    for (const { from, to } of graph.edges.filter((edge) => names.has(edge.from) || names.has(edge.to))) {
      names.add(from).add(to);
    }
  }
  return {
    nodes: graph.nodes.filter(({ name }) => names.has(name)),
    edges: graph.edges.filter(({ from, to }) => names.has(from) && names.has(to)),
  };
}
