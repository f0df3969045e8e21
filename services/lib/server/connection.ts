import {
  badRequest,
  ChunkedBody,
  findHeadEnd,
  HttpProblem,
  latin1,
  LengthBody,
  noBody,
  Reader,
  RequestHead,
  writeAll,
} from "../http1/mod.ts";
import { bodyTooLarge, IncomingBody } from "./incoming_body.ts";
import type { Limits } from "./limits.ts";
import { jsonAnswer, writeResponse } from "./outgoing_response.ts";

/** What a handler knows of the connection beside the request. */
export interface ConnectionInfo {
  readonly remoteAddr: Deno.NetAddr;
}

/** Answers a request. */
export type Handler = (request: Request, info: ConnectionInfo) => Response | Promise<Response>;

/**
 * Answers a plain request at once, with JSON and 200, where that can be done without a request object; undefined leaves it
 * to the {@linkcode Handler}. `target` is the path with its query, as it was sent.
 */
export type Quick = (method: string, target: string) => string | undefined;

/** What all connections of a server share. */
export interface Shared {
  readonly handler: Handler;
  readonly quick: Quick;
  readonly limits: Limits;
  /** Called with the error of a failed handler. */
  readonly report: (text: string) => void;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** The server ends: no further request is taken on this connection. */
  stopping: boolean;
}

/** Where a connection is: waiting for a request, taking one in, or waiting for and sending its answer. */
export type Stage = "idle" | "head" | "body" | "answer";

const READER_BYTES = 4 * 1024;
/** After a refusal a client gets this long to read it. */
const LINGER_MS = 1_000;
const LINGER_BYTES = 256 * 1024;
const CONTINUE = new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n");

/** Parsing and using a head happens in one go, so one of it serves all connections. */
const head = new RequestHead();

/** One client's connection: its requests, one after the other. */
export class Connection {
  readonly address: string;
  stage: Stage = "head";
  /** When the stage has lasted too long, on the shared clock; Infinity while nothing is waited for. */
  deadline: number;
  /** Since when a request is awaited or coming in, on the shared clock. */
  since: number;
  closed = false;
  /** Since when the client is to take bytes that it was sent, on the shared clock; Infinity while there are none. */
  sending = Infinity;
  readonly #conn: Deno.TcpConn;
  readonly #reader: Reader;
  readonly #shared: Shared;
  readonly #remoteAddr: Deno.NetAddr;
  /** Bytes of an incomplete head that were already parsed. */
  #scanned = 0;
  #body: IncomingBody | undefined;
  #gone = new AbortController();
  #wrote = false;

