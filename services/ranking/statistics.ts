/** The `share` quantile (0 to 1) of ascending `sorted`, interpolated linearly; NaN when empty. */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}

/** The finite values of `values` from `from` up to, not with, `to`, in their order. */
export function finiteOnly(values: Float64Array, from = 0, to = values.length): Float64Array {
  // A plain loop: typed arrays' filter() and reduce() cost ten times as much, and this runs for every column.
  const kept = new Float64Array(Math.max(0, to - from));
  let count = 0;
  for (let i = from; i < to; i++) if (Number.isFinite(values[i]!)) kept[count++] = values[i]!;
  return kept.subarray(0, count);
}

/** The finite values of `values` from `from` up to, not with, `to`, ascending. */
export function sortedFinite(values: Float64Array, from = 0, to = values.length): Float64Array {
  return finiteOnly(values, from, to).sort();
}

/** The largest value; -Infinity when there is none. */
export function largest(values: Float64Array): number {
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i]! > max) max = values[i]!;
  return max;
}

/** The interquartile range of ascending `sorted` as a standard deviation: a normal's IQR is 1.349 of them. */
export function robustDeviation(sorted: Float64Array): number {
  return (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
}

/**
 * Running medians of `width` finite values each: one spike moves none of them, a change that lasts moves them all.
 * Shorter when there are fewer finite values than `width`.
 */
export function runningMedians(values: Float64Array, width: number): Float64Array {
  const finite = finiteOnly(values);
  if (finite.length === 0) return finite;
  const w = Math.min(width, finite.length);
  const window = finite.slice(0, w).sort();
  const medians = new Float64Array(finite.length - w + 1);
  const low = (w - 1) >> 1, high = w >> 1;
  for (let i = 0;; i++) {
    medians[i] = (window[low]! + window[high]!) / 2;
    if (i + w >= finite.length) return medians;
    exchange(window, finite[i]!, finite[i + w]!);
  }
}

/** Puts `arriving` into the ascending window in place of `leaving`. */
function exchange(window: Float64Array, leaving: number, arriving: number): void {
  let at = window.indexOf(leaving);
  for (; at + 1 < window.length && window[at + 1]! < arriving; at++) window[at] = window[at + 1]!;
  for (; at > 0 && window[at - 1]! > arriving; at--) window[at] = window[at - 1]!;
  window[at] = arriving;
}

/** The first index whose time is at least `time`. */
export function indexAt(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
