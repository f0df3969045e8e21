import { errorAnswer } from "./answer.ts";
import type { Backend } from "./backend.ts";
import type { Client } from "./client.ts";
import { appendBody, bodyOf, readHead, relayBody } from "./download.ts";
import type { Inbound } from "./inbound.ts";
import type { Proxy } from "./proxy.ts";
import { tunnel } from "./tunnel.ts";
import { upload } from "./upload.ts";
import type { Upstream } from "./upstream.ts";
import { badRequest, type Body, type Framing, HttpProblem, type Outgoing, ResponseHead, writeAll } from "./wire/mod.ts";

/**
 * A request that may not be sent twice takes no connection that was idle for longer, in milliseconds: a backend that
 * closes it at that moment would cost the request.
 */
const FRESH_MS = 500;
/** How long a request may wait for a backend with room, in milliseconds. */
const QUEUE_MS = 2_000;

/** Parsing and using a head happens in one go, so one of it serves all connections. */
const response = new ResponseHead();

/** How an attempt ended. */
type Outcome = "keep" | "close" | "failed";

/** One request, from its head to the last byte of its answer. */
export class Exchange {
  readonly #proxy: Proxy;
  readonly #client: Client;
  readonly #inbound: Inbound;
  readonly #startedAt: number;
  #upstream: Upstream | undefined;
  #gone = false;
  #timedOut = false;
  #tried: string[] = [];

  constructor(proxy: Proxy, client: Client, inbound: Inbound) {
    this.#proxy = proxy;
    this.#client = client;
    this.#inbound = inbound;
    this.#startedAt = proxy.now();
  }

  /** The client's connection broke. */
  clientGone(): void {
    this.#gone = true;
    this.#upstream?.end("client_gone");
  }

