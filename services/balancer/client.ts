import { type Answer, answerHead, errorAnswer, toAnswer } from "./answer.ts";
import type { Downstream } from "./downstream.ts";
import { Exchange } from "./exchange.ts";
import { Inbound } from "./inbound.ts";
import { isOperatorPath } from "./operator_path.ts";
import { callOf, strangersAnswer } from "./strangers.ts";
import type { Proxy } from "./proxy.ts";
import { Deadline } from "./deadline.ts";
import {
  ascii,
  badRequest,
  findHeadEnd,
  forwardedLines,
  HttpProblem,
  Reader,
  type RequestHead,
  writeAll,
} from "../lib/http1/mod.ts";

/** First size of a client connection's buffer, in bytes. */
const READER_SIZE = 4 * 1024;
/** Longest request head, in bytes. */
const MAX_HEAD = 16 * 1024;
/** After the last answer a client gets this long to read it and to close. */
const LINGER_MS = 1_000;
const LINGER_BYTES = 256 * 1024;

const HEALTHZ = ascii("/healthz");
const METRICS = ascii("/metrics");

/** One client's connection: its requests, one after the other. */
export class Client implements Downstream {
  readonly conn: Deno.TcpConn;
  readonly reader: Reader;
  /** Its IP address. */
  readonly address: string;
  readonly deadline: Deadline = new Deadline();
  closed = false;
  /** Called when the deadline passes; without it the connection is closed. */
  onExpired: (() => void) | undefined;
  readonly #proxy: Proxy;
  readonly #head: RequestHead;
  /** The `X-Forwarded-*` lines of its requests, up to the host. */
  readonly #forwarded: Uint8Array;
  #current: Exchange | undefined;
  #idle = false;
  /** A head timed out and was answered: further bytes are ignored. */
  #expired = false;
  /** Bytes of an incomplete head that were already parsed. */
  #scanned = 0;
  /** Since when a request is awaited or comes in, on the clock's coarse time. */
  #since: number;
  /** Since when the client is to take bytes that it was sent; Infinity while there are none. */
  #sending = Infinity;

  constructor(proxy: Proxy, conn: Deno.TcpConn) {
    this.#proxy = proxy;
    this.#head = proxy.requestHead;
    this.conn = conn;
    this.#since = proxy.clock.coarse;
    this.address = (conn.remoteAddr as Deno.NetAddr).hostname;
    this.reader = new Reader(conn, READER_SIZE);
    this.reader.onArrival = () => {
      if (this.reader.broken) this.#current?.clientGone();
    };
    this.#forwarded = forwardedLines(this.address);
  }

  /** Waits for a request and is not in the middle of one. */
  get idle(): boolean {
    return this.#idle;
  }

  /**
   * Since when the client keeps the connection waiting, by what it has not sent or not taken; Infinity while an answer is
   * due. On the clock's coarse time.
   */
  get slowSince(): number {
    return this.#current === undefined || !this.#current.arrived ? this.#since : this.#sending;
  }

