import { type Answer, answerHead, errorAnswer, toAnswer } from "./answer.ts";
import { Exchange } from "./exchange.ts";
import { Inbound } from "./inbound.ts";
import type { Proxy } from "./proxy.ts";
import { Watch } from "./watch.ts";
import {
  ascii,
  badRequest,
  findHeadEnd,
  forwardedLines,
  HttpProblem,
  Reader,
  RequestHead,
  writeAll,
} from "./wire/mod.ts";

/** First size of a client connection's buffer, in bytes. */
const READER_SIZE = 4 * 1024;
/** Longest request head, in bytes. */
const MAX_HEAD = 16 * 1024;
/** After the last answer a client gets this long to read it and to close. */
const LINGER_MS = 1_000;
const LINGER_BYTES = 256 * 1024;

const HEALTHZ = ascii("/healthz");
const METRICS = ascii("/metrics");

/** Parsing and using a head happens in one go, so one of it serves all connections. */
const head = new RequestHead();

/** One client's connection: its requests, one after the other. */
export class Client {
  readonly conn: Deno.TcpConn;
  readonly reader: Reader;
  /** Its IP address. */
  readonly address: string;
  readonly watch: Watch = new Watch();
  closed = false;
  /** What happens when the watch runs out; without it the connection is closed. */
  onExpired: (() => void) | undefined;
  readonly #proxy: Proxy;
  /** The `X-Forwarded-*` lines of its requests, up to the host. */
  readonly #forwarded: Uint8Array;
  #current: Exchange | undefined;
  #idle = false;
  readonly #gone = () => this.#current?.clientGone();

  constructor(proxy: Proxy, conn: Deno.TcpConn) {
    this.#proxy = proxy;
    this.conn = conn;
    this.address = (conn.remoteAddr as Deno.NetAddr).hostname;
    this.reader = new Reader(conn, READER_SIZE);
    this.#forwarded = forwardedLines(this.address);
  }

  /** Waits for a request and is not in the middle of one. */
  get idle(): boolean {
    return this.#idle;
  }

