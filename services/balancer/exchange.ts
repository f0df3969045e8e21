import { errorAnswer } from "./answer.ts";
import type { Backend } from "./backend.ts";
import type { Client } from "./client.ts";
import { BODY_IN_FLIGHT, type Proxy } from "./proxy.ts";
import { tunnel } from "./tunnel.ts";
import type { Upstream } from "./upstream.ts";
import {
  badRequest,
  type Body,
  ChunkedBody,
  CloseBody,
  findHeadEnd,
  type Framing,
  HttpProblem,
  LengthBody,
  noBody,
  Outgoing,
  type RequestHead,
  ResponseHead,
  writeAll,
} from "./wire/mod.ts";

/** Methods that may reach a backend twice. */
const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
/**
 * A request that may not be sent twice takes no connection that was idle for longer, in milliseconds: a backend that
 * closes it at that moment would cost the request.
 */
const FRESH_MS = 500;
const MAX_RESPONSE_HEAD = 64 * 1024;
/** Interim answers (1xx) that one request may get. */
const MAX_INTERIM = 16;
/** How long a request may wait for a backend with room, in milliseconds. */
const QUEUE_MS = 2_000;
/** An answer's body is copied behind its head up to this size, in bytes; past it another write is cheaper. */
const COPIED = 16 * 1024;

/** Parsing and using a head happens in one go, so one of it serves all connections. */
const response = new ResponseHead();

/** How an attempt ended. */
type Outcome = "keep" | "close" | "failed";

/** One request, from its head to the last byte of its answer. */
export class Exchange {
  readonly #proxy: Proxy;
  readonly #client: Client;
  readonly #method: string;
  readonly #minor: number;
  readonly #keepAlive: boolean;
  readonly #upgrade: boolean;
  readonly #target: string;
  readonly #startedAt: number;
  /** The head and as much of the body as went out and can go out again. */
  readonly #request: Outgoing;
  readonly #body: Body;
  #movable: boolean;
  #upstream: Upstream | undefined;
  /** Why the client's body was refused. */
  #problem: HttpProblem | undefined;
  #uploaded = false;
  #timedOut = false;
  #gone = false;
  #status = 0;
  #size = 0;
  readonly #tried: string[] = [];

