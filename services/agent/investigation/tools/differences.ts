import { median, rounded } from "../sources/mod.ts";

/** One of several that is not like the others. */
export interface Difference {
  readonly who: string;
  readonly metric: string;
  readonly value: number;
  /** Median of the others. */
  readonly others: number;
  readonly since: string | null;
}

/** How far apart is a difference worth telling: at least so much, and at least so many times the others. */
const WORTH: Readonly<Record<string, { least: number; times: number }>> = {
  error_percent: { least: 5, times: 2 },
  latency_p95_ms: { least: 100, times: 2 },
  cpu_cores: { least: 0.3, times: 2 },
  memory_mb: { least: 100, times: 1.5 },
  restarts: { least: 1, times: 1 },
};

/** Outliers, metric by metric; needs two to compare. */
export function differences(
  rows: readonly (
    & { readonly label: string; readonly peak: Readonly<Record<string, { since: string } | undefined>> }
    & object
  )[],
): Difference[] {
  if (rows.length < 2) return [];
  const out: Difference[] = [];
  for (const [metric, { least, times }] of Object.entries(WORTH)) {
    const valueOf = (row: object) => (row as Record<string, unknown>)[metric];
    for (const row of rows) {
      const value = valueOf(row);
      const others = median(
        rows.filter((other) => other !== row).map(valueOf).filter((x): x is number => typeof x === "number"),
      );
      if (typeof value !== "number" || others === null) continue;
      if (value - others < least || value < others * times) continue;
      out.push({ who: row.label, metric, value, others: rounded(others)!, since: row.peak[metric]?.since ?? null });
    }
  }
  return out;
}
