import { ascii, CLASS, COLON, CR, isExactly, latin1, LF, SPACE, TARGET, TOKEN } from "./bytes.ts";
import { Fields, Kind, wantsUpgrade } from "./fields.ts";
import type { Outgoing } from "./outgoing.ts";
import { badRequest, HttpProblem } from "./problem.ts";

const HTTP_1 = ascii("HTTP/1.");
/** Length of `HTTP/1.1` and its line end. */
const VERSION_LINE = 10;
const SLASH = 47;
const STAR = 42;

const LINE_END = ascii(" HTTP/1.1\r\n");
const HOST = ascii("Host: ");
const FORWARDED_FOR = "X-Forwarded-For: ";
const COMMA = ascii(", ");
const CRLF = ascii("\r\n");
const BLANK_LINE = ascii("\r\n\r\n");
const CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
const UPGRADE = ascii("Connection: Upgrade\r\n");

/** One request's head; its places point into the buffer that it was parsed from, until the next parse. */
export class RequestHead {
  readonly fields = new Fields();
  method = "";
  /** The target in origin form: `[targetStart, targetEnd)`. */
  targetStart = 0;
  targetEnd = 0;
  /** The path without its query ends here. */
  pathEnd = 0;
  /** HTTP/1.`minor`. */
  minor = 1;
  /** The host of an absolute-form target, which overrides the Host field. */
  authority: string | undefined;
  /** The target was `http://host` alone, or with a query: its path is `/`. */
  emptyPath = false;
  /** The client asks to talk another protocol, and may. */
  upgrade = false;

  /** Whether the client leaves the connection open behind this request. */
  get keepAlive(): boolean {
    return !this.fields.close && (this.minor > 0 || this.fields.keepAlive);
  }

  get hasBody(): boolean {
    return this.fields.chunked || this.fields.contentLength > 0;
  }

  /**
   * Parses the head that begins at `start`: the index behind its blank line, or -1 when `end` comes first.
   *
   * @throws {HttpProblem} for every request that is not plainly one thing.
   */
  parse(buf: Uint8Array, start: number, end: number): number {
    let pos = start;
    while ((CLASS[buf[pos]!]! & TOKEN) !== 0) pos++;
    if (pos >= end) return -1;
    if (pos === start || pos - start > 32 || buf[pos] !== SPACE) {
      throw badRequest("A request begins with METHOD target HTTP/1.1.");
    }
    this.method = methodName(buf, start, pos);
    this.targetStart = ++pos;
    while ((CLASS[buf[pos]!]! & TARGET) !== 0) pos++;
    if (pos >= end) return -1;
    this.targetEnd = pos;
    if (pos === this.targetStart || buf[pos] !== SPACE) throw badRequest("The request target has a bad character.");
    if (!this.#version(buf, pos + 1, end)) return -1;
    const headEnd = this.fields.parse(buf, pos + 1 + VERSION_LINE, end);
    if (headEnd < 0) return -1;
    this.#target(buf);
    this.#check(buf);
    return headEnd;
  }

  /** Reads the version and its line end; false when `end` comes first. */
  #version(buf: Uint8Array, at: number, end: number): boolean {
    for (let i = 0; i < HTTP_1.length; i++) {
      if (at + i >= end) return false;
      if (buf[at + i] === HTTP_1[i]) continue;
      if (i === 5 && buf[at + 5]! >= 48 && buf[at + 5]! <= 57) {
        throw new HttpProblem(505, "version_not_supported", "Use HTTP/1.1.");
      }
      throw badRequest("A request begins with METHOD target HTTP/1.1.");
    }
    if (at + VERSION_LINE > end) return false;
    const minor = buf[at + 7]! - 48;
    if (!(minor >= 0 && minor <= 9) || buf[at + 8] !== CR || buf[at + 9] !== LF) {
      throw badRequest("A request begins with METHOD target HTTP/1.1.");
    }
    this.minor = Math.min(minor, 1);
    return true;
  }