  /** Takes in `head`, which points into the client's buffer. */
  constructor(proxy: Proxy, client: Client, head: RequestHead) {
    this.#proxy = proxy;
    this.#client = client;
    this.#startedAt = proxy.now();
    this.#method = head.method;
    this.#minor = head.minor;
    this.#keepAlive = head.keepAlive;
    this.#upgrade = head.upgrade;
    this.#target = proxy.accessLog === undefined ? "" : head.target(client.reader.buf);
    this.#movable = REPEATABLE.has(head.method);
    this.#request = proxy.buffers.take();
    head.forward(client.reader.buf, this.#request, client.address);
    const { chunked, contentLength } = head.fields;
    this.#body = chunked ? new ChunkedBody(true) : contentLength > 0 ? new LengthBody(contentLength) : noBody;
  }

  /** Runs to the end; tells whether the client's connection may stay. */
  async run(): Promise<boolean> {
    const { metrics, budget, buffers } = this.#proxy;
    metrics.inFlight++;
    budget.request(this.#startedAt);
    try {
      if (!this.#body.done) this.#body.pull(this.#client.reader, this.#request);
      const keep = await this.#run();
      buffers.give(this.#request);
      return keep;
    } finally {
      metrics.inFlight--;
      this.#client.onGone = this.#client.onDeadline = undefined;
    }
  }

  async #run(): Promise<boolean> {
    const { pool, queue } = this.#proxy;
    this.#client.onGone = () => {
      this.#gone = true;
      this.#upstream?.end("client_gone");
    };
    if (this.#body.done) this.#client.listen();
    for (;;) {
      const backend = pool.pick(this.#tried, this.#proxy.now());
      if (backend === undefined) return await this.#giveUp();
      if (backend === "full") {
        if (await queue.wait(QUEUE_MS)) continue;
        return await this.#answer(503, "overloaded", "Every backend has its fill of requests; try again.");
      }
      const upstream = await this.#connect(backend);
      if (upstream === undefined) continue;
      const outcome = await this.#attempt(upstream);
      if (outcome !== "failed") return outcome === "keep";
      if (this.#client.closed) return false;
      const last = this.#failed(upstream);
      if (last !== undefined) return await last();
    }
  }

  async #connect(backend: Backend): Promise<Upstream | undefined> {
    const { now, timeouts, metrics, onTrouble } = this.#proxy;
    const idle = backend.takeIdle(now(), this.#movable ? Infinity : FRESH_MS);
    if (idle !== undefined) return idle;
    try {
      return await backend.connect(timeouts.connectMs);
    } catch {
      this.#tried.push(backend.id);
      backend.health.connectFailed(now());
      metrics.retried("connect");
      onTrouble();
      return undefined;
    }
  }

  async #attempt(upstream: Upstream): Promise<Outcome> {
    const { now, timeouts, queue } = this.#proxy;
    this.#upstream = upstream;
    upstream.begin(this.#movable);
    if (this.#gone) upstream.end("client_gone");
    try {
      upstream.listen();
      if (this.#body.done) {
        this.#uploaded = true;
        upstream.await(now() + timeouts.readMs);
        // Whether the backend took it, its answer tells.
        await writeAll(upstream.conn, this.#request.view()).catch(ignore);
      } else {
        this.#upload(upstream);
      }
      const headEnd = await this.#readHead(upstream);
      if (upstream.settle() && queue.length > 0) queue.next();
      if (response.status === 101) return await this.#switch(upstream, headEnd);
      return await this.#relay(upstream, headEnd);
    } catch {
      upstream.close();
      return "failed";
    } finally {
      if (upstream.settle() && queue.length > 0) queue.next();
      if (upstream.closed) upstream.backend.forget(upstream);
      this.#upstream = undefined;
    }
  }

  /** Sends head and body as the client's bytes come; never rejects. */
  async #upload(upstream: Upstream): Promise<void> {
    const { now, timeouts } = this.#proxy;
    const { reader } = this.#client;
    const body = this.#body;
    this.#client.onDeadline = () => {
      this.#problem = new HttpProblem(408, "request_timeout", "The request's body took too long.");
      upstream.end("client_bad");
    };
    const write = async (bytes: Uint8Array) => {
      upstream.deadline = now() + timeouts.readMs;
      await writeAll(upstream.conn, bytes, () => upstream.deadline = now() + timeouts.readMs);
      upstream.deadline = Infinity;
    };
    try {
      await write(this.#request.view());
      let target = this.#request;
      while (!body.done && !upstream.closed) {
        const from = target.length;
        const direct = target === this.#request ? 0 : body.direct(reader);
        if (direct > 0) {
          await write(reader.buf.subarray(reader.start, reader.start + direct));
          reader.start += direct;
        } else {
          const pulled = body.pull(reader, target);
          if (target.length > from) await write(target.view(from));
          if (target !== this.#request) target.clear();
          else if (pulled === "full") {
            // Too large to be kept for another attempt.
            this.#movable = upstream.movable = false;
            target = new Outgoing(BODY_IN_FLIGHT);
          }
        }
        if (body.done || reader.available > 0 || upstream.closed) continue;
        reader.grow(BODY_IN_FLIGHT);
        await this.#client.more();
      }
      if (upstream.closed) return;
      this.#uploaded = true;
      this.#client.onDeadline = undefined;
      this.#client.listen();
    } catch (error) {
      if (error instanceof HttpProblem) {
        this.#problem = error;
        upstream.end("client_bad");
      } else if (this.#client.closed || reader.broken) upstream.end("client_gone");
      // Otherwise the backend takes no more: its answer, or its silence, tells why.
    }
    if (!upstream.closed && !upstream.answered) upstream.await(now() + timeouts.readMs);
  }

  /** Waits for the final answer's head, or 101, handing interim answers on: the index behind it. */
  async #readHead(upstream: Upstream): Promise<number> {
    const { reader } = upstream;
    let scanned = 0;
    let interim = 0;
    for (;;) {
      if (reader.available > 0) {
        upstream.answered = true;
        const end = findHeadEnd(reader.buf, reader.start + scanned, reader.end);
        if (end >= 0) {
          response.parse(reader.buf, reader.start, end);
          if (response.status >= 200 || response.status === 101) return end;
          if (++interim > MAX_INTERIM) throw badRequest("Too many interim answers.");
          const out = this.#proxy.buffers.take();
          if (this.#minor > 0) {
            response.forward(reader.buf, out, { backendLine: NOTHING, framing: "none", connection: "default" });
          }
          reader.start = end;
          scanned = 0;
          try {
            if (out.length > 0) await this.#client.send(out.view());
          } catch (error) {
            upstream.end("client_gone");
            throw error;
          }
          this.#proxy.buffers.give(out);
          continue;
        }
        if (reader.available >= MAX_RESPONSE_HEAD) throw badRequest("A response's head is too large.");
        if (reader.available === reader.buf.length) reader.grow(MAX_RESPONSE_HEAD);
        scanned = Math.max(0, reader.available - 3);
      }
      if (!(await reader.fill())) throw new Deno.errors.UnexpectedEof("The backend closed the connection");
    }
  }

  /** Hands the final answer on. */
  async #relay(upstream: Upstream, headEnd: number): Promise<Outcome> {
    const { backend, reader } = upstream;
    const { now, pool, buffers, metrics } = this.#proxy;
    const client = this.#client;
    const { status } = response;
    const framing = response.framing(this.#method);
    const outer: Framing = framing === "chunked" || framing === "close"
      ? (this.#minor > 0 ? "chunked" : "close")
      : framing;
    const reusable = response.keepAlive && framing !== "close";
    const keep = this.#keepAlive && this.#uploaded && outer !== "close" && !this.#proxy.stopping;
    const out = buffers.take();
    response.forward(reader.buf, out, {
      backendLine: backend.line,
      framing: outer,
      connection: !keep ? "close" : this.#minor === 0 ? "keep-alive" : "default",
    });
    const body = bodyOf(framing, outer, response.fields.contentLength);
    reader.start = headEnd;
    this.#status = status;
    backend.errorShare += ((status >= 500 ? 1 : 0) - backend.errorShare) / 16;
    backend.health.answered(status, now(), () => pool.mayGoOut(backend));
    upstream.deadline = Infinity;
    try {
      await this.#relayBody(upstream, body, out);
    } catch (error) {
      // The head is out: what is left is to break off, so that the client sees that something is missing.
      metrics.aborted(
        client.closed || upstream.cut === "client_gone" || !(reader.broken || error instanceof HttpProblem)
          ? "client"
          : "backend",
      );
      this.#size = body.size;
      this.#count(backend.id);
      upstream.close();
      client.close();
      return "close";
    }
    buffers.give(out);
    this.#size = body.size;
    this.#count(backend.id);
    if (!this.#uploaded || !reusable || !upstream.fresh) upstream.close();
    else backend.release(upstream, now());
    return keep && this.#uploaded ? "keep" : "close";
  }

  async #relayBody(upstream: Upstream, body: Body, out: Outgoing): Promise<void> {
    const { reader } = upstream;
    const { now, timeouts } = this.#proxy;
    const client = this.#client;
    for (;;) {
      const direct = out.length === 0 ? body.direct(reader) : 0;
      if (direct > 0) {
        await client.send(reader.buf.subarray(reader.start, reader.start + direct));
        reader.start += direct;
        if (body.done) return;
      } else {
        const pulled = out.length > 0 && reader.available > COPIED ? "full" : body.pull(reader, out);
        if (out.length > 0) await client.send(out.view());
        out.clear();
        if (pulled === "done") return;
        if (pulled === "full") continue;
      }
      if (reader.available > 0 && direct > 0) continue;
      reader.grow(BODY_IN_FLIGHT);
      if (this.#uploaded) upstream.deadline = now() + timeouts.readMs;
      await reader.fill();
      upstream.deadline = Infinity;
    }
  }

  /** Both sides agreed on another protocol: from here on only bytes. */
  async #switch(upstream: Upstream, headEnd: number): Promise<Outcome> {
    const { reader, backend } = upstream;
    if (!this.#upgrade) throw badRequest("The backend switches protocols unasked.");
    const out = this.#proxy.buffers.take();
    response.forward(reader.buf, out, { backendLine: backend.line, framing: "none", connection: "upgrade" });
    reader.start = headEnd;
    this.#status = 101;
    upstream.deadline = Infinity;
    backend.health.answered(101, this.#proxy.now(), () => false);
    try {
      await this.#client.send(out.view());
      await tunnel(this.#client, upstream, this.#proxy.now);
    } catch {
      this.#proxy.metrics.aborted("client");
    }
    this.#count(backend.id);
    upstream.close();
    this.#client.close();
    return "close";
  }

  /** What follows a failed attempt: the last answer, or undefined for another attempt. */
  #failed(upstream: Upstream): (() => Promise<boolean>) | undefined {
    const { backend, cut, answered, reused } = upstream;
    const { now, budget, metrics, onTrouble } = this.#proxy;
    if (cut === "client_gone") {
      return () => {
        this.#status = 499;
        this.#count("none");
        this.#client.close();
        return Promise.resolve(false);
      };
    }
    if (cut === "client_bad") {
      const { status, code, message } = this.#problem!;
      return () => this.#answer(status, code, message);
    }
    const stale = reused && !answered && cut === undefined;
    if (stale) backend.closeIdle(0, true);
    else this.#tried.push(backend.id);
    if (cut === "timeout") backend.health.failed("timeout", now());
    else if (!stale && cut === undefined) backend.health.failed("broken", now());
    onTrouble();
    if (answered && cut !== "timeout") {
      return () => this.#unavailable(502, "bad_gateway", `The backend ${backend.id} gave a broken answer.`);
    }
    // Who rescued it took it out of the budget.
    const movable = this.#movable && !answered && !(cut === "timeout" && this.#timedOut) &&
      (cut === "rescued" || budget.take(now()));
    if (cut === "timeout") this.#timedOut = true;
    if (movable) {
      metrics.retried(cut ?? (stale ? "stale" : "broken"));
      return undefined;
    }
    if (stale) this.#tried.push(backend.id);
    return cut === "timeout" ? () => this.#tooSlow() : () => this.#giveUp();
  }

  #giveUp(): Promise<boolean> {
    if (this.#timedOut) return this.#tooSlow();
    const message = this.#proxy.pool.members.length === 0
      ? "No backend is known: start one, or check PM_URL and BACKENDS."
      : "No backend could take the request: see GET /healthz of the balancer and the backends' logs.";
    return this.#unavailable(502, "upstream_unavailable", message);
  }

  #tooSlow(): Promise<boolean> {
    const seconds = this.#proxy.timeouts.readMs / 1000;
    return this.#unavailable(504, "upstream_timeout", `No backend answered within ${seconds} s (LB_READ_TIMEOUT).`);
  }

  #unavailable(status: number, code: string, message: string): Promise<boolean> {
    return this.#answer(status, code, message, { tried: [...new Set(this.#tried)] });
  }

  async #answer(status: number, code: string, message: string, details = {}): Promise<boolean> {
    this.#status = status;
    this.#count("none");
    const keep = this.#keepAlive && this.#body.done;
    const answer = errorAnswer(status, code, message, details);
    this.#size = answer.body.length;
    return await this.#client.answer(answer, { method: this.#method, minor: this.#minor, keep });
  }

  #count(backend: string): void {
    const { metrics, accessLog, now } = this.#proxy;
    const durationMs = now() - this.#startedAt;
    metrics.answered(backend, this.#status, durationMs / 1000);
    accessLog?.write({
      client: this.#client.address,
      method: this.#method,
      target: this.#target,
      status: this.#status,
      bytes: this.#size,
      durationMs,
      backend,
      tried: this.#tried,
    });
  }
}

const NOTHING = new Uint8Array();

function ignore(): void {}

function bodyOf(framing: Framing, outer: Framing, length: number): Body {
  if (framing === "none") return noBody;
  if (framing === "length") return new LengthBody(length);
  return framing === "chunked" ? new ChunkedBody(outer === "chunked") : new CloseBody(outer === "chunked");
}
