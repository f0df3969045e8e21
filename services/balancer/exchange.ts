import { type Answer, errorAnswer } from "./answer.ts";
import type { BackendConnection } from "./backend.ts";
import type { Downstream } from "./downstream.ts";
import { Dispatch } from "./dispatch.ts";
import { bodyOf, COPIED, outerFraming, relayBody, takeHead } from "./download.ts";
import { ExchangeRecord } from "./exchange_record.ts";
import type { Inbound } from "./inbound.ts";
import type { Proxy } from "./proxy.ts";
import { tunnel } from "./tunnel.ts";
import { badRequest, type Framing, HttpProblem, type Outgoing, type ResponseHead } from "../lib/http1/mod.ts";

/** Interim answers (1xx) that one request may get. */
const MAX_INTERIM = 16;

/** One request, from its head to the last byte of its answer. */
export class Exchange {
  readonly #proxy: Proxy;
  readonly #client: Downstream;
  readonly #inbound: Inbound;
  readonly #dispatch: Dispatch;
  readonly #record: ExchangeRecord;
  readonly #response: ResponseHead;
  /** The request's bytes are no longer read. */
  #sent = false;
  /** Whether the client's connection may stay. */
  #keep = false;

  constructor(proxy: Proxy, client: Downstream, inbound: Inbound) {
    this.#proxy = proxy;
    this.#client = client;
    this.#inbound = inbound;
    this.#dispatch = new Dispatch(proxy, { client, inbound });
    this.#response = proxy.responseHead;
    this.#record = new ExchangeRecord(proxy.clock.precise());
  }

  /** The client's connection broke. */
  clientGone(): void {
    this.#dispatch.clientGone = true;
    this.#dispatch.connection?.end("client_gone");
  }

  /** Whether all of the request is there. */
  get arrived(): boolean {
    return this.#inbound.body.done;
  }

  /** Sends the request at once, if that can be done; see {@linkcode Dispatch.trySend}. */
  trySend(): BackendConnection | undefined {
    return this.#dispatch.trySend();
  }

