import type { Store } from "./store.ts";

/** A clock's time and whether it can be gone by. */
export interface Steady {
  /** Never later than what is known to have passed. */
  readonly at: Date;
  /** How far the clock is ahead of that while it is not believed, in milliseconds; 0 while it is. */
  readonly aheadMs: number;
}

interface Noted {
  /** Wall time that is believed (ms). */
  readonly at: number;
  /** For how long a clock that is ahead has gone on evenly (ms). */
  readonly evenMs: number;
  /** What the wall clock showed (ms). */
  readonly wall: number;
}

const SETTING = "steady_time";
const DAY_MS = 86_400_000;
// An agent may have been off for a while; more than that has to be confirmed by going on evenly for a day.
const FREE_MS = 2 * DAY_MS;
const CONFIRM_MS = DAY_MS;
const UNEVEN_MS = 60_000;

/**
 * Wall time for what cannot be undone. A clock that jumped far ahead is not believed until it has gone on evenly for a
 * day, by a clock that only moves forward: until then time passes from where it was last believed, or from the newest
 * incident where nothing is known.
 */
export class SteadyTime {
  readonly #store: Store;
  readonly #now: () => Date;
  readonly #monotonicMs: () => number;
  #noted: Noted | undefined;
  #notedAtMs = 0;

  constructor(store: Store, clocks: { readonly now: () => Date; readonly monotonicMs: () => number }) {
    this.#store = store;
    this.#now = clocks.now;
    this.#monotonicMs = clocks.monotonicMs;
  }

  /** The time as it can be gone by, noted for the next start. */
  async read(): Promise<Steady> {
    const wall = this.#now().getTime();
    const monotonic = this.#monotonicMs();
    const first = this.#noted === undefined;
    const noted = this.#noted ?? await this.#before(wall);
    const passedMs = first ? 0 : Math.max(0, monotonic - this.#notedAtMs);
    const believed = noted.at + passedMs;
    const even = Math.abs(wall - noted.wall - passedMs) < (first ? FREE_MS : UNEVEN_MS);
    const aheadMs = wall - believed;
    const evenMs = aheadMs <= FREE_MS ? 0 : even ? noted.evenMs + passedMs : 0;
    const trusted = aheadMs <= FREE_MS || evenMs >= CONFIRM_MS;
    // A clock that was set back counts at once: it only keeps more.
    const at = trusted ? wall : believed;
    this.#noted = { at, evenMs: trusted ? 0 : evenMs, wall };
    this.#notedAtMs = monotonic;
    await this.#store.transact((tx) => tx.saveSetting(SETTING, JSON.stringify(this.#noted)));
    return { at: new Date(at), aheadMs: trusted ? 0 : aheadMs };
  }

  async #before(wall: number): Promise<Noted> {
    const text = await this.#store.transact((tx) => tx.setting(SETTING));
    if (text !== undefined) return JSON.parse(text);
    const { incidents: [newest] } = await this.#store.list({ limit: 1 });
    const times = newest === undefined ? [] : [newest.opened_at, newest.resolved_at ?? newest.opened_at];
    const known = times.map((time) => Date.parse(time)).filter((time) => !Number.isNaN(time));
    return { at: known.length === 0 ? wall : Math.min(wall, Math.max(...known)), evenMs: 0, wall };
  }
}
