import { sleep } from "../../services/lib/waiting/mod.ts";

/** What customers do: requests a second, and of which kind; the rest looks at products. */
export interface Mix {
  readonly rps: number;
  readonly orders: number;
  readonly search: number;
  readonly freight: number;
  /** Looks for things that are not there. */
  readonly missing: number;
  /** Orders are of so many products. */
  readonly hot: number;
}

/** Changes of it; what is absent stays. */
export type MixChange = { readonly [K in keyof Mix]?: Mix[K] | undefined };

/** What is asked when nothing else is said. */
export const USUAL: Mix = { rps: 8, orders: 0.45, search: 0.2, freight: 0, missing: 0, hot: 400 };

/** From when on an answer is late, in milliseconds: what the shop's alert rules allow. */
const LATE_MS = 1_500;

/** Requests to the gateway, until the signal aborts; `mix` may be changed meanwhile. */
export class Traffic {
  mix: Mix;
  sent = 0;
  /** Answered, or given up. */
  ended = 0;
  /** Of them, answered with an error, not at all, or later than customers like. */
  bad = 0;

  constructor(readonly url: string, mix: MixChange, readonly random: () => number) {
    this.mix = USUAL;
    this.change(mix);
  }

  change(mix: MixChange): void {
    const kept = Object.entries(mix).filter(([, value]) => value !== undefined);
    this.mix = { ...this.mix, ...Object.fromEntries(kept) };
  }

  async run(signal: AbortSignal): Promise<void> {
    const under = new Set<Promise<void>>();
    let due = performance.now();
    while (!signal.aborted) {
      due += 1_000 / this.mix.rps;
      await sleep(Math.max(0, due - performance.now()), signal).catch(() => {});
      if (signal.aborted || under.size > 400) continue;
      const one: Promise<void> = this.#one(signal).finally(() => under.delete(one));
      under.add(one);
    }
    await Promise.all(under);
  }

  async #one(signal: AbortSignal): Promise<void> {
    const [method, path, body] = this.#request();
    this.sent++;
    const begun = performance.now();
    let good = false;
    try {
      const response = await fetch(`${this.url}${path}`, {
        method,
        signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      await response.body?.cancel();
      good = response.status < 500 && performance.now() - begun < LATE_MS;
    } catch {
      // It counts as bad.
    }
    if (signal.aborted) return;
    this.ended++;
    if (!good) this.bad++;
  }

  #request(): [method: string, path: string, body?: unknown] {
    const { orders, search, freight, missing, hot } = this.mix;
    let dice = this.random();
    const next = (share: number) => {
      const hit = dice < share;
      dice -= share;
      return hit;
    };
    const product = (most: number) => 1 + Math.floor(this.random() * most);
    if (next(orders)) {
      const first = product(hot);
      const second = 1 + first % hot;
      const lines = (this.random() < 0.5 ? [first, second] : [second, first]).map((id) => ({
        product: id,
        quantity: 1,
      }));
      return ["POST", "/api/orders", { customer: `c${product(900)}`, lines }];
    }
    if (next(search)) {
      const word = ["chair", "lamp", "oak", "bowl", "velvet"][product(5) - 1]!;
      return ["GET", `/api/search?q=${word}`];
    }
    if (next(freight)) return ["GET", `/api/products/${product(400)}/freight`];
    if (next(missing)) return ["GET", `/api/products/${900_000 + product(999)}`];
    return ["GET", `/api/products/${product(400)}`];
  }
}

/** Random numbers that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}
