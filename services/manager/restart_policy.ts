import { backoffMs } from "../lib/waiting/mod.ts";

/** How an instance that died is brought back. */
export interface RestartPolicyOptions {
  /** Pause before the first restart, in milliseconds, before jitter. */
  readonly baseMs?: number;
  /** Longest pause, in milliseconds. */
  readonly maxMs?: number;
  /** An instance that ran this long, in milliseconds, counts as healthy again. */
  readonly stableMs?: number;
  /** Deaths in a row from which on it is crash looping. */
  readonly crashLoopAfter?: number;
  /** A number from 0 up to, not including, 1. */
  readonly random?: () => number;
}

/**
 * Exponential backoff with equal jitter: half of the pause is fixed and half is random, so that instances that died
 * together do not come back together, and none comes back at once.
 */
export class RestartPolicy {
  readonly #options: Required<RestartPolicyOptions>;
  #deaths = 0;

  constructor(options: RestartPolicyOptions = {}) {
    this.#options = {
      baseMs: 250,
      maxMs: 30_000,
      stableMs: 60_000,
      crashLoopAfter: 5,
      random: Math.random,
      ...options,
    };
  }

  /** Whether it died so often in a row that restarting is not expected to help. */
  get crashLooping(): boolean {
    return this.#deaths >= this.#options.crashLoopAfter;
  }

  /** Notes a death after `ranMs` milliseconds of service (0: never healthy); the pause before the restart, in milliseconds. */
  died(ranMs: number): number {
    const { baseMs, maxMs, stableMs, random } = this.#options;
    this.#deaths = ranMs >= stableMs ? 1 : this.#deaths + 1;
    return backoffMs(this.#deaths, { firstMs: baseMs, longestMs: maxMs, random });
  }
}