  /**
   * Takes the answer, if all of it arrived in one piece: what the client gets, with the backend's connection let go, to
   * be followed by {@linkcode complete}. Undefined leaves everything to {@linkcode run}.
   */
  tryRelay(connection: BackendConnection): Outgoing | undefined {
    const { reader } = connection;
    let headEnd: number;
    try {
      headEnd = connection.cut === undefined ? takeHead(connection, this.#response) : -1;
    } catch {
      return;
    }
    if (headEnd < 0 || this.#response.status < 200) return;
    const framing = this.#response.framing(this.#inbound.method);
    const size = framing === "length" ? this.#response.fields.contentLength : 0;
    if (framing === "chunked" || framing === "close" || size > COPIED || size > reader.end - headEnd) return;
    const reusable = this.#response.keepAlive;
    const out = this.#open(connection, headEnd, framing);
    out.copy(reader.buf, headEnd, headEnd + size);
    reader.start = headEnd + size;
    this.#record.size = size;
    this.#letGo(connection, reusable);
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
    let connection = sent;
    for (;;) {
      connection ??= await this.#dispatch.dispatch();
      if (connection === undefined) {
        if (await this.#dispatch.failures().waitForRecovery() && !this.#dispatch.clientGone && !this.#client.closed) {
          continue;
        }
        return await this.#answer(this.#dispatch.failures().answer());
      }
      if (await this.#finish(connection)) return this.#keep;
      if (this.#client.closed) return false;
      if (connection.cut === "client_gone") {
        this.#record.status = 499;
        this.#count();
        this.#client.close();
        return false;
      }
      const { problem } = this.#inbound;
      if (connection.cut === "client_bad" && problem !== undefined) {
        return await this.#answer(errorAnswer(problem.status, problem.code, problem.message));
      }
      if (!this.#dispatch.failures().failed(connection, this.#inbound)) {
        return await this.#answer(this.#dispatch.failures().answer());
      }
      connection = undefined;
    }
  }

  /** Releases the buffers of the exchange. */
  release(): void {
    // A buffer that a write may still read is left to the garbage collector.
    if (this.#sent) this.#proxy.buffers.give(this.#inbound.bytes);
  }

  /** Receives the response and forwards it; false when there is none and nothing was sent to the client. */
  async #finish(connection: BackendConnection): Promise<boolean> {
    let interim = 0;
    try {
      for (;;) {
        const headEnd = takeHead(connection, this.#response);
        if (headEnd < 0) {
          if (await connection.reader.fill()) continue;
          throw new Deno.errors.UnexpectedEof("The backend gave no answer");
        }
        if (this.#response.status === 101) return await this.#switch(connection, headEnd);
        if (this.#response.status >= 200) return await this.#relay(connection, headEnd);
        if (++interim > MAX_INTERIM) throw badRequest("Too many interim answers.");
        await this.#interim(connection, headEnd);
      }
    } catch {
      connection.close();
      return false;
    } finally {
      this.#dispatch.settle(connection);
      if (connection.closed) connection.backend.forget(connection);
      this.#dispatch.connection = undefined;
    }
  }

  async #interim(connection: BackendConnection, headEnd: number): Promise<void> {
    const { reader } = connection;
    const out = this.#proxy.buffers.take();
    this.#response.forward(reader.buf, out, { backendLine: NOTHING, framing: "none", connection: "default" });
    reader.start = headEnd;
    try {
      if (this.#inbound.minor > 0) await this.#client.send(out.view());
    } catch (error) {
      connection.end("client_gone");
      throw error;
    }
    this.#proxy.buffers.give(out);
  }

  /** The final response arrived: records it, and starts the client's response with its head. */
  #open(connection: BackendConnection, headEnd: number, framing: Framing): Outgoing {
    const { backend, reader } = connection;
    const { pool, buffers, stopping, clock } = this.#proxy;
    const { minor, keepAlive, uploaded } = this.#inbound;
    this.#dispatch.settle(connection);
    connection.deadline.clear();
    this.#record.status = this.#response.status;
    this.#record.answeredBy = backend.id;
    backend.answered(this.#response.status, clock.coarse, pool);
    this.#dispatch.attempts?.settled(clock.coarse);
    const outer = outerFraming(framing, minor);
    this.#keep = keepAlive && uploaded && outer !== "close" && !stopping;
    const out = buffers.take();
    this.#response.forward(reader.buf, out, {
      backendLine: backend.line,
      framing: outer,
      connection: !this.#keep ? "close" : minor === 0 ? "keep-alive" : "default",
    });
    reader.start = headEnd;
    return out;
  }

  /**
   * Forwards the final response; true, because the client has received its beginning.
   *
   * @throws {HttpProblem} as long as nothing went to the client.
   */
  async #relay(connection: BackendConnection, headEnd: number): Promise<true> {
    const inbound = this.#inbound;
    const framing = this.#response.framing(inbound.method);
    const reusable = this.#response.keepAlive && framing !== "close";
    const body = bodyOf(framing, outerFraming(framing, inbound.minor), this.#response.fields.contentLength);
    const out = this.#open(connection, headEnd, framing);
    // A response that is broken at its start is found before anything was sent.
    const complete = connection.reader.available <= COPIED && body.pull(connection.reader, out) === "done";
    const readMs = () => inbound.uploaded ? this.#proxy.timeouts.readMs : undefined;
    try {
      if (complete) await this.#client.send(out.view());
      else await relayBody(body, connection, this.#client, { out, readMs });
    } catch (error) {
      // The head was sent: only closing the connection can show the client that something is missing.
      const byClient = this.#client.closed || connection.cut === "client_gone" || !(error instanceof HttpProblem);
      this.#proxy.metrics.aborted(byClient ? "client" : "backend");
      connection.close();
      this.#client.close();
    }
    this.#record.size = body.size;
    this.#keep &&= inbound.uploaded;
    if (!connection.closed) this.#letGo(connection, reusable && inbound.uploaded);
    this.#proxy.buffers.give(out);
    this.#count();
    return true;
  }

  /** The exchange is complete on the backend's side. */
  #letGo(connection: BackendConnection, reusable: boolean): void {
    this.#dispatch.connection = undefined;
    this.#sent = this.#inbound.uploaded && !connection.sending;
    if (reusable) connection.release(this.#proxy.clock.coarse);
    else connection.drop();
  }

  /** Both sides switched protocols: from here on only bytes. */
  async #switch(connection: BackendConnection, headEnd: number): Promise<true> {
    const { reader, backend } = connection;
    const client = this.#client;
    if (!this.#inbound.upgrade) throw badRequest("The backend switches protocols unasked.");
    const out = this.#proxy.buffers.take();
    this.#response.forward(reader.buf, out, { backendLine: backend.line, framing: "none", connection: "upgrade" });
    reader.start = headEnd;
    connection.deadline.clear();
    this.#record.status = 101;
    this.#record.answeredBy = backend.id;
    try {
      await client.send(out.view());
      await tunnel(client, connection);
    } catch {
      this.#proxy.metrics.aborted("client");
    }
    this.#count();
    connection.close();
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
