/** Longest pause between two attempts, in milliseconds. */
export const LONGEST_PAUSE_MS = 300_000;
/** A `Retry-After` beyond this is cut to it, in milliseconds. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000;

const FIRST_PAUSE_MS = 1_000;

/**
 * Milliseconds to wait after the `attempts`th failed attempt (from 1): exponential, between half and all of the step, so
 * that many rows failing together come back spread out.
 */
export function pauseMs(attempts: number, random: () => number): number {
  const step = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.round(step / 2 + random() * step / 2);
}

/** Milliseconds that a `Retry-After` header asks for (seconds or an HTTP date); undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  const wanted = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  return Number.isNaN(wanted) ? undefined : Math.min(Math.max(0, wanted), LONGEST_RETRY_AFTER_MS);
}
