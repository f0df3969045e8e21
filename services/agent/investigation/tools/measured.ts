import type { Prometheus, Series } from "../sources/mod.ts";
import type { History } from "./history.ts";
import { ToolError } from "./tool.ts";

/** Series by what they measure, and what could not be had. */
export interface Measured {
  readonly series: Readonly<Record<string, readonly Series[]>>;
  readonly missing: string[];
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
  const answers = await Promise.allSettled(asked.map(([, query]) => prometheus.range(query, range, signal)));
  const failures = answers.filter((answer) => answer.status === "rejected");
  if (asked.length > 0 && failures.length === asked.length) throw failures[0]!.reason;
  const series: Record<string, Series[]> = {};
  const missing: string[] = [];
  for (const [index, [what]] of asked.entries()) {
    const answer = answers[index]!;
    if (answer.status === "fulfilled") {
      series[what] = answer.value;
      if (answer.value.length === 0) missing.push(`${what}: Prometheus has nothing of it`);
    } else missing.push(`${what}: ${answer.reason instanceof ToolError ? answer.reason.message : "could not be read"}`);
  }
  for (const [what, query] of Object.entries(queries)) {
    if (query === undefined) missing.push(`${what}: config/oncall.yaml names no metric for it`);
  }
  return { series, missing };
}