  #target(buf: Uint8Array): void {
    this.authority = undefined;
    this.emptyPath = false;
    if (this.method === "CONNECT") {
      throw new HttpProblem(405, "method_not_allowed", "This is a reverse proxy: CONNECT is not served.");
    }
    if (buf[this.targetStart] !== SLASH) this.#absolute(buf);
    let pos = this.targetStart;
    while (pos < this.targetEnd && buf[pos] !== 63) pos++;
    this.pathEnd = pos;
  }

  #absolute(buf: Uint8Array): void {
    if (buf[this.targetStart] === STAR && this.targetEnd === this.targetStart + 1) {
      if (this.method !== "OPTIONS") throw badRequest("Only OPTIONS may ask for *.");
      return;
    }
    const target = latin1(buf, this.targetStart, this.targetEnd);
    const parts = /^https?:\/\/([^/?#]+)/i.exec(target);
    if (parts === null) throw badRequest("The request target has to be a path or an http URL.");
    this.authority = parts[1]!;
    this.targetStart += parts[0].length;
    this.emptyPath = buf[this.targetStart] !== SLASH || this.targetStart === this.targetEnd;
  }

  #check(buf: Uint8Array): void {
    const { fields } = this;
    if (fields.hosts > 1) throw badRequest("Send one Host only.");
    if (fields.hosts === 0 && this.minor > 0) throw badRequest("Send a Host.");
    const host = this.authority ?? oddHost(buf, fields);
    if (host !== undefined && !/^[\w.~%!$&'()*+;=-]*(:\d{0,5})?$|^\[[\da-f:.]+\](:\d{0,5})?$/i.test(host)) {
      throw badRequest("The Host is not a host name with an optional port.");
    }
    if (fields.chunked && fields.contentLength !== -1) {
      throw badRequest("Send Content-Length or Transfer-Encoding, not both.");
    }
    if (fields.chunked && this.minor === 0) throw badRequest("HTTP/1.0 has no Transfer-Encoding.");
    this.upgrade = this.minor > 0 && !this.hasBody && wantsUpgrade(fields, buf);
  }

  /** Whether the path is exactly `path` (a query may follow). */
  isPath(buf: Uint8Array, path: Uint8Array): boolean {
    return !this.emptyPath && isExactly(buf, this.targetStart, this.pathEnd, path);
  }

  /** The target in origin form, as text. */
  target(buf: Uint8Array): string {
    return (this.emptyPath ? "/" : "") + latin1(buf, this.targetStart, this.targetEnd);
  }

  /** Appends the head that a backend gets, for a client whose {@linkcode forwardedLines} are `lines`. */
  forward(buf: Uint8Array, out: Outgoing, lines: Uint8Array): void {
    const { fields } = this;
    out.text(this.method);
    out.text(this.emptyPath ? " /" : " ");
    out.copy(buf, this.targetStart, this.targetEnd);
    out.copy(LINE_END);
    if (this.authority !== undefined) {
      out.copy(HOST);
      out.text(this.authority);
      out.copy(CRLF);
    }
    copyForwarded(fields, buf, out, this.authority === undefined);
    if (fields.chunked) out.copy(CHUNKED);
    if (this.upgrade) {
      out.copy(buf, fields.lineStart[fields.upgrade], fields.lineEnd[fields.upgrade]);
      out.copy(UPGRADE);
    }
    if (fields.forwardedFor) {
      out.copy(lines, 0, FORWARDED_FOR.length);
      for (let i = 0; i < fields.count; i++) {
        if (fields.kind[i] !== Kind.forwardedFor || fields.valueStart[i]! >= fields.valueEnd[i]!) continue;
        out.copy(buf, fields.valueStart[i], fields.valueEnd[i]);
        out.copy(COMMA);
      }
      out.copy(lines, FORWARDED_FOR.length);
    } else out.copy(lines);
    if (this.authority !== undefined) out.text(this.authority);
    else if (fields.host >= 0) out.copy(buf, fields.valueStart[fields.host], fields.valueEnd[fields.host]);
    out.copy(BLANK_LINE);
  }
}

/** The `X-Forwarded-*` lines of a client at `address`, up to the requested host. */
export function forwardedLines(address: string): Uint8Array {
  return ascii(`${FORWARDED_FOR}${address}\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: `);
}

/** Copies the forwarded lines, adjacent ones in one piece. */
function copyForwarded(fields: Fields, buf: Uint8Array, out: Outgoing, withHost: boolean): void {
  let from = -1;
  for (let i = 0; i < fields.count; i++) {
    const kind = fields.kind[i]!;
    const goes = kind === Kind.forward || kind === Kind.contentLength || kind === Kind.expect ||
      (kind === Kind.host && withHost);
    if (goes && from < 0) from = fields.lineStart[i]!;
    else if (!goes && from >= 0) {
      out.copy(buf, from, fields.lineStart[i]);
      from = -1;
    }
  }
  if (from >= 0) out.copy(buf, from, fields.lineEnd[fields.count - 1]);
}

/** The Host as text, unless it is plainly a name or an address with or without a port. */
function oddHost(buf: Uint8Array, fields: Fields): string | undefined {
  if (fields.host < 0) return;
  const start = fields.valueStart[fields.host]!, end = fields.valueEnd[fields.host]!;
  let pos = start;
  while (pos < end && isHostByte(buf[pos]!)) pos++;
  if (buf[pos] === COLON) {
    for (pos++; pos < end && buf[pos]! >= 48 && buf[pos]! <= 57;) pos++;
  }
  return pos === end ? undefined : latin1(buf, start, end);
}

function isHostByte(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 45 || c === 46 || (c >= 65 && c <= 90);
}

const METHODS = ["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS", "PATCH"].map((name) => ({
  name,
  bytes: ascii(name),
}));

function methodName(buf: Uint8Array, start: number, end: number): string {
  for (const { name, bytes } of METHODS) {
    if (isExactly(buf, start, end, bytes)) return name;
  }
  return latin1(buf, start, end);
}
