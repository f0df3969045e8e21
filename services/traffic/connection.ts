import { readOf, type Source } from "../lib/connections/mod.ts";
import { ProtocolError, ResponseReader } from "./response_reader.ts";

/** Where requests go: taken from the base URL once. */
export interface Origin {
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
}

/** What a connection needs of a socket. */
export interface Socket extends Source {
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** Opens a socket; fails with the runtime's own errors. */
export type Connect = (origin: Origin) => Promise<Socket>;

/** What came of a request: the response's status, or why there is none. */
export type Outcome =
  | { readonly status: number }
  | { readonly failure: "refused" | "unreachable" | "closed" | "protocol" | "timeout" | "interrupted" };

/** Result of a request, and whether a byte of the response had arrived before it failed. */
export type Exchange = Outcome & { readonly untouched?: boolean };

const READ_BYTES = 16_384;
const encoder = new TextEncoder();

/** One kept-alive HTTP/1.1 connection. A read is always pending, so that a close is noticed when it happens. */
export class Connection {
  readonly #socket: Socket;
  readonly #reader = new ResponseReader();
  readonly #onClose: () => void;
  /** It carried a request before, or was kept for one: the other side may have closed it meanwhile. */
  reused = false;
  #settle: ((exchange: Exchange) => void) | undefined;
  #outgoing = new Uint8Array(0);
  #writing = false;
  #closed = false;

  constructor(socket: Socket, onClose: () => void) {
    this.#socket = socket;
    this.#onClose = onClose;
    this.#readOn();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Sends a whole request and waits for its whole response; one at a time. */
  exchange(request: string): Promise<Exchange> {
    if (this.#closed) return Promise.resolve({ failure: "closed", untouched: true });
    this.#reader.reset();
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    this.#settle = resolve;
    this.#write(request);
    return promise;
  }

  /** Closes the socket; a request in flight ends as `failure`. */
  close(failure: Exchange = { failure: "closed" }): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#socket.close();
    } catch {
      // Closed already by the other side's reset.
    }
    this.#onClose();
    this.#done(failure);
  }

  /** The request's bytes, in a buffer that the next request uses again. */
  #encode(request: string): Uint8Array {
    // A character of UTF-16 becomes at most three bytes.
    if (this.#outgoing.length < request.length * 3) this.#outgoing = new Uint8Array(request.length * 3);
    return this.#outgoing.subarray(0, encoder.encodeInto(request, this.#outgoing).written);
  }

  #done(exchange: Exchange): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(exchange);
  }

  async #write(request: string): Promise<void> {
    this.#writing = true;
    try {
      let bytes = this.#encode(request);
      while (bytes.length > 0) bytes = bytes.subarray(await this.#socket.write(bytes));
      this.#writing = false;
    } catch {
      // The response may have come before the request was read completely: the pending read shows it.
    }
  }

  async #readOn(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    const read = readOf(this.#socket);
    try {
      for (;;) {
        const count = await read(buffer);
        if (count === null || count === 0) break;
        if (this.#settle === undefined) throw new ProtocolError("bytes that nobody asked for");
        if (!this.#reader.push(buffer.subarray(0, count))) continue;
        // After an answer that came before the whole request had left, the rest of the request is in the way.
        if (!this.#reader.reusable || this.#writing) break;
        this.#done({ status: this.#reader.status });
      }
    } catch (error) {
      if (error instanceof ProtocolError) return this.close({ failure: "protocol" });
      return this.close({ failure: "closed", untouched: !this.#reader.started });
    }
    this.#reader.end();
    const { complete, started, status } = this.#reader;
    this.close(complete ? { status } : { failure: "closed", untouched: !started });
  }
}
