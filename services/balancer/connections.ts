import { Supply } from "../lib/connections/mod.ts";
import type { PooledConnection } from "./pooled_connection.ts";
import { DeadlineGroup } from "./deadline.ts";

/** How many idle connections are kept to one backend. */
const MAX_IDLE = 256;
/** A connection that was idle for longer is closed, in milliseconds. */
const IDLE_MS = 30_000;
/** Most connections being opened to one backend at once, so that a new instance does not get thousands. */
const MAX_OPENING = 64;

/** Connections to one backend that carry no request, and the requests that wait for one. */
export class Connections<U extends PooledConnection> {
  readonly #idle: U[] = [];
  readonly #supply: Supply<U>;
  readonly #deadlines = new DeadlineGroup();
  readonly #open: (signal: AbortSignal) => Promise<U>;
  readonly #keeps: () => boolean;
  #openMs = Infinity;
  /** When a request last started to wait. */
  #waitedAt = 0;

  /** `open` opens one, and rejects when that fails; `keeps` says whether idle ones are still needed. */
  constructor(open: (signal: AbortSignal) => Promise<U>, keeps: () => boolean) {
    this.#open = open;
    this.#keeps = keeps;
    this.#supply = new Supply({
      open: () => this.#openOne(),
      spare: (connection) => this.put(connection, this.#waitedAt) || connection.close(),
      mostOpening: MAX_OPENING,
    });
  }

  /** The one that was idle for the shortest time, if that was less than `maxIdleMs`. */
  take(now: number, maxIdleMs: number): U | undefined {
    for (;;) {
      const connection = this.#idle.at(-1);
      if (connection === undefined || now - connection.idleSince >= maxIdleMs) return undefined;
      this.#idle.pop();
      if (connection.fresh) return connection;
      connection.close();
    }
  }

  /**
   * Waits for one: the first one that becomes idle or opens.
   *
   * @throws when one cannot be opened; a {@linkcode Deno.errors.TimedOut} when there is none within `timeoutMs`.
   */
  async wait(timeoutMs: number, now: number): Promise<U> {
    this.#openMs = timeoutMs;
    this.#waitedAt = now;
    const waiter = this.#supply.wait();
    const done = this.#deadlines.begin(timeoutMs, () => waiter.reject(new Deno.errors.TimedOut()));
    try {
      return await waiter.promise;
    } finally {
      done();
    }
  }

  /** Gives a ready connection to a waiting request, else keeps it; false when it is not needed. */
  put(connection: U, now: number): boolean {
    connection.reused = true;
    if (this.#supply.give(connection)) return true;
    if (!this.#keeps() || this.#idle.length >= MAX_IDLE) return false;
    this.#idle.push(connection);
    connection.markIdle(now);
    return true;
  }

  /** Forgets one that is closed. */
  forget(connection: U): void {
    const place = this.#idle.indexOf(connection);
    if (place >= 0) this.#idle.splice(place, 1);
  }

  /** Ends what takes too long; `now` is the sweeps' clock. */
  sweep(now: number): void {
    this.#deadlines.sweep(now);
  }

  /** Closes what was idle for too long; all of it with `all`. */
  closeIdle(now: number, all: boolean): void {
    while (this.#idle.length > 0 && (all || now - this.#idle[0]!.idleSince >= IDLE_MS)) this.#idle.shift()!.close();
  }

  async #openOne(): Promise<U> {
    const abort = new AbortController();
    const done = this.#deadlines.begin(this.#openMs, () => abort.abort());
    try {
      return await this.#open(abort.signal);
    } catch (cause) {
      throw abort.signal.aborted ? new Deno.errors.TimedOut("", { cause }) : cause;
    } finally {
      done();
    }
  }
}