  /** Runs to the end; tells whether the client's connection may stay. */
  async run(): Promise<boolean> {
    const { pool, queue, budget } = this.#proxy;
    const client = this.#client;
    const { body, bytes, movable } = this.#inbound;
    let now = this.#startedAt;
    budget.request(now);
    if (body.done || body.pull(client.reader, bytes) === "done") client.listen();
    for (;;) {
      const backend = pool.pick(this.#tried, now);
      if (backend === undefined) return await this.#giveUp();
      if (backend === "full") {
        if (await queue.wait(QUEUE_MS)) continue;
        return await this.#answer(503, "overloaded", "Every backend has its fill of requests; try again.");
      }
      const upstream = backend.takeIdle(now, movable ? Infinity : FRESH_MS) ?? await this.#connect(backend);
      if (upstream !== undefined) {
        const outcome = await this.#attempt(upstream);
        if (outcome !== "failed") return outcome === "keep";
        if (client.closed) return false;
        const last = this.#failed(upstream);
        if (last !== undefined) return await last();
      }
      now = this.#proxy.now();
    }
  }

  async #connect(backend: Backend): Promise<Upstream | undefined> {
    const { now, timeouts, metrics, onTrouble } = this.#proxy;
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
    const { timeouts, queue } = this.#proxy;
    const inbound = this.#inbound;
    this.#upstream = upstream;
    upstream.begin(inbound.movable);
    if (this.#gone) upstream.end("client_gone");
    try {
      upstream.listen();
      if (inbound.body.done) {
        inbound.uploaded = true;
        upstream.await(timeouts.readMs);
        // Whether the backend took it, its answer tells.
        await writeAll(upstream.conn, inbound.bytes.view(), upstream.watch).catch(ignore);
      } else {
        upload(inbound, this.#client, upstream, timeouts.readMs);
      }
      const headEnd = await readHead(upstream, response, this.#onInterim);
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

  readonly #onInterim = async (): Promise<void> => {
    const { reader } = this.#upstream!;
    if (this.#inbound.minor === 0) return;
    const out = this.#proxy.buffers.take();
    response.forward(reader.buf, out, { backendLine: NOTHING, framing: "none", connection: "default" });
    try {
      await this.#client.send(out.view());
    } catch (error) {
      this.#upstream?.end("client_gone");
      throw error;
    }
    this.#proxy.buffers.give(out);
  };

  /** Hands the final answer on. */
  async #relay(upstream: Upstream, headEnd: number): Promise<Outcome> {
    const { backend, reader } = upstream;
    const { pool, buffers } = this.#proxy;
    const { method, minor, keepAlive, uploaded } = this.#inbound;
    const { status } = response;
    const framing = response.framing(method);
    const outer: Framing = framing === "length" || framing === "none" ? framing : minor > 0 ? "chunked" : "close";
    const reusable = response.keepAlive && framing !== "close";
    const keep = keepAlive && uploaded && outer !== "close" && !this.#proxy.stopping;
    const out = buffers.take();
    response.forward(reader.buf, out, {
      backendLine: backend.line,
      framing: outer,
      connection: !keep ? "close" : minor === 0 ? "keep-alive" : "default",
    });
    const body = bodyOf(framing, outer, response.fields.contentLength);
    reader.start = headEnd;
    upstream.watch.clear();
    backend.answered(status, this.#startedAt, pool);
    try {
      if (appendBody(body, upstream, out)) {
        if (uploaded) this.#letGo(upstream, reusable);
        await this.#client.send(out.view());
      } else {
        const readMs = () => this.#inbound.uploaded ? this.#proxy.timeouts.readMs : undefined;
        await relayBody(body, upstream, this.#client, { out, readMs });
        if (this.#inbound.uploaded) this.#letGo(upstream, reusable);
      }
    } catch (error) {
      return this.#brokenOff(upstream, { status, body, error });
    }
    buffers.give(out);
    this.#count(backend.id, status, body.size);
    if (this.#inbound.uploaded) return keep ? "keep" : "close";
    upstream.close();
    return "close";
  }

  /** The exchange is complete on the backend's side. */
  #letGo(upstream: Upstream, reusable: boolean): void {
    this.#upstream = undefined;
    if (reusable && upstream.fresh) upstream.backend.release(upstream, this.#proxy.now());
    else {
      upstream.close();
      upstream.backend.forget(upstream);
    }
  }

  /** The head is out: what is left is to end the connection, so that the client sees that something is missing. */
  #brokenOff(upstream: Upstream, sent: { status: number; body: Body; error: unknown }): Outcome {
    const byBackend = upstream.reader.broken || sent.error instanceof HttpProblem;
    const byClient = this.#client.closed || upstream.cut === "client_gone";
    this.#proxy.metrics.aborted(byBackend && !byClient ? "backend" : "client");
    this.#count(upstream.backend.id, sent.status, sent.body.size);
    upstream.close();
    this.#client.close();
    return "close";
  }

  /** Both sides agreed on another protocol: from here on only bytes. */
  async #switch(upstream: Upstream, headEnd: number): Promise<Outcome> {
    const { reader, backend } = upstream;
    if (!this.#inbound.upgrade) throw badRequest("The backend switches protocols unasked.");
    const out: Outgoing = this.#proxy.buffers.take();
    response.forward(reader.buf, out, { backendLine: backend.line, framing: "none", connection: "upgrade" });
    reader.start = headEnd;
    upstream.watch.clear();
    try {
      await this.#client.send(out.view());
      await tunnel(this.#client, upstream);
    } catch {
      this.#proxy.metrics.aborted("client");
    }
    this.#count(backend.id, 101, 0);
    upstream.close();
    this.#client.close();
    return "close";
  }

  /** What follows a failed attempt: the last answer, or undefined for another attempt. */
  #failed(upstream: Upstream): (() => Promise<boolean>) | undefined {
    const { backend, cut, answered, reused } = upstream;
    const { now, budget, metrics, onTrouble } = this.#proxy;
    if (cut === "client_gone") {
      this.#count("none", 499, 0);
      this.#client.close();
      return () => Promise.resolve(false);
    }
    if (cut === "client_bad") {
      const { status, code, message } = this.#inbound.problem!;
      return () => this.#answer(status, code, message);
    }
    // A kept connection that ends without a byte says nothing about the backend but that it closed it.
    const stale = reused && !answered && cut === undefined;
    if (stale) backend.closeIdle(0, true);
    else {
      this.#tried.push(backend.id);
      if (cut !== "rescued") backend.health.failed(cut === "timeout" ? "timeout" : "broken", now());
    }
    onTrouble();
    if (answered && cut !== "timeout") {
      return () => this.#unavailable(502, "bad_gateway", `The backend ${backend.id} gave a broken answer.`);
    }
    // A time-out moves on once only; who rescued a request took it out of the budget.
    const movable = this.#inbound.movable && !answered && !(cut === "timeout" && this.#timedOut) &&
      (cut === "rescued" || budget.take(now()));
    if (cut === "timeout") this.#timedOut = true;
    if (movable) {
      metrics.retried(cut ?? (stale ? "stale" : "broken"));
      return undefined;
    }
    if (stale) this.#tried.push(backend.id);
    return () => this.#giveUp();
  }

  #giveUp(): Promise<boolean> {
    const { pool, timeouts } = this.#proxy;
    if (this.#timedOut) {
      const message = `No backend answered within ${timeouts.readMs / 1000} s (LB_READ_TIMEOUT).`;
      return this.#unavailable(504, "upstream_timeout", message);
    }
    const message = pool.members.length === 0
      ? "No backend is known: start one, or check PM_URL and BACKENDS."
      : "No backend could take the request: see GET /healthz of the balancer and the backends' logs.";
    return this.#unavailable(502, "upstream_unavailable", message);
  }

  #unavailable(status: number, code: string, message: string): Promise<boolean> {
    return this.#answer(status, code, message, { tried: [...new Set(this.#tried)] });
  }

  async #answer(status: number, code: string, message: string, details = {}): Promise<boolean> {
    const { method, minor, keepAlive, body } = this.#inbound;
    const answer = errorAnswer(status, code, message, details);
    this.#count("none", status, answer.body.length);
    return await this.#client.answer(answer, { method, minor, keep: keepAlive && body.done });
  }

  #count(backend: string, status: number, bytes: number): void {
    const { metrics, accessLog, now } = this.#proxy;
    const durationMs = now() - this.#startedAt;
    metrics.answered(backend, status, durationMs / 1000);
    if (accessLog === undefined) return;
    const { method, target } = this.#inbound;
    accessLog.write({
      client: this.#client.address,
      method,
      target,
      status,
      bytes,
      durationMs,
      backend,
      tried: this.#tried,
    });
  }
}

const NOTHING = new Uint8Array();

function ignore(): void {}
