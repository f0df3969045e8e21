const STEP_BYTES = 8 * 2 ** 20;
const LIMIT_BYTES = 256 * 2 ** 20;

/** Memory that is held and really touched, up to a limit; released at once, without waiting for a collection. */
export class Ballast {
  readonly #buffer: ArrayBuffer;
  readonly #stepBytes: number;

  constructor(stepBytes = STEP_BYTES, limitBytes = LIMIT_BYTES) {
    this.#stepBytes = stepBytes;
    // Only addresses are reserved here; pages come when they are written to.
    this.#buffer = new ArrayBuffer(0, { maxByteLength: limitBytes });
  }

  /** Held now, in bytes. */
  get bytes(): number {
    return this.#buffer.byteLength;
  }

  /** Takes one step more, or nothing at the limit. */
  grow(): void {
    const from = this.#buffer.byteLength;
    const to = Math.min(from + this.#stepBytes, this.#buffer.maxByteLength);
    if (to === from) return;
    this.#buffer.resize(to);
    new Uint8Array(this.#buffer, from).fill(1);
  }

  /** Releases all resources. */
  release(): void {
    this.#buffer.resize(0);
  }
}