  constructor(conn: Deno.TcpConn, shared: Shared) {
    this.#conn = conn;
    this.#shared = shared;
    this.#remoteAddr = conn.remoteAddr as Deno.NetAddr;
    this.address = this.#remoteAddr.hostname;
    this.#reader = new Reader(conn, READER_BYTES);
    this.#reader.onArrival = () => {
      if ((this.#reader.broken || this.#reader.eof) && this.stage === "answer") this.#gone.abort();
    };
    this.since = shared.now();
    this.deadline = this.since + shared.limits.headMs;
  }

  /** Serves requests until the connection ends; never rejects. */
  async serve(): Promise<void> {
    try {
      this.#conn.setNoDelay(true);
      while (await this.#request());
    } catch (error) {
      // Anything else: the connection broke, and no client is left to answer.
      if (error instanceof HttpProblem) await this.#refuse(error).catch(() => {});
    }
    this.close();
  }

  /** Its deadline has passed: says so where a request was begun, and ends it. */
  expire(): void {
    this.deadline = Infinity;
    if (this.stage === "body") {
      this.#body?.fail(new HttpProblem(408, "request_timeout", "The request's body took too long."));
    }
    const begun = this.stage === "body" || (this.stage === "head" && this.#reader.available > 0);
    if (!begun || this.#wrote) return this.close();
    const problem = new HttpProblem(408, "request_timeout", `The request's ${this.stage} took too long.`);
    this.#refuse(problem).catch(() => {}).finally(() => this.close());
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#gone.abort();
    try {
      this.#conn.close();
    } catch {
      // The runtime closed it already.
    }
  }

  /** Takes one request and answers it; false when there is no other. */
  async #request(): Promise<boolean> {
    const reader = this.#reader;
    const { limits, now } = this.#shared;
    let end = this.#takeHead();
    while (end < 0) {
      if (this.#shared.stopping && reader.available === 0) return false;
      if (!await reader.fill()) {
        if (reader.available > 0 && reader.eof) throw badRequest("The request ends within its head.");
        return false;
      }
      end = this.#takeHead();
    }
    const { method, minor, keepAlive } = head;
    const { chunked, contentLength, expectContinue } = head.fields;
    if (!chunked && contentLength <= 0 && minor > 0 && keepAlive && !this.#shared.stopping) {
      const text = this.#shared.quick(method, head.target(reader.buf));
      if (text !== undefined) return await this.#sendQuick(text, end);
    }
    if (contentLength > limits.maxBodyBytes) throw bodyTooLarge(limits.maxBodyBytes);
    const url = `http://${this.#host()}${head.target(reader.buf)}`;
    const headers = this.#headers();
    reader.start = end;
    const hasBody = chunked || contentLength > 0;
    const body = this.#body = new IncomingBody(
      chunked ? new ChunkedBody(false) : contentLength > 0 ? new LengthBody(contentLength) : noBody,
      reader,
      {
        maxBytes: limits.maxBodyBytes,
        beforeFirst: () => expectContinue && minor > 0 ? this.#send(CONTINUE, true) : Promise.resolve(),
        onDone: () => this.#await(),
      },
    );
    this.#wrote = false;
    this.#gone = new AbortController();
    this.since = now();
    if (hasBody) [this.stage, this.deadline] = ["body", this.since + limits.bodyMs];
    else this.#await();
    const takesBody = hasBody && method !== "GET" && method !== "HEAD";
    const response = await this.#answer(url, { method, headers, ...(takesBody ? { body: body.stream } : {}) });
    // What a handler did not want to read is not waited for.
    const keep = keepAlive && body.done && !this.#shared.stopping;
    this.stage = "answer";
    const stays = await writeResponse(response, (bytes) => this.#send(bytes), { method, minor, keep });
    if (!body.done) await this.#linger();
    return stays && !this.#shared.stopping;
  }

  async #sendQuick(text: string, end: number): Promise<true> {
    this.#reader.start = end;
    this.stage = "answer";
    const bytes = jsonAnswer(text);
    this.deadline = this.#shared.now() + this.#shared.limits.writeMs;
    const written = await this.#conn.write(bytes);
    if (written < bytes.length) await this.#send(bytes.subarray(written));
    this.deadline = Infinity;
    return true;
  }

  async #answer(url: string, init: RequestInit): Promise<Response> {
    let request: Request;
    try {
      request = new Request(url, { ...init, signal: this.#gone.signal });
    } catch {
      throw badRequest("The method, the Host or the target cannot be used here.");
    }
    let response: Response;
    try {
      response = await this.#shared.handler(request, { remoteAddr: this.#remoteAddr });
    } catch (error) {
      if (this.#body?.problem === undefined) this.#shared.report(`request failed: ${error}`);
      const body = { error: "internal_error", message: "Something went wrong here: try again." };
      response = Response.json(body, { status: 500 });
    }
    // The body's own problem overrides what the handler made of it.
    const problem = this.#body?.problem;
    if (problem === undefined) return response;
    await response.body?.cancel().catch(() => {});
    throw problem;
  }

  /** All of a request is there: its answer is due, and the client's going away is to be noticed. */
  #await(): void {
    this.stage = "answer";
    this.deadline = Infinity;
    const reader = this.#reader;
    if (reader.end < reader.buf.length || reader.available === 0) reader.fill();
  }

  /** Parses the next request's head, if all of it is there: the index behind it, or -1 with the deadline set. */
  #takeHead(): number {
    const reader = this.#reader;
    const { limits, now } = this.#shared;
    if (reader.available > 0) {
      if (this.#scanned === 0) skipEmptyLines(reader);
      const { buf, start } = reader;
      const whole = this.#scanned === 0 || findHeadEnd(buf, start + this.#scanned, reader.end) >= 0;
      const end = whole ? head.parse(buf, start, reader.end) : -1;
      if ((end < 0 ? reader.end : end) - start > limits.maxHeadBytes) {
        throw new HttpProblem(431, "headers_too_large", `A request's head has to fit in ${limits.maxHeadBytes} bytes.`);
      }
      if (end >= 0) {
        this.#scanned = 0;
        return end;
      }
      if (reader.available === buf.length) reader.grow(limits.maxHeadBytes + 1);
      if (reader.available > 1) this.#scanned = Math.max(1, reader.available - 3);
    }
    if (reader.available > 0) {
      // From the head's first byte on; a trickle does not prolong it.
      if (this.stage !== "head") [this.stage, this.deadline] = ["head", now() + limits.headMs];
    } else if (this.stage !== "head") {
      if (this.stage !== "idle") this.since = now();
      this.stage = "idle";
      this.deadline = this.since + limits.idleMs;
      reader.shrink();
    }
    return -1;
  }

  #host(): string {
    const { fields, authority } = head;
    if (authority !== undefined) return authority;
    if (fields.host < 0) return "localhost";
    return latin1(this.#reader.buf, fields.valueStart[fields.host]!, fields.valueEnd[fields.host]!) || "localhost";
  }

  #headers(): [string, string][] {
    const { fields } = head;
    const { buf } = this.#reader;
    const headers: [string, string][] = [];
    for (let i = 0; i < fields.count; i++) {
      headers.push([
        latin1(buf, fields.lineStart[i]!, fields.nameEnd[i]!),
        latin1(buf, fields.valueStart[i]!, fields.valueEnd[i]!),
      ]);
    }
    return headers;
  }

  /** Sends bytes, within the time that a client has to take them. */
  async #send(bytes: Uint8Array, interim = false): Promise<void> {
    const { limits, now } = this.#shared;
    const { deadline } = this;
    this.#wrote ||= !interim;
    const touch = () => this.deadline = now() + limits.writeMs;
    touch();
    this.sending = now();
    await writeAll(this.#conn, bytes, { touch });
    this.sending = Infinity;
    this.deadline = interim ? deadline : Infinity;
  }

  /** Answers a request that is not taken; behind it nothing can be, either. */
  async #refuse({ status, code, message }: HttpProblem): Promise<void> {
    if (this.closed || this.#wrote && this.stage === "answer") return;
    const response = Response.json({ error: code, message }, { status });
    this.stage = "answer";
    await writeResponse(response, (bytes) => this.#send(bytes), { method: "GET", minor: 1, keep: false });
    await this.#linger();
  }

  /** Ends the sending side and lets the client read the response before the connection is closed. */
  async #linger(): Promise<void> {
    const reader = this.#reader;
    this.deadline = this.#shared.now() + LINGER_MS;
    await this.#conn.closeWrite();
    for (let discarded = 0; discarded < LINGER_BYTES;) {
      discarded += reader.available;
      reader.start = reader.end;
      if (!(await reader.fill())) return;
    }
  }
}

/** Skips empty lines before a request. */
function skipEmptyLines(reader: Reader): void {
  while (reader.available >= 2 && reader.buf[reader.start] === 13 && reader.buf[reader.start + 1] === 10) {
    reader.start += 2;
  }
}
