import { CLASS, CR, findHeadEnd, isWord, LF, VALUE } from "./bytes.ts";
import { Fields, Kind } from "./fields.ts";
import { ascii } from "./bytes.ts";
import { CHUNK_OVERHEAD, type Outgoing } from "./outgoing.ts";
import { badRequest } from "./problem.ts";
import type { Reader } from "./reader.ts";

const LAST_CHUNK = ascii("0\r\n");
const CRLF = ascii("\r\n");
/** Longest line of a chunk's size with its extensions, in bytes. */
const MAX_CHUNK_LINE = 256;
/** Longest trailer section, in bytes; has to fit in the smallest reader. */
const MAX_TRAILER = 2048;

/** What {@linkcode Body.pull} left off for. */
export type Pulled = "more" | "full" | "done";

/** A message's body: read from a reader as received, written to a buffer as forwarded. */
export interface Body {
  /** Every byte was pulled. */
  readonly done: boolean;
  /** Body bytes pulled, without framing. */
  readonly size: number;
  /**
   * Moves what is there from `reader` to `out`: until more has to be read, `out` is full, or the body is done.
   *
   * @throws {HttpProblem} when the framing is broken, or the stream ends within the body.
   */
  pull(reader: Reader, out: Outgoing): Pulled;
  /** Bytes that may go on as they are, straight from the reader; 0 where framing has to be read or written. */
  direct(reader: Reader): number;
}

/** No body at all. */
export const noBody: Body = { done: true, size: 0, pull: () => "done", direct: () => 0 };

/** A body of `length` bytes. */
export class LengthBody implements Body {
  size = 0;
  readonly #length: number;

  constructor(length: number) {
    this.#length = length;
  }

  get done(): boolean {
    return this.size === this.#length;
  }

