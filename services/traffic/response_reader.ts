import { endOfHead, readHead } from "./response_head.ts";

/** An answer that is not HTTP/1.1, or breaks off in a way that HTTP/1.1 does not allow. */
export class ProtocolError extends Error {
  override name = "ProtocolError";
}

const HEAD_MAX_BYTES = 65_536;
const latin1 = new TextDecoder("latin1");

type State = "head" | "length" | "chunk-size" | "chunk-data" | "chunk-end" | "trailers" | "until-close" | "done";

/** Reads one HTTP/1.1 response after another from the bytes of a connection, and keeps nothing of their bodies. */
export class ResponseReader {
  /** Status of the response being read, or of the last one. */
  status = 0;
  /** Whether the connection can be used again once the response is done. */
  reusable = true;
  /** Whether any byte of the current response has arrived. */
  started = false;
  #state: State = "head";
  /** Received part of a head that arrives in pieces. */
  #partial: Uint8Array | undefined;
  /** Received part of the current line of the chunked coding. */
  #text = "";
  #left = 0;

  /** Whether the response is whole. */
  get complete(): boolean {
    return this.#state === "done";
  }

  /** Makes ready for the next response. */
  reset(): void {
    this.#state = "head";
    this.#partial = undefined;
    this.#text = "";
    this.started = false;
  }

  /**
   * Takes the connection's next bytes; true once the response is complete.
   *
   * @throws {ProtocolError} when the bytes are no response, or go on after its end.
   */
  push(bytes: Uint8Array): boolean {
    this.started = true;
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === "done") throw new ProtocolError("bytes after the end of the response");
      at = this.#step(bytes, at);
    }
    return this.#state === "done";
  }

  /** The other side closed the connection, which is how a response of unknown length ends. */
  end(): void {
    if (this.#state === "until-close") this.#state = "done";
  }

  #step(bytes: Uint8Array, at: number): number {
    switch (this.#state) {
      case "head":
        return this.#head(bytes, at);
      case "length":
      case "chunk-data": {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        if (this.#left === 0) this.#state = this.#state === "length" ? "done" : "chunk-end";
        return at + taken;
      }
      case "until-close":
        return bytes.length;
      default:
        return this.#line(bytes, at);
    }
  }

  #head(bytes: Uint8Array, at: number): number {
    if (this.#partial !== undefined) {
      const before = this.#partial.length;
      const whole = new Uint8Array(before + bytes.length - at);
      whole.set(this.#partial);
      whole.set(bytes.subarray(at), before);
      const end = endOfHead(whole, Math.max(0, before - 3));
      if (end < 0) return this.#keep(whole, bytes.length);
      this.#partial = undefined;
      this.#begin(whole, { start: 0, end });
      return at + end - before;
    }
    const end = endOfHead(bytes.subarray(at), 0);
    if (end < 0) return this.#keep(bytes.slice(at), bytes.length);
    this.#begin(bytes, { start: at, end: at + end });
    return at + end;
  }

  #keep(partial: Uint8Array, next: number): number {
    if (partial.length > HEAD_MAX_BYTES) throw new ProtocolError("the response's head is too long");
    this.#partial = partial;
    return next;
  }

  #begin(bytes: Uint8Array, { start, end }: { start: number; end: number }): void {
    const head = readHead(bytes, start, end);
    if (head === undefined) throw new ProtocolError("the answer is not HTTP/1.1");
    const { status, isHttp11, connection, contentLength, transferEncoding } = head;
    // An interim response: the real one follows.
    if (status < 200 && status !== 101) return;
    this.status = status;
    this.reusable = status !== 101 && (isHttp11 ? connection !== "close" : connection === "keep-alive");
    if (status === 204 || status === 304 || status === 101) {
      this.#state = "done";
    } else if (/\bchunked$/.test(transferEncoding)) {
      this.#state = "chunk-size";
    } else if (contentLength !== "") {
      if (!/^\d{1,15}$/.test(contentLength)) throw new ProtocolError("the response's content-length is no number");
      this.#left = Number(contentLength);
      this.#state = this.#left === 0 ? "done" : "length";
    } else {
      this.#state = "until-close";
      this.reusable = false;
    }
  }

  /** One line of the chunked coding. */
  #line(bytes: Uint8Array, at: number): number {
    const newline = bytes.indexOf(10, at);
    this.#text += latin1.decode(bytes.subarray(at, newline < 0 ? bytes.length : newline));
    if (this.#text.length > HEAD_MAX_BYTES) throw new ProtocolError("a line of the response is too long");
    if (newline < 0) return bytes.length;
    const line = this.#text.replace(/\r$/, "");
    this.#text = "";
    if (this.#state === "chunk-end") {
      if (line !== "") throw new ProtocolError("a chunk of the response is longer than it says");
      this.#state = "chunk-size";
    } else if (this.#state === "chunk-size") {
      const size = /^([0-9a-f]{1,12})[ \t]*(?:;|$)/i.exec(line)?.[1];
      if (size === undefined) throw new ProtocolError("a chunk of the response has no size");
      this.#left = parseInt(size, 16);
      this.#state = this.#left === 0 ? "trailers" : "chunk-data";
    } else if (line === "") {
      this.#state = "done";
    }
    return newline + 1;
  }
}
