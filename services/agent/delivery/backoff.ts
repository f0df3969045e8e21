import { backoffMs, retryAfterMs as wantedMs } from "../../lib/waiting/mod.ts";

/** Longest pause between two attempts, in milliseconds. */
export const LONGEST_PAUSE_MS = 300_000;
/** A `Retry-After` beyond this is cut to it, in milliseconds. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000;

const FIRST_PAUSE_MS = 1_000;

/** Milliseconds to wait after the `attempts`th failed attempt (from 1). */
export function pauseMs(attempts: number, random: () => number): number {
  return Math.round(backoffMs(attempts, { firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random }));
}

/** What a `Retry-After` header asks for, {@linkcode LONGEST_RETRY_AFTER_MS} at most; undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  const wanted = wantedMs(header, now);
  return wanted === undefined ? undefined : Math.min(wanted, LONGEST_RETRY_AFTER_MS);
}
