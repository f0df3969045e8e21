import type { Backend } from "./backend.ts";
import { Watch } from "./watch.ts";
import { Reader } from "./wire/mod.ts";

/** First size of a backend connection's buffer, in bytes: a small answer arrives in one read. */
const READER_SIZE = 16 * 1024;

/** Why an attempt was ended from outside. */
export type Cut = "timeout" | "rescued" | "client_gone" | "client_bad";

/** One connection to a backend: with one request on it, or idle. */
export class Upstream {
  readonly backend: Backend;
  readonly conn: Deno.TcpConn;
  readonly reader: Reader;
  /** It carried a request before. */
  reused = false;
  closed = false;
  idleSince = 0;
  readonly watch: Watch = new Watch();
  /** A byte of the answer to the current request arrived. */
  answered = false;
  /** The current request can be sent to another backend, as long as nothing was answered. */
  movable = false;
  /** Why the current request's attempt was ended from outside. */
  cut: Cut | undefined;
  #resting = false;
  #waiting = false;

  constructor(backend: Backend, conn: Deno.TcpConn) {
    this.backend = backend;
    this.conn = conn;
    this.reader = new Reader(conn, READER_SIZE);
  }

  /** Nothing arrived on it that nobody asked for. */
  get fresh(): boolean {
    return !this.closed && !this.reader.eof && this.reader.available === 0;
  }

  /** Made ready for a request. */
  begin(movable: boolean): void {
    this.#resting = false;
    this.answered = false;
    this.movable = movable;
    this.cut = undefined;
    this.watch.clear();
  }

  /** Begins to read, so that an answer or an end is noticed whenever it comes. */
  listen(): void {
    this.reader.fill().catch(() => {});
  }

  /** The request is sent: the backend owes a sign of life within `timeoutMs`. */
  await(timeoutMs: number): void {
    this.watch.set(timeoutMs);
    if (!this.#waiting) this.backend.waiting++;
    this.#waiting = true;
  }

  /** The answer is there, or will not come; tells whether the backend was waited for. */
  settle(): boolean {
    const waited = this.#waiting;
    if (waited) this.backend.waiting--;
    this.#waiting = false;
    return waited;
  }

  /** Idle from now on: whatever arrives, an end or a stray byte, closes it. */
  rest(now: number): void {
    this.reused = true;
    this.idleSince = now;
    this.watch.clear();
    this.#resting = true;
    this.reader.shrink();
    const stirred = () => {
      if (!this.#resting) return;
      this.backend.forget(this);
      this.close();
    };
    this.reader.fill().then(stirred, stirred);
  }

  /** Ends the attempt under way. */
  end(cut: Cut): void {
    this.cut ??= cut;
    this.close();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#resting = false;
    this.watch.clear();
    try {
      this.conn.close();
    } catch {
      // The runtime closed it already.
    }
  }
}
