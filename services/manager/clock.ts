/** Time as the manager reads it; tests pass their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(id: number): void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (id) => clearTimeout(id),
};

/** Waits `ms` milliseconds, or less if one of `until` settles first; no timer is left behind. */
export async function pause(clock: Clock, ms: number, ...until: Promise<unknown>[]): Promise<void> {
  let timer: number | undefined;
  const elapsed = new Promise<void>((resolve) => timer = clock.setTimeout(resolve, ms));
  try {
    await Promise.race([elapsed, ...until]);
  } finally {
    clock.clearTimeout(timer!);
  }
}

/** The moment as RFC 3339 in UTC. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