  pull(reader: Reader, out: Outgoing): Pulled {
    const take = Math.min(reader.available, this.#length - this.size, out.room);
    if (take > 0) {
      out.copy(reader.buf, reader.start, reader.start + take);
      reader.start += take;
      this.size += take;
    }
    if (this.done) return "done";
    if (reader.available > 0) return "full";
    if (reader.eof) throw badRequest("The body ends before its Content-Length.");
    return "more";
  }

  direct(reader: Reader): number {
    const take = Math.min(reader.available, this.#length - this.size);
    this.size += take;
    return take;
  }
}

/** A body ended by the end of the connection; forwarded as it is, or in chunks. */
export class CloseBody implements Body {
  size = 0;
  done = false;
  readonly #chunked: boolean;

  constructor(chunked: boolean) {
    this.#chunked = chunked;
  }

  pull(reader: Reader, out: Outgoing): Pulled {
    const take = Math.min(reader.available, out.room - (this.#chunked ? CHUNK_OVERHEAD : 0));
    if (take > 0) {
      if (this.#chunked) out.chunk(reader.buf, reader.start, reader.start + take);
      else out.copy(reader.buf, reader.start, reader.start + take);
      reader.start += take;
      this.size += take;
    }
    if (reader.available > 0) return "full";
    if (!reader.eof) return "more";
    if (this.#chunked) {
      if (out.room < LAST_CHUNK.length + CRLF.length) return "full";
      out.copy(LAST_CHUNK);
      out.copy(CRLF);
    }
    this.done = true;
    return "done";
  }

  direct(reader: Reader): number {
    if (this.#chunked) return 0;
    this.size += reader.available;
    return reader.available;
  }
}

const enum State {
  size,
  data,
  dataEnd,
  trailer,
  done,
}

/** A chunked body; forwarded in new chunks without extensions, or as plain data. */
export class ChunkedBody implements Body {
  size = 0;
  #state = State.size;
  #left = 0;
  readonly #rechunk: boolean;

  constructor(rechunk: boolean) {
    this.#rechunk = rechunk;
  }

  get done(): boolean {
    return this.#state === State.done;
  }

  pull(reader: Reader, out: Outgoing): Pulled {
    for (;;) {
      switch (this.#state) {
        case State.size:
          if (!this.#readSize(reader)) return needMore(reader);
          break;
        case State.data: {
          if (reader.available === 0) return needMore(reader);
          const room = out.room - (this.#rechunk ? CHUNK_OVERHEAD : 0);
          const take = Math.min(reader.available, this.#left, room);
          if (take <= 0) return "full";
          if (this.#rechunk) out.chunk(reader.buf, reader.start, reader.start + take);
          else out.copy(reader.buf, reader.start, reader.start + take);
          reader.start += take;
          this.#left -= take;
          this.size += take;
          if (this.#left === 0) this.#state = State.dataEnd;
          break;
        }
        case State.dataEnd:
          if (reader.available < 2) {
            if (reader.available === 1 && reader.buf[reader.start] !== CR) throw badChunk();
            return needMore(reader);
          }
          if (reader.buf[reader.start] !== CR || reader.buf[reader.start + 1] !== LF) throw badChunk();
          reader.start += 2;
          this.#state = State.size;
          break;
        case State.trailer: {
          const pulled = this.#readTrailer(reader, out);
          if (pulled !== "done") return pulled;
          break;
        }
        case State.done:
          return "done";
      }
    }
  }

  direct(): number {
    return 0;
  }

  /** Reads `hex [;extension] CR LF`; false when its end is not there yet. */
  #readSize(reader: Reader): boolean {
    const { buf, start, end } = reader;
    const limit = Math.min(end, start + MAX_CHUNK_LINE);
    let pos = start, size = 0;
    for (; pos < limit; pos++) {
      const digit = hexDigit(buf[pos]!);
      if (digit < 0) break;
      size = size * 16 + digit;
      if (size > Number.MAX_SAFE_INTEGER) throw badChunk();
    }
    if (pos < limit && pos === start) throw badChunk();
    if (pos < limit && buf[pos] !== CR && buf[pos] !== 59) throw badChunk();
    while (pos < limit && (CLASS[buf[pos]!]! & VALUE) !== 0) pos++;
    if (pos < limit && buf[pos] !== CR) throw badChunk();
    if (pos + 1 < limit && buf[pos + 1] !== LF) throw badChunk();
    if (pos + 1 >= limit) {
      if (end - start >= MAX_CHUNK_LINE) throw badRequest("A chunk's size line is too long.");
      return false;
    }
    reader.start = pos + 2;
    this.#left = size;
    this.#state = size === 0 ? State.trailer : State.data;
    return true;
  }

  #readTrailer(reader: Reader, out: Outgoing): Pulled {
    const { buf, start } = reader;
    let end = -1;
    if (reader.available >= 2 && buf[start] === CR && buf[start + 1] === LF) end = start + 2;
    else if (reader.available >= 1 && buf[start] === LF) throw badChunk();
    else end = findHeadEnd(buf, start, reader.end);
    if ((end < 0 ? reader.available : end - start) > MAX_TRAILER) throw badRequest("The trailer is too long.");
    if (end < 0) return needMore(reader);
    if (this.#rechunk && out.room < end - start + LAST_CHUNK.length + CRLF.length) return "full";
    const fields = new Fields();
    if (fields.parse(buf, start, end) !== end) throw badRequest("The trailer is broken.");
    if (this.#rechunk) {
      out.copy(LAST_CHUNK);
      for (let i = 0; i < fields.count; i++) {
        if (fields.kind[i] !== Kind.forward || isForbidden(buf, fields, i)) continue;
        out.copy(buf, fields.lineStart[i], fields.lineEnd[i]);
      }
      out.copy(CRLF);
    }
    reader.start = end;
    this.#state = State.done;
    return "done";
  }
}

/** Fields that a trailer may not carry, besides those that no proxy forwards (RFC 9110, 6.5.1). */
const FORBIDDEN = [
  "authorization",
  "cache-control",
  "content-encoding",
  "content-range",
  "content-type",
  "cookie",
  "max-forwards",
  "set-cookie",
  "trailer",
].map(ascii);

function isForbidden(buf: Uint8Array, fields: Fields, i: number): boolean {
  return FORBIDDEN.some((name) => isWord(buf, fields.lineStart[i]!, fields.nameEnd[i]!, name));
}

function needMore(reader: Reader): "more" {
  if (reader.eof) throw badRequest("The body ends before its last chunk.");
  return "more";
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  if (c >= 97 && c <= 102) return c - 87;
  return c >= 65 && c <= 70 ? c - 55 : -1;
}

function badChunk() {
  return badRequest("A chunk's framing is broken.");
}
