import type { Service } from "../catalogue/mod.ts";
import { type Matcher, parseQuery, type Selector } from "./promql.ts";
import { type Situation, ToolError } from "./tool.ts";

/** Labels by which an alert names what it is about. */
const IDENTIFYING = new Set([
  "job",
  "service",
  "app",
  "instance",
  "namespace",
  "pod",
  "container",
  "deployment",
  "statefulset",
  "daemonset",
  "node",
]);
const LONGEST_SECONDS = 7 * 86_400;
const MOST_STEPS = 1_000;

/**
 * The query, bound to the services that are described and to what the incident's alerts name: a selector that names none
 * of them gets the incident's own service.
 *
 * @throws {ToolError} `refused` where a selector names something else, or reaches back too far.
 */
export function boundQuery(
  query: string,
  { services, situation }: { readonly services: readonly Service[]; readonly situation: Situation },
): string {
  const { selectors, ranges } = parsed(query);
  for (const { seconds, step } of ranges) {
    if (seconds > LONGEST_SECONDS) throw new ToolError("refused", "a query may reach back 7 days at the most");
    if (step !== null && seconds / Math.max(step, 1) > MOST_STEPS) {
      throw new ToolError("refused", `a subquery may have ${MOST_STEPS} steps at the most`);
    }
  }
  const allowed = allowedValues(services, situation);
  const own = situation.service?.metrics?.selector;
  let bound = query;
  for (const { selector, insert } of selectors.map((one) => ({ selector: one, insert: one.insert })).toReversed()) {
    if (selector.matchers.some((matcher) => isAllowed(matcher, allowed))) continue;
    const foreign = selector.matchers.find((matcher) => allowed.has(matcher.label) && matcher.operator.startsWith("="));
    if (foreign !== undefined || own === undefined) throw refusal({ selector, foreign, allowed });
    bound = `${bound.slice(0, insert.at)}${insert.before}${own}${insert.after}${bound.slice(insert.at)}`;
  }
  return bound;
}

function parsed(query: string): ReturnType<typeof parseQuery> {
  try {
    return parseQuery(query);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ToolError("invalid_arguments", `the query cannot be read: ${error.message}`);
  }
}

/** Label to the values that name a service or what an alert is about. */
function allowedValues(services: readonly Service[], { alerts }: Situation): ReadonlyMap<string, ReadonlySet<string>> {
  const allowed = new Map<string, Set<string>>();
  const add = (label: string, value: string) => allowed.set(label, (allowed.get(label) ?? new Set()).add(value));
  for (const { metrics, match } of services) {
    for (const [label, value] of match.flatMap((one) => Object.entries(one))) {
      if (IDENTIFYING.has(label) && !value.endsWith("*")) add(label, value);
    }
    if (metrics === undefined) continue;
    const matchers = parseQuery(`{${metrics.selector}}`).selectors.flatMap((one) => one.matchers);
    for (const { label, operator, value } of matchers) {
      if (operator === "=") add(label, value);
      if (operator === "=~") value.split("|").forEach((one) => add(label, one));
    }
  }
  for (const { labels } of alerts) {
    for (const [label, value] of Object.entries(labels)) if (IDENTIFYING.has(label) && value !== "") add(label, value);
  }
  return allowed;
}

function isAllowed({ label, operator, value }: Matcher, allowed: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const values = allowed.get(label);
  if (values === undefined) return false;
  if (operator === "=") return values.has(value);
  // Only a choice of names: any other pattern may match anything.
  return operator === "=~" && value.replace(/^\((.*)\)$/, "$1").split("|").every((one) => values.has(one));
}

function refusal(
  { selector, foreign, allowed }: {
    readonly selector: Selector;
    readonly foreign: Matcher | undefined;
    readonly allowed: ReadonlyMap<string, ReadonlySet<string>>;
  },
): ToolError {
  const choices = [...allowed].flatMap(([label, values]) =>
    [...values].map((value) => `${label}=${JSON.stringify(value)}`)
  );
  const names = choices.slice(0, 8).join(", ") || "none";
  const what = foreign === undefined
    ? `${selector.name || "a selector"} names no service`
    : `${foreign.label}${foreign.operator}${JSON.stringify(foreign.value)} is no service of this agent`;
  return new ToolError("refused", `${what}; a selector has to have one of ${names}`);
}
