import type { Facts } from "./facts.ts";
import type { Quantity, Unit } from "./quantities.ts";

/** What a column of the comparing tools measures. */
const COLUMNS: Readonly<Record<string, readonly [of: Quantity, unit: Unit]>> = {
  requests_per_second: ["requests", "/s"],
  errors_per_second: ["errors", "/s"],
  error_percent: ["error share", "%"],
  share_of_errors_percent: ["share of errors", "%"],
  latency_p95_ms: ["latency p95", "ms"],
  latency_mean_ms: ["latency mean", "ms"],
  cpu_cores: ["cpu", "cores"],
  cpu_per_request_ms: ["cpu per request", "ms"],
  memory_mb: ["memory", "MB"],
};

/** A row of a comparison. */
interface Row {
  readonly peak?: Readonly<Record<string, { value: number; since: string; until: string | null } | undefined>>;
  readonly before?: Readonly<Record<string, number | null | undefined>>;
}

/** Declares each column of a row, its peaks, and what was usual. */
export function rowFacts(
  row: Row & object,
  { facts, about }: { facts: Facts; about: readonly (string | null)[] },
): void {
  const values = row as Readonly<Record<string, unknown>>;
  columnFacts(values, { facts, about });
  columnFacts(row.before ?? {}, { facts, about });
  for (const [metric, usual] of Object.entries(row.before ?? {})) {
    const value = values[metric];
    const column = COLUMNS[metric];
    if (typeof value === "number" && column !== undefined) facts.times(value, usual, { of: column[0], about });
  }
  for (const [metric, peak] of Object.entries(row.peak ?? {})) {
    const column = COLUMNS[metric];
    if (column === undefined) continue;
    facts.number(peak?.value, column[1], { of: column[0], about }).span(peak?.since, peak?.until, about);
  }
  facts.quote(row);
}

/** Declares the numbers of an object whose keys are columns. */
export function columnFacts(
  values: Readonly<Record<string, unknown>>,
  { facts, about }: { facts: Facts; about: readonly (string | null)[] },
): void {
  for (const [metric, [of, unit]] of Object.entries(COLUMNS)) {
    const value = values[metric];
    if (typeof value === "number") facts.number(value, unit, { of, about });
  }
}

/** Nouns for the starts of a process beyond its first. */
export const RESTARTS = ["restart", "start", "time"];

/** Declares the outliers, and by how much. */
export function differenceFacts(
  differing: readonly { who: string; metric: string; value: number; others: number; since: string | null }[] = [],
  facts: Facts,
): void {
  for (const difference of differing) {
    const { who, metric, value, others } = difference;
    const [of, unit] = COLUMNS[metric] ?? ["restarts", "n"];
    for (const number of [value, others]) {
      if (unit === "n") facts.count(number, RESTARTS, [who]);
      else facts.number(number, unit, { of, about: [who] });
    }
    facts.times(value, others, { of, about: [who] }).quote(difference);
  }
}

/** Declares how many rows have a trouble. */
export function troubleCounts(
  rows: readonly (Row & { readonly error_percent: number | null })[],
  { facts, noun }: { facts: Facts; noun: string },
): void {
  const count = (test: (row: Row & { readonly error_percent: number | null }) => boolean) =>
    facts.count(rows.filter(test).length, [noun]);
  facts.count(rows.length, [noun]);
  for (const metric of new Set(rows.flatMap((row) => Object.keys(row.peak ?? {})))) {
    count((row) => metric in (row.peak ?? {}));
  }
  count((row) => (row.error_percent ?? 0) > 0);
}
