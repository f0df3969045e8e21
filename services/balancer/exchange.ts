import { type Answer, errorAnswer } from "./answer.ts";
import type { BackendConnection } from "./backend.ts";
import type { Downstream } from "./downstream.ts";
import { Dispatch } from "./dispatch.ts";
import { bodyOf, COPIED, outerFraming, relayBody, takeHead } from "./download.ts";
import { ExchangeRecord } from "./exchange_record.ts";
import type { Inbound } from "./inbound.ts";
import type { Proxy } from "./proxy.ts";
import { tunnel } from "./tunnel.ts";
import { badRequest, type Framing, HttpProblem, type Outgoing, ResponseHead } from "../lib/http1/mod.ts";

/** Interim answers (1xx) that one request may get. */
const MAX_INTERIM = 16;

/** Parsing and using a head happens in one go, so one of it serves all connections. */
const response = new ResponseHead();

/** One request, from its head to the last byte of its answer. */
export class Exchange {
  readonly #proxy: Proxy;
  readonly #client: Downstream;
  readonly #inbound: Inbound;
  readonly #dispatch: Dispatch;
  readonly #record: ExchangeRecord;
  /** Nobody reads the request's bytes any more. */
  #sent = false;
  /** Whether the client's connection may stay. */
  #keep = false;

  constructor(proxy: Proxy, client: Downstream, inbound: Inbound) {
    this.#proxy = proxy;
    this.#client = client;
    this.#inbound = inbound;
    this.#dispatch = new Dispatch(proxy, { client, inbound });
    this.#record = new ExchangeRecord(proxy.now());
  }

  /** The client's connection broke. */
  clientGone(): void {
    this.#dispatch.clientGone = true;
    this.#dispatch.upstream?.end("client_gone");
  }

  /** Sends the request at once, if that can be done; see {@linkcode Dispatch.atOnce}. */
  sendAtOnce(): BackendConnection | undefined {
    return this.#dispatch.atOnce();
  }

