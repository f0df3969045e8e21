import {
  calleesOf,
  declaredEdges,
  describedNodes,
  graphOf,
  type Node,
  nodeOf,
  type ServiceGraph,
} from "../../../graph/mod.ts";
import { ledgerOf, resultOf } from "../../../ledger.ts";
import { type Failure, peerText } from "../../../dependencies/mod.ts";
import type { Draft } from "../../../diagnosis.ts";
import type { Shape } from "../../../sources/mod.ts";
import { readSignals, type Signals } from "../../../signals/mod.ts";
import {
  type GraphResult,
  type Situation,
  tools,
  tracedEdges,
  type TracesResult,
  windowSeconds,
} from "../../../tools/mod.ts";
import type { View } from "../../brain.ts";
import * as conclude from "../conclusions/mod.ts";
import { concludeFrom } from "../local.ts";

/** What is known of one service. */
export interface Look {
  readonly service: string;
  readonly situation: Situation;
  readonly signals: Signals;
  /** What the rules say of it alone. */
  readonly draft: Draft;
  readonly finding: Finding;
}

/**
 * `own`: it has a fault itself. `calls`: what it calls fails. `waits`: it is slow, or fails, and nothing of its own says
 * why. `well`: nothing is wrong with it. `unknown`: too little could be read.
 */
export type Finding = "own" | "calls" | "waits" | "well" | "unknown";

/** Services and who calls whom, as far as the ledger tells. */
export function graphIn(view: Pick<View, "situation" | "ledger">): ServiceGraph {
  const found = resultOf<GraphResult>(view.ledger, "service_graph")?.result;
  const services = view.situation.services ?? [];
  const traced = view.ledger.filter(({ tool, ok }) => ok && tool === "query_traces").flatMap((call) =>
    tracedEdges(
      found === undefined ? describedNodes(services) : [...found.nodes, ...found.elsewhere ?? []],
      call.result as TracesResult,
    )
  );
  if (found === undefined) return graphOf(describedNodes(services), [...declaredEdges(services), ...traced]);
  // The drawn part holds what is connected; an error may name anything else.
  const nodes = [...found.nodes, ...found.elsewhere ?? []];
  const drawn = new Set(nodes.map(({ name }) => name));
  return {
    nodes: [...nodes, ...describedNodes(services).filter(({ name }) => !drawn.has(name))],
    edges: [...found.edges, ...graphOf([], traced).edges],
  };
}

/** What the ledger tells of a service; undefined where it was not looked at. */
export function lookAt(view: Pick<View, "situation" | "ledger">, name: string): Look | undefined {
  const own = view.situation.service?.name === name;
  const ledger = own ? view.ledger.filter((call) => call.arguments.service === undefined) : ledgerOf(view.ledger, name);
  if (!own && ledger.length === 0) return undefined;
  const service = view.situation.services?.find((one) => one.name === name) ?? view.situation.service;
  const situation = { ...view.situation, service };
  const signals = readSignals(situation, ledger);
  const draft = concludeFrom(signals, { situation });
  const node = graphIn(view).nodes.find((one) => one.name === name);
  return { service: name, situation, signals, draft, finding: findingOf(draft, signals, node?.kind ?? "service") };
}

function findingOf({ verdict, category = "" }: Draft, { shape }: Signals, kind: string): Finding {
  const failure = shape?.failure;
  // What a database says of itself is no call of it to another one.
  const itself = failure !== undefined && (isOwn(failure) || (kind !== "service" && failure.peer === null));
  if (verdict === "no_fault_found") return "well";
  if (verdict === "not_enough_evidence") return category === "errors_unexplained" ? "waits" : "unknown";
  if (failure !== undefined && !itself && (category === "crash" || isOfFailure(category, failure))) return "calls";
  if (category === "latency") return "waits";
  return "own";
}

/** What a process lacks itself; a pool runs empty also where what it leads to is slow. */
function isOwn({ own, way }: Failure): boolean {
  return own && way !== "pool_exhausted";
}

function isOfFailure(category: string, failure: Failure): boolean {
  return category.startsWith("dependency_") || category === failure.way;
}

/** The calls that fail at a service, by the other side, those that fail most first. */
export function failuresOf(
  { signals, situation }: Look,
): { readonly failure: Failure; readonly shape: Shape; readonly count: number }[] {
  const sums = new Map<string, { failure: Failure; shape: Shape; count: number }>();
  const last = signals.shape?.last ?? null;
  const staleMs = Math.min(STALE_MS, windowSeconds(situation.service?.metrics?.window) * 1000);
  for (const shape of signals.logs?.result.shapes ?? []) {
    const { failure, count } = shape;
    if (failure === undefined || isOwn(failure)) continue;
    // What was over before the newest trouble began is another one.
    if (last !== null && shape.last !== null && Date.parse(shape.last) < Date.parse(last) - staleMs) continue;
    const key = failure.peer === null ? failure.way : peerText(failure.peer);
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { failure, shape, count });
    else known.count += count;
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}

/** By so much errors of one trouble may be apart. */
export const STALE_MS = 60_000;

/**
 * The other side of a call that failed. Where the message names none: the only one of its kind that the service calls, the
 * only one of them that is ill, or the only store of its kind that there is.
 */
export function sideOf(
  graph: ServiceGraph,
  { by, failure, isIll = () => false }: {
    readonly by: string;
    readonly failure: Failure;
    readonly isIll?: (name: string) => boolean;
  },
): Node | undefined {
  const { peer, kind } = failure;
  if (peer !== null) return nodeOf(graph.nodes, peer);
  const wanted = kind ?? "service";
  const called = calleesOf(graph, by);
  const same = graph.nodes.filter((node) => called.includes(node.name) && node.kind === wanted);
  const ill = same.filter(({ name }) => isIll(name));
  if (same.length > 0) return same.length === 1 ? same[0] : ill.length === 1 ? ill[0] : undefined;
  const all = wanted === "service" ? [] : graph.nodes.filter((node) => node.kind === wanted);
  return all.length === 1 ? all[0] : undefined;
}

/** The draft of a service that others call failing, although its own measurements are within their limits. */
export function draftByLog({ signals, situation }: Look): Draft | null {
  const { shape, frame } = signals;
  if (shape === undefined) return null;
  const rule = shape.failure !== undefined
    ? conclude.dependency
    : frame !== undefined
    ? conclude.codeError
    : conclude.errorWithoutPlace;
  return rule(signals, situation);
}

/** Whether a tool's call about a service is worth making: its description has what the tool reads. */
export function isReadable(tool: string, service: NonNullable<Situation["service"]>): boolean {
  if (!tools.has(tool)) return false;
  switch (tool) {
    case "query_logs":
      return service.logs.source !== "none";
    case "query_traces":
      return service.traces !== undefined;
    case "changes_between":
      return service.changes.source !== "none";
    case "compute_error_rate":
      return service.metrics?.requests !== undefined && service.metrics.errors !== undefined;
    case "compare_routes":
      return service.metrics?.labels.route !== undefined && service.metrics.requests !== undefined;
    default:
      return service.metrics !== undefined;
  }
}
