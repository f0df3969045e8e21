import type { Upstream } from "./upstream.ts";
import { Watch } from "./watch.ts";

/** How many idle connections are kept to one backend. */
const MAX_IDLE = 256;
/** A connection that was idle for longer is closed, in milliseconds. */
const IDLE_MS = 30_000;
/**
 * Connections to one backend that may be being opened at once: each costs as much as several requests, and while they
 * open, others fall idle that do as well. A new instance is not met with thousands, either.
 */
const MAX_OPENING = 16;

interface Waiter {
  readonly watch: Watch;
  readonly resolve: (upstream: Upstream) => void;
  readonly reject: (error: unknown) => void;
}

interface Opening {
  readonly watch: Watch;
  readonly abort: AbortController;
}

/** Connections to one backend that carry no request, and the requests that wait for one. */
export class Connections {
  readonly #open: (signal: AbortSignal) => Promise<Upstream>;
  readonly #idle: Upstream[] = [];
  readonly #opening = new Set<Opening>();
  /** The first come is the first served. */
  readonly #waiters = new Set<Waiter>();

  /** `open` opens one, and rejects with whatever is in its way. */
  constructor(open: (signal: AbortSignal) => Promise<Upstream>) {
    this.#open = open;
  }

  /** The one that was idle for the shortest time, if that was less than `maxIdleMs`. */
  take(now: number, maxIdleMs: number): Upstream | undefined {
    for (;;) {
      const upstream = this.#idle.at(-1);
      if (upstream === undefined || now - upstream.idleSince >= maxIdleMs) return undefined;
      this.#idle.pop();
      if (upstream.fresh) return upstream;
      upstream.close();
    }
  }

  /**
   * Waits for one: the first that falls idle, or is open.
   *
   * @throws when one cannot be opened; a {@linkcode Deno.errors.TimedOut} when there is none within `timeoutMs`.
   */
  wait(timeoutMs: number, now: number): Promise<Upstream> {
    const watch = new Watch();
    watch.set(timeoutMs);
    return new Promise((resolve, reject) => {
      this.#waiters.add({ watch, resolve, reject });
      this.#openMore(timeoutMs, now);
    });
  }

  /** Gives one that is ready for a request to who waits for it, else keeps it; false when there are enough. */
  put(upstream: Upstream, now: number): boolean {
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      waiter.resolve(upstream);
      return true;
    }
    if (this.#idle.length >= MAX_IDLE) return false;
    this.#idle.push(upstream);
    upstream.rest(now);
    return true;
  }

  /** Forgets one that is closed. */
  forget(upstream: Upstream): void {
    const place = this.#idle.indexOf(upstream);
    if (place >= 0) this.#idle.splice(place, 1);
  }

  /** Ends what takes too long; `now` is the sweeps' clock. */
  sweep(now: number): void {
    for (const { watch, abort } of this.#opening) if (watch.expired(now)) abort.abort();
    for (const waiter of this.#waiters) if (waiter.watch.expired(now)) this.#reject(waiter, new Deno.errors.TimedOut());
  }

  /** Closes what was idle for too long; all of it with `all`. */
  closeIdle(now: number, all: boolean): void {
    while (this.#idle.length > 0 && (all || now - this.#idle[0]!.idleSince >= IDLE_MS)) this.#idle.shift()!.close();
  }

  #openMore(timeoutMs: number, now: number): void {
    while (this.#opening.size < Math.min(MAX_OPENING, this.#waiters.size)) this.#openOne(timeoutMs, now);
  }

  async #openOne(timeoutMs: number, now: number): Promise<void> {
    const opening = { watch: new Watch(), abort: new AbortController() };
    opening.watch.set(timeoutMs);
    this.#opening.add(opening);
    try {
      const upstream = await this.#open(opening.abort.signal);
      if (!this.put(upstream, now)) upstream.close();
    } catch (cause) {
      const error = opening.abort.signal.aborted ? new Deno.errors.TimedOut("", { cause }) : cause;
      // Where one cannot be had, the others need not try.
      for (const waiter of this.#waiters) this.#reject(waiter, error);
    } finally {
      this.#opening.delete(opening);
      this.#openMore(timeoutMs, now);
    }
  }

  #reject(waiter: Waiter, error: unknown): void {
    this.#waiters.delete(waiter);
    waiter.reject(error);
  }
}
