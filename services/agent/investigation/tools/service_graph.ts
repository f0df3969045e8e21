import * as v from "valibot";
import type { ToolCall } from "../../incidents/mod.ts";
import { peerText } from "../dependencies/mod.ts";
import { aroundOf, type Edge, learnGraph, type Node, nodeOf, type SeenEdge } from "../graph/mod.ts";
import type { LogsResult } from "./fetch_logs.ts";
import type { TracesResult } from "./query_traces.ts";
import { OF_SERVICE, ofService } from "./of_service.ts";
import { defineTool, parameters, ToolError } from "./tool.ts";

/** What `service_graph` answers. */
export interface GraphResult {
  readonly at: string;
  /** The service around which it is drawn. */
  readonly center: string;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** Described services that no known call connects with it; an error of another service may name their addresses. */
  readonly elsewhere?: readonly Node[];
  /** What could not be asked, in words. */
  readonly missing: readonly string[];
}

/** Who calls whom around a service. */
export const serviceGraph = defineTool({
  name: "service_graph",
  subject: "graph of services",
  measures: ["requests", "error share", "success share"],
  holds: ["services", "instances"],
  counts: ["service", "edge"],
  description:
    "Which services and resources a service calls and is called by, over up to `depth` calls; each edge with how it is known (declared, mesh, client metrics, errors) and when it was last seen.",
  schema: v.strictObject({
    service: ofService,
    depth: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(6)), 4),
  }),
  parameters: parameters({
    service: OF_SERVICE,
    depth: { type: "integer", minimum: 1, maximum: 6, default: 4 },
  }),
  timeoutMs: 5_000,
  outputLimit: 4_000,
  async run({ depth }, { situation, sources, ledger, signal, now }): Promise<GraphResult> {
    const center = situation.service?.name;
    if (center === undefined) {
      throw new ToolError("not_configured", "config/oncall.yaml describes no service with this alert's labels");
    }
    const { services } = sources;
    const options = { services, prometheusOf: sources.metrics, now, signal };
    const { graph, missing } = await learnGraph(options, (nodes) => ledgerEdges(nodes, { ledger, own: center }));
    const { nodes, edges } = aroundOf(graph, center, depth);
    const elsewhere = graph.nodes.filter((node) => node.described && !nodes.includes(node));
    return {
      at: now().toISOString(),
      center,
      nodes,
      edges,
      ...(elsewhere.length === 0 ? {} : { elsewhere }),
      missing,
    };
  },
  facts(result, facts) {
    facts.quote(result).count(result.nodes?.length, ["service"]).count(result.edges?.length, ["edge"]);
    for (const { name, addresses } of [...result.nodes ?? [], ...result.elsewhere ?? []]) {
      facts.service(name);
      for (const one of addresses) facts.instance(one);
    }
    for (const { from, to, per_second: calls, failing_percent: failing } of result.edges ?? []) {
      facts.number(calls, "/s", { of: "requests", about: [from, to] });
      facts.number(failing, "%", { of: "error share", about: [from, to] });
    }
  },
  gaps: ({ missing = [] }) => missing.map((reason) => ({ reason, partial: true })),
});

/** Whom the errors of services name, and whom their traces show, as far as the ledger holds them. */
export function ledgerEdges(
  nodes: readonly Node[],
  { ledger, own }: { readonly ledger: readonly ToolCall[]; readonly own: string },
): SeenEdge[] {
  const traced = ledger.filter(({ tool, ok }) => ok && tool === "query_traces").flatMap((call) =>
    tracedEdges(nodes, call.result as TracesResult)
  );
  const named = ledger.filter(({ tool, ok }) => ok && (tool === "fetch_logs" || tool === "query_logs")).flatMap(
    (call) => {
      const from = String(call.arguments.service ?? own);
      return ((call.result as LogsResult).shapes ?? []).flatMap(({ failure, last }): SeenEdge[] => {
        if (failure?.peer == null) return [];
        const node = nodeOf(nodes, failure.peer);
        return [{
          from,
          to: node?.name ?? peerText(failure.peer),
          origin: "errors",
          last_seen: last,
          kind: node?.kind ?? failure.kind,
        }];
      });
    },
  );
  return [...traced, ...named];
}

/** The calls that traces hold; a service may have another name there, or be called by its address. */
export function tracedEdges(nodes: readonly Node[], { calls = [], at }: TracesResult): SeenEdge[] {
  const nameOf = (name: string) => {
    const [, host = name, port] = /^(.+?):(\d{1,5})$/.exec(name) ?? [];
    return nodeOf(nodes, { host, port: Number(port) || null })?.name ?? name;
  };
  return calls.map(({ from, to }) => ({ from: nameOf(from), to: nameOf(to), origin: "spans", last_seen: at }));
}
