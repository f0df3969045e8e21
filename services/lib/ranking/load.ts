import { isErrorCount, kindOf } from "./deviation.ts";
import { finiteOnly, quantiles } from "./statistics.ts";
import type { Column } from "./types.ts";

/** From this share of its variance on, a metric counts as driven by its service's load. */
const DRIVEN = 0.25;

/**
 * Puts each column in relation to its service's load, where the table has it: errors become errors per request, so that
 * a busy service does not look worse than a quiet one; from any other column it takes what the load explains, as a line fitted on
 * rows before `baseline`: a surge or a season that lifts CPU and latency along with the requests is no fault. Columns
 * that the load did not drive stay as they are.
 */
export function relativeToLoad(columns: readonly Column[], baseline: number): Column[] {
  const loads = new Map<string, Float64Array>();
  for (const { service, metric, values } of columns) {
    if (kindOf(metric) === "load" && !loads.has(service)) loads.set(service, values);
  }
  return columns.map((column) => {
    const load = loads.get(column.service);
    if (load === undefined || kindOf(column.metric) === "load") return column;
    if (isErrorCount(column.metric)) return { ...column, values: perRequest(column.values, load, baseline) };
    const line = fit(load.subarray(0, baseline), column.values.subarray(0, baseline));
    if (line === undefined || line.explained < DRIVEN) return column;
    const values = new Float64Array(load.length);
    for (let row = 0; row < values.length; row++) {
      // A gap in the load leaves a gap: its effect is unknown.
      values[row] = column.values[row]! - line.slope * (load[row]! - line.mean);
    }
    return { ...column, values };
  });
}

/** Errors over load; a moment without load takes the usual one, so that it divides by nothing near 0. */
function perRequest(errors: Float64Array, load: Float64Array, baseline: number): Float64Array {
  const usual = quantiles(finiteOnly(load, 0, baseline), [0.5])[0]!;
  return usual > 0 ? errors.map((e, row) => e / Math.max(load[row]!, usual / 2)) : errors;
}

function fit(xs: Float64Array, ys: Float64Array): { slope: number; mean: number; explained: number } | undefined {
  let n = 0, sumX = 0, sumY = 0;
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(xs[i]!) || !Number.isFinite(ys[i]!)) continue;
    n++;
    sumX += xs[i]!;
    sumY += ys[i]!;
  }
  if (n < 16) return undefined;
  const meanX = sumX / n, meanY = sumY / n;
  let xx = 0, xy = 0, yy = 0;
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(xs[i]!) || !Number.isFinite(ys[i]!)) continue;
    const dx = xs[i]! - meanX, dy = ys[i]! - meanY;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  if (xx === 0 || yy === 0 || xy <= 0) return undefined;
  return { slope: xy / xx, mean: meanX, explained: (xy * xy) / (xx * yy) };
}