  /** Serves requests until the connection ends; never rejects. */
  async serve(): Promise<void> {
    try {
      this.conn.setNoDelay(true);
      while (await this.#next());
      if (!this.closed && !this.reader.eof) await this.linger();
    } catch {
      // The connection broke: there is nobody to tell.
    }
    this.close();
  }

  /** Begins to read what the client sends next, so that its going away is noticed. */
  listen(): void {
    const { reader } = this;
    if (reader.end < reader.buf.length || reader.available === 0) reader.fill().catch(this.#gone);
  }

  /** Sends bytes, within the time that a client has to take them. */
  async send(bytes: Uint8Array): Promise<void> {
    this.watch.set(this.#proxy.timeouts.clientMs);
    const written = await this.conn.write(bytes);
    if (written < bytes.length) await writeAll(this.conn, bytes.subarray(written), this.watch);
    this.watch.clear();
  }

  /** Reads more of a request's body, within the time that a client has for it. */
  async more(): Promise<void> {
    this.watch.set(this.#proxy.timeouts.clientMs);
    await this.reader.fill();
    this.watch.clear();
  }

  /** Answers by itself; `keep` tells whether the connection may stay. Tells whether it does. */
  async answer(answer: Answer, options: { method: string; minor: number; keep: boolean }): Promise<boolean> {
    const keep = options.keep && !this.#proxy.stopping;
    const out = this.#proxy.buffers.take();
    answerHead(answer, !keep ? "close" : options.minor === 0 ? "keep-alive" : "default", out);
    if (options.method === "HEAD") {
      await this.send(out.view());
    } else if (answer.body.length <= out.room) {
      out.copy(answer.body);
      await this.send(out.view());
    } else {
      await this.send(out.view());
      await this.send(answer.body);
    }
    this.#proxy.buffers.give(out);
    return keep;
  }

  /** Says that nothing more comes, and lets the client read what did, before the connection is closed. */
  async linger(): Promise<void> {
    this.watch.clear();
    await this.conn.closeWrite();
    let discarded = 0;
    do {
      this.onExpired = undefined;
      if (!this.watch.on) this.watch.set(LINGER_MS);
      discarded += this.reader.available;
      this.reader.start = this.reader.end;
    } while (discarded < LINGER_BYTES && await this.reader.fill());
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.watch.clear();
    try {
      this.conn.close();
    } catch {
      // The runtime closed it already.
    }
  }

  async #next(): Promise<boolean> {
    const { reader } = this;
    let problem: HttpProblem;
    try {
      const end = await this.#head();
      if (end < 0) return false;
      head.parse(reader.buf, reader.start, end);
      if (
        (head.method === "GET" || head.method === "HEAD") && !head.hasBody &&
        (head.isPath(reader.buf, HEALTHZ) || head.isPath(reader.buf, METRICS))
      ) {
        return await this.#own(end);
      }
      const inbound = new Inbound(this.#proxy, head, reader.buf, this.#forwarded);
      reader.start = end;
      return await this.#exchange(inbound);
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      problem = error;
    }
    this.#proxy.metrics.answered("none", problem.status, 0);
    return await this.answer(errorAnswer(problem.status, problem.code, problem.message), {
      method: "GET",
      minor: 1,
      keep: false,
    });
  }

  /** Waits for a whole head: the index behind it, or -1 when no further request comes. */
  async #head(): Promise<number> {
    const { reader } = this;
    const { timeouts } = this.#proxy;
    let scanned = 0;
    let begun = false;
    for (;;) {
      if (reader.available > 0) {
        if (scanned === 0) skipEmptyLines(reader);
        const end = findHeadEnd(reader.buf, reader.start + scanned, reader.end);
        if (end >= 0) {
          if (end - reader.start > MAX_HEAD) throw tooLarge();
          this.watch.clear();
          this.#idle = false;
          return end;
        }
        if (reader.available >= MAX_HEAD) throw tooLarge();
        if (reader.available === reader.buf.length) reader.grow(MAX_HEAD);
        scanned = Math.max(0, reader.available - 3);
      } else if (this.#proxy.stopping) return -1;
      if (!begun && reader.available > 0) {
        begun = true;
        this.watch.set(timeouts.headMs);
        this.onExpired = () => this.#tooSlow();
      } else if (!begun) {
        this.watch.set(timeouts.keepAliveMs);
        this.onExpired = undefined;
        reader.shrink();
      }
      this.#idle = !begun;
      if (!(await reader.fill())) {
        if (reader.available === 0) return -1;
        throw badRequest("The request ends within its head.");
      }
    }
  }

  #tooSlow(): void {
    const answer = errorAnswer(408, "request_timeout", "The request's head took too long.");
    this.#proxy.metrics.answered("none", 408, 0);
    this.answer(answer, { method: "GET", minor: 1, keep: false })
      .then(() => this.linger()).catch(() => {}).finally(() => this.close());
  }

  async #exchange(inbound: Inbound): Promise<boolean> {
    const { metrics, buffers } = this.#proxy;
    const exchange = this.#current = new Exchange(this.#proxy, this, inbound);
    metrics.inFlight++;
    try {
      const keep = await exchange.run();
      buffers.give(inbound.bytes);
      return keep;
    } finally {
      metrics.inFlight--;
      this.#current = this.onExpired = undefined;
    }
  }

  async #own(end: number): Promise<boolean> {
    const { method, minor, keepAlive } = head;
    const request = new Request(`http://localhost${head.target(this.reader.buf)}`, { method });
    this.reader.start = end;
    const answer = await toAnswer(await this.#proxy.own(request));
    return await this.answer(answer, { method, minor, keep: keepAlive });
  }
}

/** Drops the empty lines that may stand before a request; what cannot begin one is refused before more is read. */
function skipEmptyLines(reader: Reader): void {
  while (reader.available >= 2 && reader.buf[reader.start] === 13 && reader.buf[reader.start + 1] === 10) {
    reader.start += 2;
  }
  const first = reader.available > 0 ? reader.buf[reader.start]! : 13;
  const upper = first & ~32;
  if (first !== 13 && (upper < 65 || upper > 90)) throw badRequest("A request begins with METHOD target HTTP/1.1.");
}

function tooLarge(): HttpProblem {
  return new HttpProblem(431, "headers_too_large", `A request's head has to fit in ${MAX_HEAD} bytes.`);
}
