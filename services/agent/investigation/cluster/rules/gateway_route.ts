import type { Ref, Route, Workload } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { type Finding, type Quote, quote, type Rule } from "./rule.ts";

/** Words that say nothing about which service is meant. */
const COMMON = new Set([
  "api",
  "service",
  "services",
  "svc",
  "app",
  "http",
  "https",
  "www",
  "internal",
  "prod",
  "http2",
]);

/** A gateway's route leads to a service that is not there, or a path to another service than the one that serves it. */
export const gatewayRoute: Rule = {
  name: "gateway_route",
  group: "routing",
  causes: ["gateway_route"],
  looksAt: ["routes of Ingresses, HTTPRoutes and gateways", "services", "failed requests", "calls"],
  find(view) {
    const byGateway = Map.groupBy(view.cluster.routes, (one) => `${one.namespace}/${one.gateway ?? one.source.name}`);
    return [...byGateway.values()].flatMap((routes) => routes.flatMap((route) => ofRoute(view, routes, route)));
  },
};

function ofRoute(view: View, routes: Route[], route: Route): Finding[] {
  const failing = view.cluster.failures.filter((one) =>
    one.namespace === route.namespace && route.paths.some((path) => covers(path, one.path))
  );
  const failed = failing.filter((one) => one.status === undefined || one.status === 404 || one.status >= 502);
  const absent = view.knows("Service") && !view.service(route.namespace, route.backend) &&
    !view.workload(route.namespace, route.backend);
  // A route to a service that never was is dead wood in many a table: it counts where requests fail or a service is missed.
  const shared = routes.filter((one) => one.backend === route.backend && one !== route);
  if (!absent && shared.length === 0) return [];
  const meant = meantBy(view, routes, { route, failed: failed.map((one) => one.service) });
  if (!meant || meant.name === route.backend) return [];
  if (!absent && !isForeign(view, route, meant.workload)) return [];
  return [
    finding(route, meant, {
      absent,
      failed: failed.map((one) => quote(refOf(meant.workload), "failed requests", one.quote)),
    }),
  ];
}

interface Meant {
  name: string;
  workload: Workload;
  certainty: number;
  called: boolean;
}

/** The service that the route should lead to: a gateway calls it, no route leads there, and the route's words are its own. */
function meantBy(
  view: View,
  routes: Route[],
  { route, failed }: { route: Route; failed: string[] },
): Meant | undefined {
  const reached = new Set(routes.map((one) => one.backend));
  const gateway = route.gateway ?? "";
  const calls = view.callsFrom(route.namespace, gateway);
  const missed = view.cluster.workloads.filter((one) =>
    one.namespace === route.namespace && one.name !== gateway && !reached.has(one.name) &&
    !view.servicesOf(one).some((service) => reached.has(service.name))
  );
  const words = wordsOf(route);
  const ranked = missed.map((workload) => {
    const called = calls.some((one) => one.to === workload.name);
    const complained = failed.includes(workload.name);
    const alike = likeness(words, affiliations(view, workload));
    return { workload, called, score: (complained ? 3 : 0) + alike * 2 + (called ? 0.5 : 0), complained, alike };
  }).toSorted((one, other) => other.score - one.score);
  const best = ranked[0];
  if (!best || (!best.complained && best.alike < 0.5)) return undefined;
  const next = ranked[1];
  if (next && next.score === best.score) return undefined;
  return {
    name: best.workload.name,
    workload: best.workload,
    called: best.called,
    certainty: best.complained ? 0.93 : best.called ? 0.88 : 0.75,
  };
}

/** Whether the route's words fit the service that it misses better than the one that it leads to. */
function isForeign(view: View, route: Route, meant: Workload): boolean {
  const words = wordsOf(route);
  const target = view.workload(route.namespace, route.backend);
  return likeness(words, affiliations(view, meant)) >= (target ? likeness(words, affiliations(view, target)) : 0);
}

function covers(pattern: string, path: string): boolean {
  const prefix = pattern.replace(/(?:\/|(?<!\*))\*+$/, "");
  return prefix.length > 1 && (path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : prefix + "/"));
}

function wordsOf(route: Route): string[] {
  return split([route.id, ...route.paths].join(" "));
}

function split(text: string): string[] {
  const words = text.slice(0, 1_000).replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/);
  return [
    ...new Set(
      words.map((one) => one.replace(/(service|svc)s?$/, "")).filter((one) => one.length > 2 && !COMMON.has(one)),
    ),
  ];
}

/** All the words by which a workload goes: its own, its image's, those of the Secrets, settings and loggers that are its own. */
function affiliations(view: View, workload: Workload): Set<string> {
  const own = workload.template.containers.flatMap((one) => [
    one.name,
    one.image.split("/").pop() ?? "",
    ...one.envFrom.map((each) => each.name),
    ...one.env.map((each) => each.from ?? ""),
  ]);
  const secrets = view.cluster.secrets.filter((one) => one.namespace === workload.namespace && own.includes(one.name))
    .flatMap((one) => one.keys);
  const loggers = view.linesOf(workload).slice(0, 40).flatMap((line) =>
    line.slice(0, 400).match(/\b[a-z0-9]+(\.[a-z0-9]+)*\.[A-Z]\w+/g)?.slice(0, 2) ?? []
  );
  return new Set(split([workload.name, ...own, ...secrets, ...loggers].join(" ")));
}

function likeness(words: string[], other: Set<string>): number {
  if (words.length === 0) return 0;
  return words.filter((one) => other.has(one)).length / words.length;
}

function finding(route: Route, meant: Meant, { absent, failed }: { absent: boolean; failed: Quote[] }): Finding {
  const source: Ref = route.source;
  return {
    group: "routing",
    cause: "gateway_route",
    object: refOf(meant.workload),
    says: `The route ${route.id} (${route.paths.join(", ")}) leads to ${route.backend}${
      absent ? ", which does not exist," : ""
    } instead of ${meant.name}.`,
    for: [quote(source, `routes[${route.id}]`, `${route.paths.join(", ")} -> ${route.backend}`), ...failed.slice(0, 3)],
    against: [],
    certainty: Math.min(0.95, meant.certainty + (absent ? 0.03 : 0)),
    explains: [{ kind: "Service", namespace: route.namespace, name: meant.name }],
    fix: [
      `kubectl edit ${source.kind === "ConfigMap" ? "configmap" : "ingress"} ${source.name} -n ${source.namespace}`,
    ],
  };
}
