/**
 * The quantiles of `values` at ascending `shares` (0 to 1), interpolated linearly; NaN each when there are no values.
 * Rearranges `values`: it selects, in linear time, where a sort would take several times as long.
 */
export function quantiles(values: Float64Array, shares: readonly number[]): number[] {
  const last = values.length - 1;
  let from = 0;
  return shares.map((share) => {
    if (last < 0) return NaN;
    const at = share * last;
    const low = Math.floor(at);
    select(values, { from, rank: low });
    from = low;
    const below = values[low]!;
    if (low === last || at === low) return below;
    let above = values[low + 1]!;
    for (let i = low + 2; i <= last; i++) if (values[i]! < above) above = values[i]!;
    return below + (above - below) * (at - low);
  });
}

/** Median and interquartile range of values, the range as a standard deviation: a normal's is 1.349 of them. */
export interface Spread {
  readonly median: number;
  readonly deviation: number;
}

/** The spread of `values`, which it rearranges. */
export function spreadOf(values: Float64Array): Spread {
  const [lower, median, upper] = quantiles(values, [0.25, 0.5, 0.75]);
  return { median: median!, deviation: (upper! - lower!) / 1.349 };
}

/** Puts the value of this rank in its place, smaller ones before and larger ones behind it (Hoare's quickselect). */
function select(values: Float64Array, { from, rank }: { from: number; rank: number }): void {
  let low = from, high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let i = low, j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const kept = values[i]!;
      values[i++] = values[j]!;
      values[j--] = kept;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return;
  }
}

/** The finite values of `values` from `from` up to, not with, `to`, in their order. */
export function finiteOnly(values: Float64Array, from = 0, to = values.length): Float64Array {
  // A plain loop: typed arrays' filter() and reduce() cost ten times as much, and this runs for every column.
  const kept = new Float64Array(Math.max(0, to - from));
  let count = 0;
  for (let i = from; i < to; i++) if (Number.isFinite(values[i]!)) kept[count++] = values[i]!;
  return kept.subarray(0, count);
}

/** The largest value; -Infinity when there is none. */
export function largest(values: Float64Array): number {
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i]! > max) max = values[i]!;
  return max;
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
  let at = 0;
  while (window[at] !== leaving) at++;
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
