import { Backend, type Endpoint } from "./backend.ts";
import type { HealthRules, OutReason } from "./health.ts";
import { LOADS, type Policy } from "./policies.ts";

/** How a pool is made. */
export interface PoolOptions {
  readonly policy: Policy;
  readonly rules: HealthRules;
  /** Most requests that may wait for one backend's first byte. */
  readonly maxWaiting: number;
  /** A backend was ejected, or is back: then `was` is the reason of its ejection. */
  readonly onChange?: (backend: Backend, was: OutReason | undefined, detail?: string) => void;
}

/** The backends, and whose turn it is. */
export class Pool {
  readonly options: PoolOptions;
  readonly #load: (backend: Backend, share: number) => number;
  #members: Backend[] = [];
  #draining: Backend[] = [];
  #hadMembers = false;

  constructor(options: PoolOptions) {
    this.options = options;
    this.#load = LOADS[options.policy];
  }

  /** Backends that may get new requests, ejected ones included. */
  get members(): readonly Backend[] {
    return this.#members;
  }

  /** Whether there was ever a member: then an empty pool may get others. */
  get hadMembers(): boolean {
    return this.#hadMembers;
  }

  /** Members, and those that finish what they have. */
  *all(): Generator<Backend> {
    yield* this.#members;
    yield* this.#draining;
  }

  /** Makes `endpoints` the members; those that stay keep connections and health, the others are drained. */
  replace(endpoints: readonly Endpoint[]): { readonly added: string[]; readonly removed: string[] } {
    const known = new Map([...this.all()].map((backend) => [backend.id, backend]));
    const members = new Map<string, Backend>();
    const added: string[] = [];
    for (const endpoint of endpoints) {
      const backend = known.get(endpoint.id) ?? this.#create(endpoint);
      if (!this.#members.includes(backend)) {
        added.push(backend.id);
        backend.turn = 0;
      }
      backend.draining = false;
      members.set(backend.id, backend);
    }
    const removed = this.#members.filter((backend) => !members.has(backend.id));
    for (const backend of removed) {
      backend.draining = true;
      backend.closeIdle(0, true);
    }
    this.#draining = [...this.#draining, ...removed].filter((backend) => backend.draining && backend.busy.size > 0);
    this.#members = [...members.values()];
    this.#hadMembers ||= members.size > 0;
    return { added, removed: removed.map((backend) => backend.id) };
  }

  /** Removes drained backends that have finished their requests. */
  sweep(): void {
    if (this.#draining.length > 0) this.#draining = this.#draining.filter((backend) => backend.busy.size > 0);
  }

  /**
   * The backend for the next attempt, none of `tried`: of those that are in and not suspect, the one that the policy takes.
   * When there is none, one that is out or suspect: a request that would fail for certain may as well try it. "full" when
   * all that could be taken have `maxWaiting` requests waiting. Called for every request: allocates nothing.
   */
  pick(tried: readonly string[], now: number): Backend | "full" | undefined {
    return this.#choose(tried, now, false) ?? this.#choose(tried, now, true);
  }

  /** Whether any member but `backend` is in. */
  othersIn(backend: Backend): boolean {
    return this.#members.some((member) => member !== backend && member.health.out === undefined);
  }

  /** Whether `backend` fails much more than the others and may be ejected: at least half of the members stay in. */
  mayGoOut(backend: Backend): boolean {
    const others = this.#members.filter((member) => member !== backend && member.health.out === undefined);
    if (others.length === 0 || (others.length) * 2 < this.#members.length) return false;
    const mean = others.reduce((sum, other) => sum + other.errorShare, 0) / others.length;
    return backend.errorShare > mean + 0.3;
  }

  #create(endpoint: Endpoint): Backend {
    const backend: Backend = new Backend(endpoint, this.options.rules, {
      othersIn: () => this.othersIn(backend),
      onChange: (was, detail) => this.options.onChange?.(backend, was, detail),
    });
    return backend;
  }

  #choose(tried: readonly string[], now: number, includeOut: boolean): Backend | "full" | undefined {
    const { maxWaiting } = this.options;
    let best: Backend | undefined;
    let lightest = Infinity;
    let full = false;
    let total = 0;
    for (const backend of this.#members) {
      const share = includeOut ? 1 : backend.suspect ? 0 : backend.health.share(now);
      if (share === 0 || (tried.length > 0 && tried.includes(backend.id))) continue;
      if (backend.waiting >= maxWaiting) {
        full = true;
        continue;
      }
      backend.turn += share;
      total += share;
      const load = this.#load(backend, share);
      if (best === undefined || load < lightest || (load === lightest && backend.turn > best.turn)) {
        best = backend;
        lightest = load;
      }
    }
    if (best === undefined) return full ? "full" : undefined;
    best.turn -= total;
    return best;
  }
}
