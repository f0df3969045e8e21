import { finiteOnly, largest, quantiles, runningMedians, spreadOf } from "./statistics.ts";
import type { Column } from "./types.ts";

/** The kind of a metric: the service's own resources, what its callers see, or its load. */
export type Kind = "internal" | "external" | "load";

/** How far a column deviates from its values before the onset. */
export interface Deviation {
  readonly column: Column;
  readonly kind: Kind;
  /** Largest lasting rise, in robust standard deviations of the time before; 0 when there is none. */
  readonly rise: number;
  /** Median before, and the highest lasting level after. */
  readonly before: number;
  readonly peak: number;
}

/** Changes below this share of a column's level are taken for noise, however quiet the column was. */
const RELATIVE_FLOOR = 0.05;

/** Derives the kind from the metric's name, in the naming of exporters and public data sets. */
export function kindOf(metric: string): Kind {
  const name = metric.toLowerCase();
  if (isHealth(name) || /lat|delay|duration|resp|err|fail|5xx|timeout|p\d\d/.test(name)) return "external";
  if (/load|rps|qps|throughput|request|traffic|count$/.test(name)) return "load";
  return "internal";
}

/** Whether the metric counts failures, as against a share or a time. */
export function isErrorCount(metric: string): boolean {
  return /err|fail|5xx|timeout/i.test(metric) && !/rate|ratio|share|percent/i.test(metric);
}

/** Whether the metric is the better the higher it is: there a fall is the trouble, and a rise is relief. */
export function isHealth(metric: string): boolean {
  return /avail|success|healthy|uptime|hit-?rat/i.test(metric) && !/unavail|unsuccess|unhealthy/i.test(metric);
}

/** How far a metric of health is below its best before row `baseline`, so that a fall shows as a rise from 0. */
export function missingHealth(column: Column, baseline: number): Column {
  const best = largest(finiteOnly(column.values, 0, baseline));
  return { ...column, values: column.values.map((x) => Math.max(0, best - x)) };
}

/**
 * Measures `column` after row `onset` against rows before `baseline`; undefined when it is constant or has too few
 * values on either side. `restingScale` is the scale of a column that rested at 0 before.
 */
export function deviation(
  column: Column,
  rows: { readonly baseline: number; readonly onset: number },
  restingScale: (metric: string) => number,
): Deviation | undefined {
  const values = column.values;
  const before = finiteOnly(values, 0, rows.baseline);
  const after = values.subarray(rows.onset);
  if (before.length < 4) return undefined;
  const smoothAfter = runningMedians(after, smoothing(after.length));
  if (smoothAfter.length === 0) return undefined;
  const { median, deviation: spread } = spreadOf(before);
  // Slow waves and bursts of the quiet time count as its noise: they lift the running medians too.
  const smoothBefore = runningMedians(values.subarray(0, rows.baseline), smoothing(after.length));
  const [low, high] = quantiles(smoothBefore, [0.05, 0.95]);
  const waves = (high! - low!) / (2 * 1.645);
  const scale = Math.max(spread, waves, RELATIVE_FLOOR * Math.abs(median)) ||
    restingScale(column.metric);
  if (!(scale > 0)) return undefined;
  const peak = largest(smoothAfter);
  return { column, kind: kindOf(column.metric), rise: Math.max(0, (peak - median) / scale), before: median, peak };
}

/** The scale of a column that rested at 0: a twentieth of the highest lasting level of that metric on any service. */
export function restingScales(columns: readonly Column[], onset: number): (metric: string) => number {
  const scales = new Map<string, number>();
  return (wanted) => {
    let scale = scales.get(wanted);
    if (scale === undefined) {
      const peaks = columns.filter(({ metric }) => metric === wanted).map(({ values }) => {
        const after = values.subarray(onset);
        return largest(runningMedians(after, smoothing(after.length)));
      });
      scale = RELATIVE_FLOOR * Math.max(0, ...peaks);
      scales.set(wanted, scale);
    }
    return scale;
  };
}

function smoothing(rows: number): number {
  return Math.max(3, Math.min(15, Math.round(rows / 20)));
}
