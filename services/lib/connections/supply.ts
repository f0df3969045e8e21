import { setImmediate } from "node:timers";

/** A waiting request. */
export interface Waiter<T> {
  /** The connection; rejects with what `open` rejected with, or with what {@linkcode reject} was given. */
  readonly promise: Promise<T>;
  /** Waits no longer. */
  reject(error: unknown): void;
}

/** How connections are opened. */
export interface SupplyOptions<T> {
  readonly open: () => Promise<T>;
  /** Takes one that was opened and is no longer needed. */
  readonly spare: (connection: T) => void;
  /** How many may be being opened at once. */
  readonly mostOpening?: number;
}

/**
 * Waiting requests get the first connection that becomes idle or opens, in order of arrival.
 *
 * To open one costs both sides as much as several requests. When a process that stood still for a moment opened one for
 * each request that fell due meanwhile, that would be its next moment. So one is begun in each turn of the event loop: in
 * between, the answers that have arrived let go of the connections that there are.
 */
export class Supply<T> {
  readonly #options: SupplyOptions<T>;
  readonly #waiters = new Set<PromiseWithResolvers<T>>();
  #opening = 0;
  #begun = false;

  constructor(options: SupplyOptions<T>) {
    this.#options = options;
  }

  /** Begins to wait. */
  wait(): Waiter<T> {
    const waiter = Promise.withResolvers<T>();
    this.#waiters.add(waiter);
    this.#openMore();
    return { promise: waiter.promise, reject: (error) => this.#reject(waiter, error) };
  }

  /** Offers a ready connection; false when no request waits for one. */
  give(connection: T): boolean {
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      waiter.resolve(connection);
      return true;
    }
    return false;
  }

  #openMore(): void {
    const most = this.#options.mostOpening ?? Infinity;
    if (this.#begun || this.#opening >= Math.min(most, this.#waiters.size)) return;
    this.#begun = true;
    setImmediate(() => {
      this.#begun = false;
      this.#openMore();
    });
    this.#openOne();
  }

  async #openOne(): Promise<void> {
    this.#opening++;
    try {
      const connection = await this.#options.open();
      if (!this.give(connection)) this.#options.spare(connection);
    } catch (error) {
      // Where one cannot be had, those behind need not try.
      for (const waiter of this.#waiters) this.#reject(waiter, error);
    }
    this.#opening--;
    this.#openMore();
  }

  #reject(waiter: PromiseWithResolvers<T>, error: unknown): void {
    this.#waiters.delete(waiter);
    waiter.reject(error);
  }
}
