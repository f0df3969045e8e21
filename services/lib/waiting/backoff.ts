/** How pauses grow; milliseconds. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly longestMs: number;
  /** 0 to 1. */
  readonly random: () => number;
}

/**
 * Milliseconds to wait after the `attempt`th failed attempt in a row (from 1): each step is twice the one before. Half of a
 * step is fixed and half is random, so that those that failed together come back spread out.
 */
export function backoffMs(attempt: number, { firstMs, longestMs, random }: BackoffOptions): number {
  const step = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return step / 2 + random() * step / 2;
}
