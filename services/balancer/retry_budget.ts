/** How many seconds the budget looks back. */
const WINDOW_SEC = 10;

/**
 * Limits second sends that came to nothing, or have not come to anything yet, to a share of the requests of the last ten
 * seconds, with a floor for quiet times: an outage that fails everything is not made worse by sending everything again,
 * and the death of one backend out of several costs no request.
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
    // What is given back later than it was taken by up to ten seconds can make the sum negative.
    if (Math.max(0, sum(this.#retries)) >= allowed) return false;
    this.#retries[this.#second % WINDOW_SEC]! += 1;
    return true;
  }

  /** A retry was worth it: it does not count any more. */
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
