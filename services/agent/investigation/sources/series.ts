import type { Point, Series } from "./prometheus.ts";

/** Sum, count or rate at the last evaluation; null when the series has ended, is empty, or is not a number. */
export function latest(series: Series | undefined, end: number, step: number): number | null {
  const last = series?.points.at(-1);
  return last === undefined || last[0] < end - 1.5 * step || !Number.isFinite(last[1]) ? null : last[1];
}

/** A number now, or why there is none; `at`: when the series ended, in seconds. */
export interface Reading {
  readonly value: number | null;
  readonly why?: "absent" | "ended" | "not a number" | "infinite" | "too few";
  readonly at?: number;
}

/** What an instant query found; `history` tells whether there was something before. */
export function readingOf(
  found: readonly Series[],
  { end, step, history }: { readonly end: number; readonly step: number; readonly history: readonly Series[] },
): Reading {
  const last = found[0]?.points.at(-1);
  if (last !== undefined && last[0] >= end - 1.5 * step) {
    if (Number.isFinite(last[1])) return { value: last[1] };
    return { value: null, why: Number.isNaN(last[1]) ? "not a number" : "infinite" };
  }
  const ended = last ?? history[0]?.points.findLast(([, value]) => Number.isFinite(value));
  return ended === undefined ? { value: null, why: "absent" } : { value: null, why: "ended", at: ended[0] };
}

/** The median; null when there is nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.filter((x) => Number.isFinite(x)).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median of what was there before `until` (seconds); null with fewer than four points, which is no baseline. */
export function before(points: readonly Point[] | undefined, until: number): number | null {
  const values = (points ?? []).filter(([at, value]) => at < until && Number.isFinite(value)).map(([, value]) => value);
  return values.length < 4 ? null : median(values);
}

/** A stretch of time in which a value stayed above a threshold. */
export interface Stretch {
  /** Seconds since the epoch. */
  readonly since: number;
  /** Null while it lasts. */
  readonly until: number | null;
  readonly peak: number;
  readonly peakAt: number;
}

/** The newest stretch above `threshold`; a single point below does not end it. */
export function newestStretch(points: readonly Point[], threshold: number): Stretch | null {
  let end = points.length - 1;
  while (end >= 0 && !(points[end]![1] > threshold)) end--;
  if (end < 0) return null;
  let start = end;
  while (start > 0 && (points[start - 1]![1] > threshold || (start > 1 && points[start - 2]![1] > threshold))) start--;
  while (!(points[start]![1] > threshold)) start++;
  let peak = points[start]!;
  for (let i = start; i <= end; i++) if (points[i]![1] > peak[1]) peak = points[i]!;
  const following = points[end + 1];
  return { since: points[start]![0], until: following?.[0] ?? null, peak: peak[1], peakAt: peak[0] };
}

/** Point by point, `a / b`; NaN where `b` is 0, left out where either is missing. */
export function ratio(a: readonly Point[] | undefined, b: readonly Point[] | undefined): Point[] {
  const divisors = new Map((b ?? []).map(([at, value]) => [at, value]));
  return (a ?? []).filter(([at]) => divisors.has(at)).map(([at, value]) => [at, value / divisors.get(at)!] as const);
}

/** At most `count` points, each the largest of its slice, so that a peak stays. */
export function downsample(points: readonly Point[], count: number): Point[] {
  if (points.length <= count) return [...points];
  const size = Math.ceil(points.length / count);
  const out: Point[] = [];
  for (let i = 0; i < points.length; i += size) {
    out.push(points.slice(i, i + size).reduce((best, point) => point[1] > best[1] ? point : best));
  }
  return out;
}

/** `value` with `digits` significant digits; null stays null, and so does what is not finite. */
export function rounded(value: number | null | undefined, digits = 4): number | null {
  return value === null || value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(digits));
}

/** RFC 3339 of seconds since the epoch, to the second. */
export function isoSeconds(seconds: number): string {
  return new Date(Math.round(seconds) * 1000).toISOString().replace(".000Z", "Z");
}
