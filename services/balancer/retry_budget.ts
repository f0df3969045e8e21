/** How many seconds the budget looks back. */
const WINDOW_SEC = 10;

/**
 * Limits failed and pending retries to a share of the requests of the last ten seconds, with a minimum for quiet times.
 * So retries do not make a full outage worse, and the death of one backend out of several costs no request.
 */
export class RetryBudget {
  readonly #share: number;
  readonly #floor: number;
  readonly #requests = new Float64Array(WINDOW_SEC);
  readonly #retries = new Float64Array(WINDOW_SEC);
  #second = 0;

  constructor(share = 0.2, floor = 100) {
    this.#share = share;
    this.#floor = floor;
  }

  /** Counts a request that came in at `now` (milliseconds). */
  request(now: number): void {
    this.#advance(now);
    this.#requests[this.#second % WINDOW_SEC]! += 1;
  }

  /** Takes one retry out of the budget; false when it is spent. */
  take(now: number): boolean {
    this.#advance(now);
    const allowed = Math.max(this.#floor, this.#share * sum(this.#requests));
    // A retry that is returned to the budget up to ten seconds later can make the sum negative.
    if (Math.max(0, sum(this.#retries)) >= allowed) return false;
    this.#retries[this.#second % WINDOW_SEC]! += 1;
    return true;
  }

  /** A retry succeeded: it no longer counts. */
  giveBack(now: number): void {
    this.#advance(now);
    this.#retries[this.#second % WINDOW_SEC]! -= 1;
  }

  #advance(now: number): void {
    const second = Math.floor(now / 1000);
    if (second === this.#second) return;
    const from = Math.max(this.#second + 1, second - WINDOW_SEC + 1);
    for (let s = from; s <= second; s++) this.#requests[s % WINDOW_SEC] = this.#retries[s % WINDOW_SEC] = 0;
    this.#second = second;
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
