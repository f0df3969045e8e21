import { type Read, readOf, type Source } from "../connections/mod.ts";

/**
 * Bytes that arrived and were not consumed yet: `buf[start, end)`. At most one read is under way; it may be begun early,
 * so that a peer that goes away is noticed while something else is awaited.
 */
export class Reader {
  buf: Uint8Array<ArrayBuffer>;
  start = 0;
  end = 0;
  /** The peer has sent its last byte. */
  eof = false;
  /** Reading failed, or the connection was closed under it. */
  broken = false;
  /** Called when a read ends, before its promise resolves. */
  onArrival: (() => void) | undefined;
  #pending: Promise<boolean> | undefined;
  readonly #read: Read;
  readonly #size: number;

  constructor(source: Source, size: number) {
    this.#read = readOf(source);
    this.#size = size;
    this.buf = new Uint8Array(size);
  }

  /** How many bytes wait to be consumed. */
  get available(): number {
    return this.end - this.start;
  }

  /**
   * Reads once more: true when bytes arrived, false when none will any more ({@linkcode eof} or {@linkcode broken}). Joins
   * a read that is under way; never rejects.
   *
   * @throws {RangeError} when the buffer is full: consume or {@linkcode grow} first.
   */
  fill(): Promise<boolean> {
    if (this.#pending !== undefined) return this.#pending;
    if (this.eof || this.broken) return NOTHING_MORE;
    if (this.start === this.end) this.start = this.end = 0;
    else if (this.end === this.buf.length) {
      if (this.start === 0) throw new RangeError("Cannot read into a full buffer");
      this.buf.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    const into = this.end === 0 ? this.buf : this.buf.subarray(this.end);
    return this.#pending = this.#read(into).then(this.#arrived, this.#failed);
  }

  /** Grows the buffer to at least `size` bytes; no read or write may be pending when it moves. */
  grow(size: number): void {
    if (this.buf.length >= size || this.#pending !== undefined) return;
    const grown = new Uint8Array(size);
    grown.set(this.buf.subarray(this.start, this.end));
    this.end -= this.start;
    this.start = 0;
    this.buf = grown;
  }

  /** Returns to the first size once everything was consumed. */
  shrink(): void {
    if (this.buf.length > this.#size && this.start === this.end && this.#pending === undefined) {
      this.buf = new Uint8Array(this.#size);
      this.start = this.end = 0;
    }
  }

  readonly #arrived = (size: number | null): boolean => {
    this.#pending = undefined;
    const arrived = size !== null && size > 0;
    if (arrived) this.end += size;
    else this.eof = true;
    if (this.onArrival !== undefined) this.onArrival();
    return arrived;
  };

  readonly #failed = (): boolean => {
    this.#pending = undefined;
    this.broken = true;
    if (this.onArrival !== undefined) this.onArrival();
    return false;
  };
}

const NOTHING_MORE = Promise.resolve(false);

/** What {@linkcode writeAll} writes to. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

/** Writes every byte; `watch` is touched after each part that the kernel took. */
export async function writeAll(sink: ByteSink, bytes: Uint8Array, watch: { touch(): void }): Promise<void> {
  let written = 0;
  for (;;) {
    written += await sink.write(written === 0 ? bytes : bytes.subarray(written));
    if (written === bytes.length) return;
    watch.touch();
  }
}
