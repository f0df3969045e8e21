import { isoSeconds, median, type Point, rounded } from "../sources/mod.ts";

/** The newest start of an instance that was seen, with what its memory was around it. */
export interface LastStart {
  /** RFC 3339. */
  readonly at: string;
  /** The last that the process before it held, in MB, and when. */
  readonly held_mb: number | null;
  readonly held_at: string | null;
  /** The median of what that process held, as far as it was looked at. */
  readonly usual_mb: number | null;
  /** The most that process held. */
  readonly peak_mb: number | null;
  /** What the new process held first. */
  readonly holds_mb: number | null;
}

/** What an instance did before its metrics could not be read any more. */
export interface LastSeen {
  readonly at: string;
  readonly cpu_cores: number | null;
  readonly requests_per_second: number | null;
}

/** Points of an instance; times in seconds, memory in MB. */
interface Curves {
  readonly starts?: readonly Point[] | undefined;
  readonly memory?: readonly Point[] | undefined;
  readonly cpu?: readonly Point[] | undefined;
  readonly requests?: readonly Point[] | undefined;
}

/** The start times that were seen, each once, oldest first; the same one read twice may differ by clock noise. */
export function startsOf(points: readonly Point[] | undefined): number[] {
  const starts: number[] = [];
  for (const [, value] of points ?? []) {
    const last = starts.at(-1);
    if (Number.isFinite(value) && (last === undefined || Math.abs(value - last) >= 1)) starts.push(value);
  }
  return starts;
}

/** Undefined where only one start was seen. */
export function lastStart({ starts, memory = [] }: Curves): LastStart | undefined {
  const seen = startsOf(starts);
  const [before, start] = [seen.at(-2), seen.at(-1)];
  if (before === undefined || start === undefined) return undefined;
  const known = memory.filter(([, value]) => Number.isFinite(value));
  const life = known.filter(([at]) => at < start && at >= before);
  const held = life.at(-1);
  const values = life.map(([, value]) => value);
  return {
    at: isoSeconds(start),
    held_mb: rounded(held?.[1]),
    held_at: held === undefined ? null : isoSeconds(held[0]),
    usual_mb: rounded(median(values)),
    peak_mb: values.length === 0 ? null : rounded(Math.max(...values)),
    holds_mb: rounded(known.find(([at]) => at >= start)?.[1]),
  };
}

/**
 * The requests before the first look that failed (seconds), and the most of the processor from shortly before it on: its
 * rate is worked out from the last looks that succeeded, also a while after. Null where neither was measured.
 */
export function lastSeen({ cpu = [], requests = [] }: Curves, downAt: number): LastSeen | null {
  const finite = (points: readonly Point[]) => points.filter(([, value]) => Number.isFinite(value));
  const traffic = finite(requests).findLast(([at]) => at < downAt);
  const used = finite(cpu);
  const before = used.findLastIndex(([at]) => at < downAt);
  const late = used.slice(Math.max(0, before - 1));
  const most = late.length === 0 ? undefined : late.reduce((best, point) => point[1] >= best[1] ? point : best);
  const at = most?.[0] ?? traffic?.[0];
  return at === undefined
    ? null
    : { at: isoSeconds(at), cpu_cores: rounded(most?.[1], 3), requests_per_second: rounded(traffic?.[1]) };
}
