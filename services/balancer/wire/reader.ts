/** What a {@linkcode Reader} reads from. */
export interface ByteSource {
  read(into: Uint8Array): Promise<number | null>;
}

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
  /** Reading failed. */
  broken = false;
  #pending: Promise<boolean> | undefined;
  readonly #source: ByteSource;
  readonly #size: number;

  constructor(source: ByteSource, size: number) {
    this.#source = source;
    this.#size = size;
    this.buf = new Uint8Array(size);
  }

  /** How many bytes wait to be consumed. */
  get available(): number {
    return this.end - this.start;
  }

  /**
   * Reads once more: true when bytes arrived, false at the end of the stream. Joins a read that is under way.
   *
   * @throws {RangeError} when the buffer is full: consume or {@linkcode grow} first.
   */
  fill(): Promise<boolean> {
    if (this.#pending !== undefined) return this.#pending;
    if (this.eof) return Promise.resolve(false);
    if (this.start === this.end) this.start = this.end = 0;
    else if (this.end === this.buf.length) {
      if (this.start === 0) return Promise.reject(new RangeError("Cannot read into a full buffer"));
      this.buf.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    return this.#pending = this.#read();
  }

  /** Gives the buffer at least `size` bytes; nothing may be under way when it has to move. */
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

  async #read(): Promise<boolean> {
    try {
      const read = await this.#source.read(this.end === 0 ? this.buf : this.buf.subarray(this.end));
      if (read === null) {
        this.eof = true;
        return false;
      }
      this.end += read;
      return true;
    } catch (error) {
      this.broken = true;
      throw error;
    } finally {
      this.#pending = undefined;
    }
  }
}

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
