/** Most of the time between two sweeps that counts, in milliseconds. */
const LONGEST_STEP_MS = 100;

/** The time of one balancer, in milliseconds from anywhere; no reading ever goes back. */
export class Clock {
  /** At the last sweep: near enough for health, idle times and budgets, and costs nothing. */
  coarse: number;
  /** The clock of all timeouts; excludes time in which the balancer could not run, and so could not read what arrived. */
  awake = 1;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.coarse = now();
  }

  /** Now. */
  precise(): number {
    return this.#now();
  }

  /** A sweep begins. */
  advance(): void {
    const before = this.coarse;
    this.coarse = this.#now();
    this.awake += Math.min(this.coarse - before, LONGEST_STEP_MS);
  }
}
