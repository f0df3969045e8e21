import type { Situation } from "../../../tools/mod.ts";
import { calleesOf, declaredEdges, describedNodes, graphOf } from "../../../graph/mod.ts";

/** Metrics that every service has. */
const ALWAYS = ["up", "ALERTS"];
/** Endings that Prometheus' clients add to a metric's name. */
const PARTS = /_(?:total|bucket|count|sum)$/;

/**
 * Whether an alert that fires is about a measure that the service's description does not have, a queue's length for
 * example: then it says nothing that its own requests are well.
 */
export function isAboutOther({ alerts, service }: Situation): boolean {
  const firing = alerts.filter(({ status, generator_url: url }) => status === "firing" && url !== "");
  if (service?.metrics === undefined || firing.length === 0) return false;
  const known = new Set([...ALWAYS, ...Object.values(service.metrics).flatMap(metricIn)].map(stem));
  return firing.every(({ generator_url: url }) => {
    const names = namesIn(url);
    return names.length > 0 && !names.some((name) => known.has(stem(name)));
  });
}

/** What a service needs besides those that it calls, as its description says. */
export function declaredCallees({ services = [], service }: Situation): string[] {
  return service === undefined
    ? []
    : calleesOf(graphOf(describedNodes(services), declaredEdges(services)), service.name);
}

function metricIn(value: unknown): string[] {
  const metric = typeof value === "object" && value !== null && "metric" in value ? value.metric : undefined;
  return typeof metric === "string" ? [metric] : [];
}

function stem(name: string): string {
  return name.replace(PARTS, "");
}

/** Names of metrics in the expression of an alert's graph: words with an underscore or before a selector. */
function namesIn(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const text = (new URL(url).searchParams.get("g0.expr") ?? "").slice(0, 2_000);
  // Without labels and their values.
  const bare = text.replaceAll(/\{[^{}]{0,500}\}/g, "{}").replaceAll(
    /\b(?:by|without|on|ignoring) ?\([^()]{0,300}\)/g,
    "",
  );
  return [...bare.matchAll(/[a-zA-Z_:][\w:]{0,200}(?=\{\}|\[|\s|\)|$)/g)].map(([name]) => name).filter((name) =>
    name.includes("_") || bare.includes(`${name}{}`)
  );
}
