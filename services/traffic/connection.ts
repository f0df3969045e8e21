import { ProtocolError, ResponseReader } from "./response_reader.ts";

/** Where requests go: taken from the base URL once. */
export interface Origin {
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
}

/** What a connection needs of a socket. */
export interface Socket {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** Opens a socket; fails with the runtime's own errors. */
export type Connect = (origin: Origin) => Promise<Socket>;

/** What came of a request: the response's status, or why there is none. */
export type Outcome =
  | { readonly status: number }
  | { readonly failure: "refused" | "unreachable" | "closed" | "protocol" | "timeout" | "interrupted" };

/** What came of a request, and whether a byte of an answer had come before it failed. */
export type Exchange = Outcome & { readonly untouched?: boolean };

const READ_BYTES = 16_384;

/** One kept-alive HTTP/1.1 connection. A read is always pending, so that a close is noticed when it happens. */
export class Connection {
  readonly #socket: Socket;
  readonly #reader = new ResponseReader();
  readonly #onClose: () => void;
  #settle: ((exchange: Exchange) => void) | undefined;
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
  exchange(request: Uint8Array): Promise<Exchange> {
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

  #done(exchange: Exchange): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(exchange);
  }

  async #write(request: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < request.length;) at += await this.#socket.write(at === 0 ? request : request.subarray(at));
    } catch {
      // The answer may have come before the request was read whole: the pending read tells.
    }
  }

  async #readOn(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      for (;;) {
        const count = await this.#socket.read(buffer);
        if (count === null) break;
        if (this.#settle === undefined) throw new ProtocolError("bytes that nobody asked for");
        if (!this.#reader.push(buffer.subarray(0, count))) continue;
        if (!this.#reader.reusable) break;
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
