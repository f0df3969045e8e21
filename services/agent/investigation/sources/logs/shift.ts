import type { Assembled } from "./assemble.ts";

const HALF_HOUR = 30 * 60_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * How far times without a zone are ahead of UTC: the newest was written when the file was. Only a difference that is
 * an offset of some place on earth counts, and only for a file that is being written to; else 0.
 */
export function shiftOf(entries: readonly Assembled[], written: number | null, since: number): number {
  if (written === null || written < since) return 0;
  const last = entries.findLast((entry) => entry.at !== null);
  if (last === undefined || last.zoned) return 0;
  const ahead = last.at! - written;
  const offset = Math.round(ahead / HALF_HOUR) * HALF_HOUR;
  if (offset === 0 || offset > 14 * 60 * MINUTE || offset < -DAY) return 0;
  // Written up to a minute after the time it tells, or a moment before it.
  const off = ahead - offset;
  return off <= 5_000 && off >= -MINUTE ? offset : 0;
}
