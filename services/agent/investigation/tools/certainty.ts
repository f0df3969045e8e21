import { newestStretch, type Point, ratio, type Stretch } from "../sources/mod.ts";

/** Chance alone puts the bound above the true share in about one of a hundred looks (one-sided normal quantile). */
const Z = 2.33;

/** Failed and all requests per second. */
export interface Counted<T> {
  readonly errors: T;
  readonly requests: T;
}

/**
 * The least percentage of failing requests that what was counted in `seconds` leaves likely: Wilson's lower bound. One
 * error of twelve requests is 8 %, and may well be chance where 2 % are true; 80 of 1,000 may not.
 */
export function leastPercent({ errors, requests }: Counted<number>, seconds: number): number {
  const n = requests * seconds;
  if (!(n > 0)) return 0;
  const share = Math.min(1, errors / requests);
  const spread = Z * Math.sqrt(share * (1 - share) / n + Z ** 2 / (4 * n ** 2));
  return 100 * Math.max(0, (share + Z ** 2 / (2 * n) - spread) / (1 + Z ** 2 / n));
}

/** Percentages of failing requests over time; not a number where there was no request, which is not zero. */
export function percentsOf({ errors, requests }: Counted<readonly Point[] | undefined>): Point[] {
  return ratio(errors, requests).map(([at, share]) => [at, share * 100] as const);
}

/** The newest time above `threshold` percent that chance does not explain; `seconds`: window of the rates. */
export function failingStretch(
  counted: Counted<readonly Point[] | undefined>,
  { threshold, seconds }: { readonly threshold: number; readonly seconds: number },
): Stretch | null {
  const requests = new Map(counted.requests);
  const certain = (counted.errors ?? []).filter(([at, errors]) =>
    leastPercent({ errors, requests: requests.get(at) ?? 0 }, seconds) > threshold
  );
  let points = percentsOf(counted);
  for (;;) {
    const stretch = newestStretch(points, threshold);
    if (stretch === null) return null;
    const { since, until } = stretch;
    if (certain.some(([at]) => at >= since && (until === null || at < until))) return stretch;
    points = points.filter(([at]) => at < since);
  }
}
