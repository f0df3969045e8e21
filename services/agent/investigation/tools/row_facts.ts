import type { Facts, Unit } from "./facts.ts";

/** The unit of a column of the comparing tools. */
const UNITS: Readonly<Record<string, Unit>> = {
  requests_per_second: "/s",
  errors_per_second: "/s",
  error_percent: "%",
  share_of_errors_percent: "%",
  latency_p95_ms: "ms",
  latency_mean_ms: "ms",
  cpu_cores: "cores",
  cpu_per_request_ms: "ms",
  memory_mb: "MB",
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
    if (typeof value === "number") facts.times(value, usual, about);
  }
  for (const [metric, peak] of Object.entries(row.peak ?? {})) {
    facts.number(peak?.value, UNITS[metric] ?? null, about).span(peak?.since, peak?.until, about);
  }
  facts.quote(row);
}

/** Declares the numbers of an object whose keys are columns. */
export function columnFacts(
  values: Readonly<Record<string, unknown>>,
  { facts, about }: { facts: Facts; about: readonly (string | null)[] },
): void {
  for (const [metric, unit] of Object.entries(UNITS)) {
    const value = values[metric];
    if (typeof value === "number") facts.number(value, unit, about);
  }
}

/** Declares the outliers, and by how much. */
export function differenceFacts(
  differing: readonly { who: string; metric: string; value: number; others: number; since: string | null }[] = [],
  facts: Facts,
): void {
  for (const difference of differing) {
    const { who, metric, value, others } = difference;
    const unit = UNITS[metric];
    for (const number of [value, others]) {
      if (unit === undefined) facts.count(number, ["restart", "start", "time"], [who]);
      else facts.number(number, unit, [who]);
    }
    facts.times(value, others, [who]).quote(difference);
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
