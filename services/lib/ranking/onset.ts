import { finiteOnly, spreadOf } from "./statistics.ts";
import type { MetricTable } from "./types.ts";

/** Rows needed on each side of a change to distinguish it from noise. */
const MIN_ROWS = 8;
/** A column's standardised value is cut here, so that one spike does not outvote a lasting change. */
const CLIP = 5;

/**
 * The row at which most columns change their level most, between `from` and `to`; -1 when the table is too short or
 * nothing in it varies. Each column votes with the variance that a single step at that row would explain (the CUSUM
 * statistic of one change point), beyond what noise alone explains.
 */
export function changePoint(table: MetricTable, from = 0, to = table.times.length): number {
  const rows = table.times.length;
  const votes = new Float64Array(rows);
  // What the best of n places explains in white noise grows like this (the law of the iterated logarithm).
  const noise = 2 * Math.log(Math.log(Math.max(rows, 16))) + 4;
  for (const { values } of table.columns) {
    const series = standardise(values);
    if (series === undefined) continue;
    let total = 0, squares = 0;
    for (let i = 0; i < rows; i++) {
      total += series[i]!;
      squares += series[i]! * series[i]!;
    }
    const mean = total / rows;
    const variance = squares / rows - mean * mean;
    if (!(variance > 1e-12)) continue;
    let sum = 0;
    for (let i = 1; i < rows; i++) {
      sum += series[i - 1]! - mean;
      const explained = (sum * sum * rows) / (i * (rows - i) * variance);
      if (explained > noise) votes[i]! += explained - noise;
    }
  }
  let best = -1;
  for (let i = Math.max(from, MIN_ROWS); i <= Math.min(to, rows - MIN_ROWS); i++) {
    if (votes[i]! > (best < 0 ? 0 : votes[best]!)) best = i;
  }
  return best;
}

/** Robustly standardised and clipped, gaps filled with the value before; undefined when it does not vary. */
function standardise(values: Float64Array): Float64Array | undefined {
  const finite = finiteOnly(values);
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < finite.length; i++) {
    if (finite[i]! < least) least = finite[i]!;
    if (finite[i]! > most) most = finite[i]!;
  }
  if (finite.length < 2 * MIN_ROWS || least === most) return undefined;
  const { median, deviation } = spreadOf(finite);
  // A column that rests at one value has no IQR: its whole range takes the place.
  const scale = deviation || (most - least) / CLIP;
  const series = new Float64Array(values.length);
  let last = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (Number.isFinite(x)) last = Math.max(-CLIP, Math.min(CLIP, (x - median) / scale));
    series[i] = last;
  }
  return series;
}
