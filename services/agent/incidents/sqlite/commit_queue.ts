import { sleep } from "../../../lib/waiting/mod.ts";
import { setImmediate } from "node:timers/promises";
import { StoreUnavailable } from "../store.ts";
import type { Connection } from "./statements.ts";

/** Bounds of a {@linkcode CommitQueue}. */
export interface CommitQueueOptions {
  /** How many bodies may wait; one more is refused. */
  readonly maxWaiting: number;
  /** How long another process's lock is waited for, in milliseconds. */
  readonly lockWaitMs: number;
  /** How long one body may take at least, in milliseconds: it holds everyone up. */
  readonly bodyMs: number;
  /** Asked before each batch: why nothing may be written now. */
  readonly hindrance?: () => string | undefined;
}

interface Job {
  readonly body: () => Promise<unknown>;
  readonly onLate: () => void;
  readonly committed: (result: unknown) => void;
  readonly failed: (error: unknown) => void;
}

// A batch is closed when it is this large or this old, so that the first in it does not wait for the last for long.
const MAX_BATCH = 512;
const MAX_BATCH_MS = 100;
const LOCK_RETRY_MS = 20;
// For how long after a failure each body gets a savepoint of its own.
const CAREFUL_MS = 1_000;

interface Done {
  readonly job: Job;
  readonly result: unknown;
}

/**
 * Runs bodies one after another, those that wait together in one SQLite transaction, which one durable commit ends. A
 * body resolves for its caller only after that commit; it runs again when one after it has to be taken back.
 */
export class CommitQueue {
  readonly #connection: Connection;
  readonly #options: CommitQueueOptions;
  readonly #waiting: Job[] = [];
  #running: Promise<void> | undefined;
  #closed = false;
  #carefulUntil = -Infinity;
  #fault: string | undefined;
  #writtenAt = -Infinity;

  constructor(connection: Connection, options: CommitQueueOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /**
   * Runs `body` in its turn; `onLate` is told when it took too long and its writes are taken back.
   *
   * @throws {StoreUnavailable} when the queue is full or closed, or the transaction cannot be had or kept.
   */
  run<T>(body: () => Promise<T>, onLate: () => void = () => {}): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailable("the store is closed"));
    if (this.#waiting.length >= this.#options.maxWaiting) {
      return Promise.reject(new StoreUnavailable(`${this.#waiting.length} writes wait already`));
    }
    return new Promise<T>((committed, failed) => {
      this.#waiting.push({ body, onLate, committed: committed as (result: unknown) => void, failed });
      this.#running ??= this.#drain();
    });
  }

  /** Why a batch could not be kept since the last {@linkcode forgive}. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Forgets the fault, as something has been written since. */
  forgive(): void {
    this.#fault = undefined;
  }

  /** When something was last written for good, on the clock of `performance`. */
  get writtenAt(): number {
    return this.#writtenAt;
  }

  /** Runs `body` outside any transaction. */
  async between(body: () => void): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    body();
  }

  /** Runs what waits, then refuses more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // One turn of the event loop, so that pending writes join this batch.
      await setImmediate();
      await this.#batch();
    }
    this.#running = undefined;
  }

  async #batch(): Promise<void> {
    const done: Done[] = [];
    let current: Job | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const { changed: before } = this.#connection;
    try {
      const hindrance = this.#options.hindrance?.();
      if (hindrance !== undefined) throw new Error(hindrance);
      await this.#begin();
      const startedAt = performance.now();
      const careful = startedAt < this.#carefulUntil;
      // One timer for the whole batch: who still runs when it rings began before the batch was closed.
      const late = new Promise<never>((_, reject) => {
        const { bodyMs } = this.#options;
        timer = setTimeout(() => {
          current?.onLate();
          reject(new Error(`Cannot commit: the transaction's body took longer than ${bodyMs} ms`));
        }, MAX_BATCH_MS + bodyMs);
      });
      late.catch(() => {});
      while (this.#waiting.length > 0 && done.length < MAX_BATCH && performance.now() - startedAt < MAX_BATCH_MS) {
        current = this.#waiting.shift()!;
        const { writes } = this.#connection;
        if (careful) this.#connection.run("SAVEPOINT body");
        try {
          done.push({ job: current, result: await Promise.race([current.body(), late]) });
          if (careful) this.#connection.run("RELEASE body");
        } catch (error) {
          if (isStorageFault(error)) throw error;
          current.failed(error);
          if (careful) {
            this.#connection.run("ROLLBACK TO body");
            this.#connection.run("RELEASE body");
          } else if (this.#connection.writes > writes) return this.#startOver(done);
        }
        current = undefined;
      }
      this.#connection.run("COMMIT");
      if (this.#connection.changed > before) this.#writtenAt = performance.now();
    } catch (cause) {
      this.#abandon(cause, [...done.map(({ job }) => job), ...(current === undefined ? [] : [current])]);
      return;
    } finally {
      clearTimeout(timer);
    }
    for (const { job, result } of done) job.committed(result);
  }

  /**
   * Takes back what a body wrote that failed, and with it what the bodies before it wrote: these run again, each in a
   * savepoint. Savepoints cost as much as a third of a write, and bodies that fail after writing are rare.
   */
  #startOver(done: readonly Done[]): void {
    this.#connection.run("ROLLBACK");
    this.#carefulUntil = performance.now() + CAREFUL_MS;
    this.#waiting.unshift(...done.map(({ job }) => job));
  }

  /** Rolls back and rejects every caller of the batch; without a lock, also the queued ones. */
  #abandon(cause: unknown, jobs: readonly Job[]): void {
    try {
      if (this.#connection.db.isTransaction) this.#connection.db.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full.
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#fault = `the store cannot write: ${reason}`;
    const failed = jobs.length > 0 ? jobs : this.#waiting.splice(0);
    for (const job of failed) job.failed(new StoreUnavailable(this.#fault, { cause }));
  }

  async #begin(): Promise<void> {
    const deadline = performance.now() + this.#options.lockWaitMs;
    while (true) {
      try {
        this.#connection.run("BEGIN IMMEDIATE");
        return;
      } catch (error) {
        if (!/locked|busy/i.test(String(error)) || performance.now() >= deadline) throw error;
      }
      await sleep(LOCK_RETRY_MS);
    }
  }
}

/** Whether `error` says that the file cannot be written now, whatever is written. */
export function isStorageFault(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR" &&
    /disk is full|disk I\/O|locked|busy|readonly|malformed|unable to open|not a database|out of memory/i
      .test(error.message);
}
