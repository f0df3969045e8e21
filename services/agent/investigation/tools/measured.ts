import type { Service, ServiceMetrics } from "../catalogue/mod.ts";
import type { Prometheus, Series } from "../sources/mod.ts";
import type { History } from "./history.ts";
import { type Situation, ToolError } from "./tool.ts";

/**
 * The incident's service and what its metrics are called; `needed` looks for what a tool cannot do without.
 *
 * @throws {ToolError} `not_configured` when the service's description does not name it.
 */
export function measuredService<T>(
  { service }: Situation,
  { what, needed }: { readonly what: string; readonly needed: (metrics: ServiceMetrics) => T | undefined },
): { readonly service: Service; readonly metrics: ServiceMetrics; readonly found: T } {
  const found = service?.metrics && needed(service.metrics);
  if (service?.metrics === undefined || found === undefined) {
    throw new ToolError(
      "not_configured",
      `config/oncall.yaml names no ${what} for ${service?.name ?? "this alert's service"}`,
    );
  }
  return { service, metrics: service.metrics, found };
}

/** Series by what they measure, and what could not be had. */
export interface Measured {
  readonly series: Readonly<Record<string, readonly Series[]>>;
  readonly missing: string[];
  /** Why what was had is to be doubted: partial answers, values that are no numbers, too few of them. */
  readonly doubts: string[];
}

/**
 * Asks all queries over the same history at once.
 *
 * @throws {ToolError} when Prometheus answers none of them.
 */
export async function askAll(
  prometheus: Prometheus,
  queries: Readonly<Record<string, string | undefined>>,
  options: { readonly end: number; readonly history: History; readonly signal: AbortSignal },
): Promise<Measured> {
  const { end, history, signal } = options;
  const range = { start: end - history.seconds, end, step: history.step };
  const asked = Object.entries(queries).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const remarks = new Set<string>();
  const server = prometheus.noting((said) => remarks.add(said));
  const answers = await Promise.allSettled(asked.map(([, query]) => server.range(query, range, signal)));
  const failures = answers.filter((answer) => answer.status === "rejected");
  if (asked.length > 0 && failures.length === asked.length) throw failures[0]!.reason;
  const series: Record<string, Series[]> = {};
  const missing: string[] = [];
  for (const [index, [what]] of asked.entries()) {
    const answer = answers[index]!;
    if (answer.status === "fulfilled") {
      series[what] = answer.value.map(withoutInfinity);
      if (answer.value.length === 0) missing.push(`${what}: Prometheus has nothing of it`);
    } else missing.push(`${what}: ${answer.reason instanceof ToolError ? answer.reason.message : "could not be read"}`);
  }
  for (const [what, query] of Object.entries(queries)) {
    if (query === undefined) missing.push(`${what}: config/oncall.yaml names no metric for it`);
  }
  return { series, missing, doubts: [...remarks, ...doubtsOf(series)] };
}

/** Fewer points than this do not show what is usual. */
const LEAST_POINTS = 4;

/** What was answered and is no number, or too little. */
function doubtsOf(series: Readonly<Record<string, readonly Series[]>>): string[] {
  const answered = Object.entries(series).filter(([, found]) => found.some(({ points }) => points.length > 0));
  const named = (test: (found: readonly Series[]) => boolean) =>
    answered.filter(([, found]) => test(found)).map(([what]) => what.replaceAll("_", " ")).join(", ");
  const numbers = (found: readonly Series[]) =>
    Math.max(...found.map(({ points }) => points.filter(([, value]) => Number.isFinite(value)).length));
  const none = named((found) => numbers(found) === 0);
  const few = named((found) => numbers(found) > 0 && numbers(found) < LEAST_POINTS);
  return [
    ...(none === "" ? [] : [`what Prometheus has of ${none} is not a number, so it is not known`]),
    ...(few === "" ? [] : [`Prometheus has fewer than ${LEAST_POINTS} points of ${few}, too few to say what is usual`]),
  ];
}

/** An infinite value is a division by nothing, and no measurement. */
export function withoutInfinity({ labels, points }: Series): Series {
  return { labels, points: points.map(([at, value]) => [at, Number.isFinite(value) ? value : NaN] as const) };
}
