import { Deadline } from "./deadline.ts";
import { Reader, writeAll } from "../lib/http1/mod.ts";

/** First size of a backend connection's buffer, in bytes: a small answer arrives in one read. */
const READER_SIZE = 16 * 1024;

/** Why an attempt was aborted. */
export type Cut = "timeout" | "rescued" | "client_gone" | "client_bad";

/** The part of a backend that its connections report to. */
export interface ConnectionOwner {
  /** Requests that wait for it. */
  waiting: number;
  /** Keeps a connection whose exchange is complete for the next request. */
  release(connection: PooledConnection, now: number): void;
  /** Forgets a connection that is closed. */
  forget(connection: PooledConnection): void;
}

/** One connection to a backend: with one request on it, or idle. */
export class PooledConnection<B extends ConnectionOwner = ConnectionOwner> {
  readonly backend: B;
  readonly conn: Deno.TcpConn;
  readonly reader: Reader;
  /** It carried a request before, or was kept for one: its backend may have closed it meanwhile. */
  reused = false;
  closed = false;
  idleSince = 0;
  place = -1;
  readonly deadline: Deadline = new Deadline();
  /** A byte of the answer to the current request arrived. */
  answered = false;
  /** Bytes of the response's incomplete head that were already parsed. */
  scanned = 0;
  /** The current request can be sent to another backend, as long as nothing was answered. */
  movable = false;
  /** Bytes of {@linkcode send} are on their way: their buffer may not be used for anything else. */
  sending = false;
  /** Why the current attempt was aborted. */
  cut: Cut | undefined;
  #waiting = false;
  #bytes: Uint8Array | undefined;
  #size = 0;
  /** When the answer was complete while bytes were still on their way; -1 otherwise. */
  #releasedAt = -1;

  constructor(backend: B, conn: Deno.TcpConn) {
    this.backend = backend;
    this.conn = conn;
    this.reader = new Reader(conn, READER_SIZE);
  }

  /** No unsolicited bytes arrived on it. */
  get fresh(): boolean {
    return !this.closed && this.reader.available === 0 && !this.reader.eof && !this.reader.broken;
  }

  /** Prepares it for a request. */
  begin(movable: boolean): void {
    this.reader.onArrival = undefined;
    this.#releasedAt = -1;
    this.answered = false;
    this.scanned = 0;
    this.movable = movable;
    this.cut = undefined;
    this.deadline.clear();
  }

  /** Sends a complete request; only the response shows whether the backend received it. */
  send(bytes: Uint8Array): void {
    this.sending = true;
    this.#size = bytes.length;
    this.conn.write(bytes).then(this.#sent, this.#notSent);
    this.#bytes = bytes;
  }

  /**
   * The answer is complete: the connection waits for the next request, once it is certain that all of this one was sent.
   * A backend that answered before that would take the rest for the beginning of the next.
   */
  release(now: number): void {
    if (this.sending) this.#releasedAt = now;
    else if (this.fresh) this.backend.release(this, now);
    else this.drop();
  }

  /** Closes the connection, and the backend forgets it. */
  drop(): void {
    this.close();
    this.backend.forget(this);
  }

  /** The request is sent: the backend must send something within `timeoutMs`. */
  await(timeoutMs: number): void {
    this.deadline.set(timeoutMs);
    if (!this.#waiting) this.backend.waiting++;
    this.#waiting = true;
  }

  /** The response arrived, or will not arrive; returns whether the connection was waiting for it. */
  settle(): boolean {
    const waited = this.#waiting;
    if (waited) this.backend.waiting--;
    this.#waiting = false;
    return waited;
  }

  /** Idle from now on: whatever arrives, an end or a stray byte, closes it. */
  markIdle(now: number): void {
    this.idleSince = now;
    this.deadline.clear();
    this.reader.shrink();
    this.reader.onArrival = this.#onIdleActivity;
    this.reader.fill();
  }

  /** Aborts the current attempt. */
  end(cut: Cut): void {
    this.cut ??= cut;
    this.close();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.deadline.clear();
    try {
      this.conn.close();
    } catch {
      // The runtime has closed it.
    }
  }

  readonly #onIdleActivity = (): void => this.drop();

  readonly #sent = (written: number): void => {
    this.sending = false;
    const bytes = this.#bytes;
    this.#bytes = undefined;
    if (this.#releasedAt >= 0) {
      if (written === this.#size) this.release(this.#releasedAt);
      else this.drop();
    } else if (written < this.#size) this.#sendRest(bytes!.subarray(written));
  };

  readonly #notSent = (): void => {
    this.sending = false;
    this.#bytes = undefined;
    if (this.#releasedAt >= 0) this.drop();
  };

  async #sendRest(bytes: Uint8Array): Promise<void> {
    this.sending = true;
    const sent = await writeAll(this.conn, bytes, this.deadline).then(() => true, () => false);
    this.sending = false;
    if (this.#releasedAt < 0) return;
    if (sent) this.release(this.#releasedAt);
    else this.drop();
  }
}
