/** The two clocks of a store: the wall's, which people read and which may jump, and one that only moves forward. */
export interface Clocks {
  readonly now: () => Date;
  /** Milliseconds since some moment of this process; leases are measured with it. */
  readonly monotonicMs: () => number;
}

// Slewing by NTP stays far below this; a change of the hour, or a clock set by hand, far above.
const JUMP_MS = 5_000;

/** Notices when the wall clock has been set, so that times waited for can be moved along with it. */
export class ClockWatch {
  readonly #clocks: Clocks;
  #offsetMs: number;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#offsetMs = this.#measure();
  }

  /** By how many milliseconds the wall clock has been set since the last call; 0 when it was not. */
  jumpMs(): number {
    const offset = this.#measure();
    const moved = offset - this.#offsetMs;
    this.#offsetMs = offset;
    return Math.abs(moved) < JUMP_MS ? 0 : Math.round(moved);
  }

  #measure(): number {
    return this.#clocks.now().getTime() - this.#clocks.monotonicMs();
  }
}