  /**
   * Takes the answer, if all of it arrived in one piece: what the client gets, with the backend's connection let go, to
   * be followed by {@linkcode complete}. Undefined leaves everything to {@linkcode run}.
   */
  answerAtOnce(upstream: BackendConnection): Outgoing | undefined {
    const { reader } = upstream;
    let headEnd: number;
    try {
      headEnd = upstream.cut === undefined ? takeHead(upstream, response) : -1;
    } catch {
      return;
    }
    if (headEnd < 0 || response.status < 200) return;
    const framing = response.framing(this.#inbound.method);
    const size = framing === "length" ? response.fields.contentLength : 0;
    if (framing === "chunked" || framing === "close" || size > COPIED || size > reader.end - headEnd) return;
    const reusable = response.keepAlive;
    const out = this.#open(upstream, headEnd, framing);
    out.copy(reader.buf, headEnd, headEnd + size);
    reader.start = headEnd + size;
    this.#record.size = size;
    this.#letGo(upstream, reusable);
    return out;
  }

  /** The answer is sent; tells whether the client's connection may stay. */
  complete(out: Outgoing): boolean {
    this.#proxy.buffers.give(out);
    this.#count();
    return this.#keep;
  }

  /** Runs to the end, from `sent` on if the request was sent already; tells whether the client's connection may stay. */
  async run(sent: BackendConnection | undefined): Promise<boolean> {
    let upstream = sent;
    for (;;) {
      upstream ??= await this.#dispatch.somewhere();
      if (upstream === undefined) {
        if (await this.#dispatch.failures().hope() && !this.#dispatch.clientGone && !this.#client.closed) continue;
        return await this.#answer(this.#dispatch.failures().answer());
      }
      if (await this.#finish(upstream)) return this.#keep;
      if (this.#client.closed) return false;
      if (upstream.cut === "client_gone") {
        this.#record.status = 499;
        this.#count();
        this.#client.close();
        return false;
      }
      const { problem } = this.#inbound;
      if (upstream.cut === "client_bad" && problem !== undefined) {
        return await this.#answer(errorAnswer(problem.status, problem.code, problem.message));
      }
      if (!this.#dispatch.failures().failed(upstream, this.#inbound)) {
        return await this.#answer(this.#dispatch.failures().answer());
      }
      upstream = undefined;
    }
  }

  /** Gives back what the exchange held. */
  release(): void {
    // What a write may still be reading is left to the garbage collector.
    if (this.#sent) this.#proxy.buffers.give(this.#inbound.bytes);
  }

  /** Takes the answer and hands it on; false when there is none, and nothing of one went to the client. */
  async #finish(upstream: BackendConnection): Promise<boolean> {
    let interim = 0;
    try {
      for (;;) {
        const headEnd = takeHead(upstream, response);
        if (headEnd < 0) {
          if (await upstream.reader.fill()) continue;
          throw new Deno.errors.UnexpectedEof("The backend gave no answer");
        }
        if (response.status === 101) return await this.#switch(upstream, headEnd);
        if (response.status >= 200) return await this.#relay(upstream, headEnd);
        if (++interim > MAX_INTERIM) throw badRequest("Too many interim answers.");
        await this.#interim(upstream, headEnd);
      }
    } catch {
      upstream.close();
      return false;
    } finally {
      this.#dispatch.settle(upstream);
      if (upstream.closed) upstream.backend.forget(upstream);
      this.#dispatch.upstream = undefined;
    }
  }

  async #interim(upstream: BackendConnection, headEnd: number): Promise<void> {
    const { reader } = upstream;
    const out = this.#proxy.buffers.take();
    response.forward(reader.buf, out, { backendLine: NOTHING, framing: "none", connection: "default" });
    reader.start = headEnd;
    try {
      if (this.#inbound.minor > 0) await this.#client.send(out.view());
    } catch (error) {
      upstream.end("client_gone");
      throw error;
    }
    this.#proxy.buffers.give(out);
  }

  /** The final answer is there: takes in what it says, and begins what the client gets with its head. */
  #open(upstream: BackendConnection, headEnd: number, framing: Framing): Outgoing {
    const { backend, reader } = upstream;
    const { pool, buffers, stopping, sweptAt } = this.#proxy;
    const { minor, keepAlive, uploaded } = this.#inbound;
    this.#dispatch.settle(upstream);
    upstream.watch.clear();
    this.#record.status = response.status;
    this.#record.answeredBy = backend.id;
    backend.answered(response.status, sweptAt, pool);
    this.#dispatch.attempts?.settled(sweptAt);
    const outer = outerFraming(framing, minor);
    this.#keep = keepAlive && uploaded && outer !== "close" && !stopping;
    const out = buffers.take();
    response.forward(reader.buf, out, {
      backendLine: backend.line,
      framing: outer,
      connection: !this.#keep ? "close" : minor === 0 ? "keep-alive" : "default",
    });
    reader.start = headEnd;
    return out;
  }

  /**
   * Hands the final answer on; true, as whatever happens then the client had its beginning.
   *
   * @throws {HttpProblem} as long as nothing went to the client.
   */
  async #relay(upstream: BackendConnection, headEnd: number): Promise<true> {
    const inbound = this.#inbound;
    const framing = response.framing(inbound.method);
    const reusable = response.keepAlive && framing !== "close";
    const body = bodyOf(framing, outerFraming(framing, inbound.minor), response.fields.contentLength);
    const out = this.#open(upstream, headEnd, framing);
    // What is broken from its beginning is found before anything went out.
    const complete = upstream.reader.available <= COPIED && body.pull(upstream.reader, out) === "done";
    const readMs = () => inbound.uploaded ? this.#proxy.timeouts.readMs : undefined;
    try {
      if (complete) await this.#client.send(out.view());
      else await relayBody(body, upstream, this.#client, { out, readMs });
    } catch (error) {
      // The head is out: what is left is to end the connection, so that the client sees that something is missing.
      const byClient = this.#client.closed || upstream.cut === "client_gone" || !(error instanceof HttpProblem);
      this.#proxy.metrics.aborted(byClient ? "client" : "backend");
      upstream.close();
      this.#client.close();
    }
    this.#record.size = body.size;
    this.#keep &&= inbound.uploaded;
    if (!upstream.closed) this.#letGo(upstream, reusable && inbound.uploaded);
    this.#proxy.buffers.give(out);
    this.#count();
    return true;
  }

  /** The exchange is complete on the backend's side. */
  #letGo(upstream: BackendConnection, reusable: boolean): void {
    this.#dispatch.upstream = undefined;
    this.#sent = this.#inbound.uploaded && !upstream.sending;
    if (reusable) upstream.release(this.#proxy.sweptAt);
    else upstream.drop();
  }

  /** Both sides agreed on another protocol: from here on only bytes. */
  async #switch(upstream: BackendConnection, headEnd: number): Promise<true> {
    const { reader, backend } = upstream;
    const client = this.#client;
    if (!this.#inbound.upgrade) throw badRequest("The backend switches protocols unasked.");
    const out = this.#proxy.buffers.take();
    response.forward(reader.buf, out, { backendLine: backend.line, framing: "none", connection: "upgrade" });
    reader.start = headEnd;
    upstream.watch.clear();
    this.#record.status = 101;
    this.#record.answeredBy = backend.id;
    try {
      await client.send(out.view());
      await tunnel(client, upstream);
    } catch {
      this.#proxy.metrics.aborted("client");
    }
    this.#count();
    upstream.close();
    client.close();
    return true;
  }

  /** Answers with an error of the balancer's own; tells whether the client's connection may stay. */
  async #answer(answer: Answer): Promise<boolean> {
    const { method, minor, keepAlive, body } = this.#inbound;
    this.#record.status = answer.status;
    this.#record.size = answer.body.length;
    this.#count();
    return await this.#client.answer(answer, { method, minor, keep: keepAlive && body.done });
  }

  #count(): void {
    this.#record.end(this.#proxy, { client: this.#client, inbound: this.#inbound, tried: this.#dispatch.tried });
  }
}

const NOTHING = new Uint8Array();
