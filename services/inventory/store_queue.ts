import { ApiError } from "../lib/http/mod.ts";

/** SQLite's result code of a store that another process has locked, without its extended part. */
const SQLITE_BUSY = 5;
/** Pause before the second attempt, in milliseconds; each further one is twice as long. */
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 25;

/** How long and how many may wait. */
export interface StoreQueueOptions {
  /** How long one waits for the other process, in milliseconds. */
  readonly patienceMs?: number;
  readonly maxWaiting?: number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

interface Waiting {
  readonly act: () => unknown;
  readonly giveUpAt: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What has to wait until another process has written, in order. SQLite itself would wait by stopping this process: every
 * other request too, for as long as the one that holds the lock is slow or frozen.
 */
export class StoreQueue {
  readonly #options: Required<StoreQueueOptions>;
  #waiting: Waiting[] = [];
  #pauseMs = FIRST_PAUSE_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StoreQueueOptions = {}) {
    this.#options = { patienceMs: 10_000, maxWaiting: 4_096, now: () => performance.now(), ...options };
  }

  /**
   * Does `act` now, or as soon as the store is free.
   *
   * @throws {ApiError} 503 when it was not in time, or too many wait.
   */
  run<T>(act: () => T): T | Promise<T> {
    if (this.#waiting.length === 0) {
      try {
        return act();
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
    }
    const { patienceMs, maxWaiting, now } = this.#options;
    if (this.#waiting.length >= maxWaiting) throw storeBusy();
    return new Promise<T>((resolve, reject) => {
      const giveUpAt = now() + patienceMs;
      this.#waiting.push({ act, giveUpAt, resolve: resolve as (value: unknown) => void, reject });
      this.#timer ??= setTimeout(this.#drain, this.#pauseMs);
    });
  }

  /** Ends all waits: they resolve as timed out. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(storeBusy());
  }

  readonly #drain = (): void => {
    this.#timer = undefined;
    const waiting = this.#waiting;
    let done = 0;
    for (; done < waiting.length; done++) {
      const { act, giveUpAt, resolve, reject } = waiting[done]!;
      try {
        resolve(act());
      } catch (error) {
        if (!isBusy(error)) reject(error);
        else if (this.#options.now() >= giveUpAt) reject(storeBusy(error));
        else break;
      }
    }
    this.#pauseMs = done > 0 ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
    this.#waiting = waiting.slice(done);
    if (this.#waiting.length > 0) this.#timer = setTimeout(this.#drain, this.#pauseMs);
  };
}

/** Whether SQLite failed because another process has locked the store. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}

function storeBusy(cause?: unknown): ApiError {
  const message = "Another instance holds the item store; try again.";
  return new ApiError(503, "store_busy", message, {}, cause === undefined ? {} : { cause });
}
