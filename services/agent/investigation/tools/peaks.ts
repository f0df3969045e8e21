import { isoSeconds, rounded, type Stretch } from "../sources/mod.ts";

/** The highest value of the newest time above the objective. */
export interface Peak {
  readonly value: number;
  readonly since: string;
  /** Null where it lasts. */
  readonly until: string | null;
}

/** The peaks of what was above its objective, by what was measured. */
export function peaksOf<M extends string>(
  stretches: Readonly<Record<M, Stretch | null>>,
): Readonly<Partial<Record<M, Peak>>> {
  const peaks: Partial<Record<M, Peak>> = {};
  for (const [metric, stretch] of Object.entries(stretches) as [M, Stretch | null][]) {
    if (stretch === null) continue;
    const { peak, since, until } = stretch;
    peaks[metric] = {
      value: rounded(peak)!,
      since: isoSeconds(since),
      until: until === null ? null : isoSeconds(until),
    };
  }
  return peaks;
}

/** Failed of all requests in percent; null where there were none, or one of the two was not measured. */
export function failingPercent(failing: number | null, perSecond: number | null): number | null {
  return perSecond !== null && perSecond > 0 && failing !== null ? rounded(failing / perSecond * 100) : null;
}
