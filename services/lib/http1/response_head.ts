import { ascii, CLASS, CR, LF, SPACE, VALUE } from "./bytes.ts";
import { Fields, Kind } from "./fields.ts";
import type { Outgoing } from "./outgoing.ts";
import { badRequest } from "./problem.ts";

const HTTP_1 = ascii("HTTP/1.");
const STATUS = ascii("HTTP/1.1 ");
const CRLF = ascii("\r\n");
const CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
const CLOSE = ascii("Connection: close\r\n");
const KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
const UPGRADE = ascii("Connection: Upgrade\r\n");

/** How a response's body is delimited. */
export type Framing = "none" | "length" | "chunked" | "close";

/** The client's side of a response. */
export interface ResponseShape {
  /** Value of `X-LB-Backend`, as the whole line with its line end. */
  readonly backendLine: Uint8Array;
  /** How the body goes to the client. */
  readonly framing: Framing;
  /** Says whether the connection stays; nothing is said when HTTP/1.1's default holds. */
  readonly connection: "default" | "close" | "keep-alive" | "upgrade";
}

/** One response's head; its places point into the buffer that it was parsed from, until the next parse. */
export class ResponseHead {
  readonly fields = new Fields();
  status = 0;
  minor = 1;
  #statusStart = 0;
  #statusEnd = 0;

  /** Whether the backend leaves its connection open behind this response. */
  get keepAlive(): boolean {
    return !this.fields.close && (this.minor > 0 || this.fields.keepAlive);
  }

  /**
   * Parses the head that begins at `start`: the index behind its blank line, or -1 when `end` comes first.
   *
   * @throws {HttpProblem} for every response that is not plainly one thing.
   */
  parse(buf: Uint8Array, start: number, end: number): number {
    for (let i = 0; i < HTTP_1.length && start + i < end; i++) if (buf[start + i] !== HTTP_1[i]) throw badStatusLine();
    // Up to the status and what follows it.
    if (start + 13 > end) return -1;
    const minor = buf[start + 7]! - 48;
    const a = buf[start + 9]! - 48, b = buf[start + 10]! - 48, c = buf[start + 11]! - 48;
    if (!(minor >= 0 && minor <= 9) || buf[start + 8] !== SPACE) throw badStatusLine();
    if (!(a >= 1 && a <= 9 && b >= 0 && b <= 9 && c >= 0 && c <= 9)) throw badStatusLine();
    this.minor = Math.min(minor, 1);
    this.status = a * 100 + b * 10 + c;
    let pos = start + 12;
    if (buf[pos] !== SPACE && buf[pos] !== CR) throw badStatusLine();
    while ((CLASS[buf[pos]!]! & VALUE) !== 0) pos++;
    if (pos >= end || (pos + 1 === end && buf[pos] === CR)) return -1;
    if (buf[pos] !== CR || buf[pos + 1] !== LF) throw badStatusLine();
    this.#statusStart = start + 9;
    this.#statusEnd = pos;
    const headEnd = this.fields.parse(buf, pos + 2, end);
    if (headEnd >= 0 && this.fields.chunked && (this.fields.contentLength !== -1 || this.minor === 0)) {
      throw badRequest("A response has Transfer-Encoding beside Content-Length, or in HTTP/1.0.");
    }
    return headEnd;
  }

  /** How the backend delimits the body of its answer to `method`. */
  framing(method: string): Framing {
    const { status, fields } = this;
    if (method === "HEAD" || status < 200 || status === 204 || status === 304) return "none";
    if (fields.chunked) return "chunked";
    if (fields.contentLength === 0) return "none";
    return fields.contentLength > 0 ? "length" : "close";
  }

  /** Appends the head that the client gets. */
  forward(buf: Uint8Array, out: Outgoing, shape: ResponseShape): void {
    const { fields, status } = this;
    out.copy(STATUS);
    out.copy(buf, this.#statusStart, this.#statusEnd);
    if (this.#statusEnd === this.#statusStart + 3) out.text(" ");
    out.copy(CRLF);
    const withLength = shape.framing !== "chunked" && status >= 200 && status !== 204 && !fields.chunked;
    let from = -1;
    for (let i = 0; i < fields.count; i++) {
      const kind = fields.kind[i]!;
      const goes = kind === Kind.forward || kind === Kind.host || kind === Kind.expect || kind === Kind.forwardedFor ||
        (kind === Kind.contentLength && withLength) || (kind === Kind.upgrade && (status === 101 || status === 426));
      if (goes && from < 0) from = fields.lineStart[i]!;
      else if (!goes && from >= 0) {
        out.copy(buf, from, fields.lineStart[i]);
        from = -1;
      }
    }
    if (from >= 0) out.copy(buf, from, fields.lineEnd[fields.count - 1]);
    out.copy(shape.backendLine);
    if (shape.framing === "chunked") out.copy(CHUNKED);
    if (shape.connection === "close") out.copy(CLOSE);
    else if (shape.connection === "keep-alive") out.copy(KEEP_ALIVE);
    else if (shape.connection === "upgrade") out.copy(UPGRADE);
    out.copy(CRLF);
  }
}

function badStatusLine() {
  return badRequest("A response has no valid status line.");
}
