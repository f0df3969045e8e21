import { calleesOf } from "../../../graph/mod.ts";
import type { Call, View } from "../../brain.ts";
import { alertingServices } from "./alerting.ts";
import { failuresOf, graphIn, isReadable, type Look, lookAt, sideOf } from "./look.ts";
import { declaredCallees, isAboutOther } from "./other_measure.ts";

/** How far, and at how many services, is looked. */
const MOST_HOPS = 5;
const MOST_SERVICES = 12;
/** What is read of every service on the way, as of the first. */
const TOOLS = [
  "query_logs",
  "compute_error_rate",
  "compare_instances",
  "compare_routes",
  "changes_between",
  "query_traces",
];

/** The calls by which the next services on the way from a symptom are looked at; none where nothing leads on. */
export function callsToFollow(view: View): Call[] {
  const { situation } = view;
  const own = situation.service;
  const others = (situation.services ?? []).filter((service) => service !== own && isObservable(service));
  if (own === undefined || others.length === 0) return [];
  const first = lookAt(view, own.name)!;
  if (first.finding === "own" && !isWeak(first)) return [];
  if (first.finding === "well") return isAboutOther(situation) ? callsToNeeded(view) : [];
  const calls: Call[] = first.finding === "unknown" ? callsToCallers(view, own.name) : [];
  if (!view.ledger.some(({ tool }) => tool === "service_graph")) calls.push({ tool: "service_graph", arguments: {} });
  if (
    own.traces !== undefined &&
    !view.ledger.some((call) => call.tool === "query_traces" && call.arguments.service === undefined)
  ) {
    calls.push({ tool: "query_traces", arguments: {} });
  }
  for (const name of nextServices(view, first)) {
    const service = others.find((one) => one.name === name);
    if (service === undefined) continue;
    for (const tool of TOOLS.filter((one) => isReadable(one, service))) {
      calls.push({ tool, arguments: { service: name } });
    }
  }
  return [...calls, ...codeCalls(view)];
}

/** What is read of the services that one needs, as its description says. */
function callsToNeeded(view: View): Call[] {
  const needed = declaredCallees(view.situation).slice(0, MOST_SERVICES);
  return (view.situation.services ?? []).filter((service) =>
    needed.includes(service.name) && isObservable(service) && lookAt(view, service.name) === undefined
  ).flatMap((service) =>
    TOOLS.filter((one) => isReadable(one, service)).map((tool) => ({ tool, arguments: { service: service.name } }))
  );
}

/** An error without a place, or one that speaks of another service, may follow from what is called. */
export function isWeak({ finding, draft, service, situation: { services = [] }, signals: { shape } }: Look): boolean {
  if (finding !== "own") return false;
  if (draft.category === "errors_without_stack") return true;
  if (draft.category !== "code_error" || shape === undefined) return false;
  const said = new Set(`${shape.headline ?? ""} ${shape.message}`.toLowerCase().split(/[^a-z0-9-]+/));
  return services.some(({ name }) => name !== service && said.has(name.toLowerCase()));
}

function isObservable(service: NonNullable<View["situation"]["service"]>): boolean {
  return service.metrics !== undefined || service.logs.source !== "none";
}

/** Where a service shows nothing itself, the errors of those who call it, and of whoever has an alert, may name it. */
function callsToCallers(view: View, own: string): Call[] {
  const callers = graphIn(view).edges.filter(({ to }) => to === own).map(({ from }) => from);
  return [...new Set([...callers, ...alertingServices(view)])]
    .filter((name) => name !== own && lookAt(view, name) === undefined)
    .filter((name) =>
      view.situation.services?.some((service) => service.name === name && isReadable("query_logs", service))
    )
    .slice(0, MOST_SERVICES)
    .map((service) => ({ tool: "query_logs", arguments: { service } }));
}

/** Services that were not looked at and that what is known leads to. */
function nextServices(view: View, first: Look): string[] {
  const graph = graphIn(view);
  const looked = new Set<string>([first.service]);
  const next = new Set<string>();
  let border: Look[] = [first];
  for (let hop = 0; hop < MOST_HOPS && border.length > 0; hop++) {
    const following: Look[] = [];
    for (const look of border) {
      const named = failuresOf(look).flatMap(({ failure }) => {
        const node = sideOf(graph, { by: look.service, failure });
        return node?.described ? [node.name] : [];
      });
      const open = look.finding === "calls" || look.finding === "waits" || look.finding === "unknown" || isWeak(look);
      for (const name of [...named, ...(open ? calleesOf(graph, look.service) : [])]) {
        if (looked.has(name) || next.has(name)) continue;
        const known = lookAt(view, name);
        if (known === undefined) next.add(name);
        else {
          looked.add(name);
          following.push(known);
        }
      }
    }
    border = following;
  }
  return [...next].slice(0, Math.max(0, MOST_SERVICES - looked.size));
}

/** The code at the places that the errors of other services name. */
function codeCalls(view: View): Call[] {
  const services = new Set(
    view.ledger.flatMap(({ arguments: { service } }) => typeof service === "string" ? [service] : []),
  );
  return [...services].flatMap((service) => {
    const look = lookAt(view, service);
    const { frame, code } = look?.signals ?? {};
    if (frame === undefined || code !== undefined || look?.situation.service?.code.source === "none") return [];
    const asked = view.ledger.some(({ tool, arguments: args }) =>
      tool === "fetch_code_from_github" && args.service === service
    );
    return asked
      ? []
      : [{ tool: "fetch_code_from_github", arguments: { service, file_path: frame.file, line: frame.line } }];
  });
}