  /** Serves requests until the connection ends; never rejects. */
  async serve(): Promise<void> {
    try {
      this.conn.setNoDelay(true);
      await this.#requests();
      if (!this.closed && !this.reader.eof && !this.reader.broken) await this.#linger();
    } catch (error) {
      // Anything else: the connection broke, and no client is left to answer.
      if (error instanceof HttpProblem) await this.#refuse(error).catch(ignore);
    }
    if (this.#current !== undefined) this.#drop(this.#current);
    this.close();
  }

  /** Starts to read from the client, to notice when it disconnects. */
  listen(): void {
    const { reader } = this;
    if (reader.end < reader.buf.length || reader.available === 0) reader.fill();
  }

  /** Sends bytes, within the client's write timeout. */
  async send(bytes: Uint8Array): Promise<void> {
    this.deadline.set(this.#proxy.timeouts.clientMs);
    this.#sending = this.#proxy.clock.coarse;
    const written = await this.conn.write(bytes);
    if (written < bytes.length) await writeAll(this.conn, bytes.subarray(written), this.deadline);
    this.#sending = Infinity;
    this.deadline.clear();
  }

  /** Reads more of a request's body, within the client's read timeout. */
  async more(): Promise<void> {
    this.deadline.set(this.#proxy.timeouts.clientMs);
    await this.reader.fill();
    this.deadline.clear();
  }

  /** Sends a response of the balancer; `keep` permits to keep the connection. Returns whether it is kept. */
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

  async #requests(): Promise<void> {
    const { reader } = this;
    for (;;) {
      const end = this.#takeHead();
      if (end < 0) {
        if (reader.available === 0 && this.#proxy.stopping) return;
        if (await reader.fill()) continue;
        if (reader.available > 0 && !reader.broken) throw badRequest("The request ends within its head.");
        return;
      }
      let keep: boolean;
      const { targetStart, pathEnd } = this.#head;
      const operators = isOperatorPath(reader.buf, targetStart, pathEnd);
      const call = operators ? callOf(this.#head, reader.buf, this.address) : undefined;
      const refusal = call && strangersAnswer(call, this.#proxy.access);
      if (isLocalRoute(this.#head, reader.buf)) {
        const known = call !== undefined && this.#proxy.access.knowsHost(call);
        keep = await this.#serveLocalRoute(end, { refusal, known });
      } else if (refusal !== undefined) keep = await this.#turnAway(end, refusal);
      else {
        const exchange = this.#begin(end);
        const sent = exchange.trySend();
        const out = sent !== undefined && await sent.reader.fill() ? exchange.tryRelay(sent) : undefined;
        if (out === undefined) keep = await exchange.run(sent);
        else {
          // Like send(), without a promise.
          const bytes = out.view();
          this.deadline.set(this.#proxy.timeouts.clientMs);
          this.#sending = this.#proxy.clock.coarse;
          const written = await this.conn.write(bytes);
          this.#sending = Infinity;
          if (written < bytes.length) await this.send(bytes.subarray(written));
          keep = exchange.complete(out);
        }
        this.#drop(exchange);
      }
      if (!keep) return;
    }
  }

  /** Parses the next request's head, if it is there in full: the index behind it, or -1 with the watch set. */
  #takeHead(): number {
    const { reader } = this;
    const { timeouts } = this.#proxy;
    if (this.#expired) reader.start = reader.end;
    if (reader.available > 0) {
      if (this.#scanned === 0) skipEmptyLines(reader);
      const { buf, start } = reader;
      const whole = this.#scanned === 0 || findHeadEnd(buf, start + this.#scanned, reader.end) >= 0;
      const end = whole ? this.#head.parse(buf, start, reader.end) : -1;
      if ((end < 0 ? reader.end : end) - start > MAX_HEAD) throw tooLarge();
      if (end >= 0) {
        this.#scanned = 0;
        this.#idle = false;
        this.deadline.clear();
        this.onExpired = undefined;
        return end;
      }
      if (reader.available === buf.length) reader.grow(MAX_HEAD + 1);
      // An empty line may still come before the request.
      if (reader.available > 1) this.#scanned = Math.max(1, reader.available - 3);
    }
    if (this.#expired) return -1;
    if (reader.available === 0) {
      this.#idle = true;
      this.deadline.set(timeouts.keepAliveMs);
      reader.shrink();
    } else if (this.onExpired === undefined) {
      // Counts from the head's first byte; a trickle does not extend it.
      this.#idle = false;
      this.deadline.set(timeouts.headMs);
      this.onExpired = () => this.#tooSlow();
    }
    return -1;
  }

  #begin(end: number): Exchange {
    const inbound = new Inbound(this.#proxy, this.#head, this.reader.buf, this.#forwarded);
    this.reader.start = end;
    this.#proxy.metrics.inFlight++;
    return this.#current = new Exchange(this.#proxy, this, inbound);
  }

  #drop(exchange: Exchange): void {
    this.#proxy.metrics.inFlight--;
    this.#since = this.#proxy.clock.coarse;
    exchange.release();
    this.#current = undefined;
    this.onExpired = undefined;
  }

  /** Answers a malformed request; nothing after it on the connection can be parsed. */
  async #refuse(problem: HttpProblem): Promise<void> {
    this.#proxy.metrics.answered("none", problem.status, 0);
    const answer = errorAnswer(problem.status, problem.code, problem.message);
    await this.answer(answer, { method: "GET", minor: 1, keep: false });
    await this.#linger();
  }

  /** Ends the sending side and lets the client read the response before the connection is closed. */
  async #linger(): Promise<void> {
    const { reader } = this;
    this.onExpired = undefined;
    this.deadline.set(LINGER_MS);
    await this.conn.closeWrite();
    for (let discarded = 0; discarded < LINGER_BYTES;) {
      discarded += reader.available;
      reader.start = reader.end;
      if (!(await reader.fill())) return;
      if (!this.deadline.on) this.deadline.set(LINGER_MS);
    }
  }

  /** A head timed out: answers 408; further bytes are discarded until the client closes or the deadline passes. */
  #tooSlow(): void {
    this.#expired = true;
    this.onExpired = undefined;
    this.#proxy.metrics.answered("none", 408, 0);
    const answer = errorAnswer(408, "request_timeout", "The request's head took too long.");
    this.answer(answer, { method: "GET", minor: 1, keep: false }).then(async () => {
      this.deadline.set(LINGER_MS);
      await this.conn.closeWrite();
    }).catch(() => this.close());
  }

  /** Answers a route of the balancer's own; `refusal` is what strangers get instead. */
  async #serveLocalRoute(end: number, { refusal, known }: Stranger): Promise<boolean> {
    const { method, minor, keepAlive } = this.#head;
    const alive = this.#head.isPath(this.reader.buf, HEALTHZ);
    // Whoever calls it by a name of its own may know that it is alive.
    if (refusal !== undefined && !(alive && known)) return await this.#turnAway(end, refusal);
    const request = new Request(`http://localhost${this.#head.target(this.reader.buf)}`, { method });
    this.reader.start = end;
    const answer = await toAnswer(await this.#proxy.localRoutes(request, refusal === undefined));
    return await this.answer(answer, { method, minor, keep: keepAlive });
  }

  /** Refuses a request that is not for strangers; its body is not waited for. */
  async #turnAway(end: number, refusal: Answer): Promise<boolean> {
    const { method, minor, keepAlive, hasBody } = this.#head;
    this.reader.start = end;
    this.#proxy.metrics.answered("none", refusal.status, 0);
    return await this.answer(refusal, { method, minor, keep: keepAlive && !hasBody });
  }
}

/** What strangers get instead of an answer, and whether they called the balancer by a name of its own. */
interface Stranger {
  readonly refusal: Answer | undefined;
  readonly known: boolean;
}

function isLocalRoute(head: RequestHead, buf: Uint8Array): boolean {
  return (head.method === "GET" || head.method === "HEAD") && !head.hasBody &&
    (head.isPath(buf, HEALTHZ) || head.isPath(buf, METRICS));
}

/** Skips empty lines before a request; an impossible first byte is rejected before more is read. */
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

function ignore(): void {}
