import type { Service } from "../catalogue/mod.ts";
import type { Prometheus } from "../sources/mod.ts";
import { declaredEdges, describedNodes } from "./described.ts";
import { graphOf, type Node, type SeenEdge, type ServiceGraph } from "./graph.ts";
import { clientEdges, meshEdges, targetsOf } from "./measured.ts";

/** What a graph is learned through. */
export interface LearnOptions {
  readonly services: readonly Service[];
  /** The server that has a service's metrics. */
  readonly prometheusOf: (service: Service) => Prometheus;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** A graph, and what could not be asked. */
export interface Learned {
  readonly graph: ServiceGraph;
  readonly seen: readonly SeenEdge[];
  readonly missing: readonly string[];
}

/** The graph of the services as descriptions and metrics tell it now; `more`: edges that were seen otherwise. */
export async function learnGraph(
  options: LearnOptions,
  more: (nodes: readonly Node[]) => readonly SeenEdge[] = () => [],
): Promise<Learned> {
  const { services, prometheusOf, now, signal } = options;
  const end = now().getTime() / 1000;
  const measured = services.filter(({ metrics }) => metrics !== undefined);
  const byServer = Map.groupBy(measured, prometheusOf);
  const missing: string[] = [];
  const ask = async <T>(question: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await question;
    } catch (error) {
      signal.throwIfAborted();
      missing.push(error instanceof Error ? error.message : String(error));
      return otherwise;
    }
  };
  const servers = [...byServer].map(([prometheus, own]) => ({ prometheus, services: own, end, signal }));
  const targets = new Map(
    (await Promise.all(servers.map((server) => ask(targetsOf(server), new Map<string, string[]>()))))
      .flatMap((found) => [...found]),
  );
  const nodes = describedNodes(services).map((node) => ({
    ...node,
    addresses: [...new Set([...node.addresses, ...targets.get(node.name) ?? []])],
  }));
  const lists = await Promise.all(servers.flatMap((server) => [
    ask(clientEdges(nodes, server), []),
    ask(meshEdges(nodes, server), []),
  ]));
  const seen = lists.flat();
  return {
    graph: graphOf(nodes, [...declaredEdges(services), ...seen, ...more(nodes)]),
    seen,
    missing: [...new Set(missing)],
  };
}
