import { ascii } from "./bytes.ts";

const CHUNK_END = ascii("\r\n");
const HEX = ascii("0123456789abcdef");

/** Bytes put together before they are sent; grows up to `limit`, and never past it. */
export class Outgoing {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  readonly limit: number;

  constructor(size: number, limit = size) {
    this.bytes = new Uint8Array(size);
    this.limit = Math.max(size, limit);
  }

  /** How many more bytes fit. */
  get room(): number {
    return this.limit - this.length;
  }

  /** What was put together, without a copy. */
  view(from = 0): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(from, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Appends `source[start, end)`. */
  copy(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start;
    this.#ensure(size);
    const { bytes, length } = this;
    if (size < 64) { for (let i = 0; i < size; i++) bytes[length + i] = source[start + i]!; }
    else bytes.set(source.subarray(start, end), length);
    this.length = length + size;
  }

  /** Appends an ASCII or Latin-1 text. */
  text(text: string): void {
    this.#ensure(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length + i] = text.charCodeAt(i);
    this.length += text.length;
  }

  /** Appends `source[start, end)` as one chunk of a chunked body. */
  chunk(source: Uint8Array, start: number, end: number): void {
    this.#ensure(end - start + CHUNK_OVERHEAD);
    let shift = 28;
    while (shift > 0 && (end - start) >> shift === 0) shift -= 4;
    for (; shift >= 0; shift -= 4) this.bytes[this.length++] = HEX[((end - start) >> shift) & 15]!;
    this.copy(CHUNK_END);
    this.copy(source, start, end);
    this.copy(CHUNK_END);
  }

  #ensure(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    if (needed > this.limit) throw new RangeError(`Cannot hold ${needed} bytes: the limit is ${this.limit}`);
    const grown = new Uint8Array(Math.min(this.limit, Math.max(needed, this.bytes.length * 4)));
    grown.set(this.view());
    this.bytes = grown;
  }
}

/** Bytes that a chunk's framing can take at most: eight digits and two line ends. */
export const CHUNK_OVERHEAD = 12;
