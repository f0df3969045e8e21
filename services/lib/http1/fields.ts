import { ascii, CLASS, COLON, CR, isWord, latin1, LF, SPACE, TAB, TOKEN, VALUE } from "./bytes.ts";
import { badRequest, HttpProblem } from "./problem.ts";

/** How many field lines a head may have. */
export const MAX_FIELDS = 128;

/** What a field line is to a proxy. */
export const Kind = {
  forward: 0,
  /** Hop by hop: goes no further. */
  drop: 1,
  host: 2,
  contentLength: 3,
  transferEncoding: 4,
  connection: 5,
  upgrade: 6,
  forwardedFor: 7,
  expect: 8,
} as const;

/** Names that mean something to a proxy, by their length. */
const NAMED: (readonly { readonly name: Uint8Array; readonly kind: number }[])[] = [];
for (
  const [name, kind] of [
    ["host", Kind.host],
    ["content-length", Kind.contentLength],
    ["transfer-encoding", Kind.transferEncoding],
    ["connection", Kind.connection],
    ["upgrade", Kind.upgrade],
    ["expect", Kind.expect],
    ["x-forwarded-for", Kind.forwardedFor],
    ["x-forwarded-proto", Kind.drop],
    ["x-forwarded-host", Kind.drop],
    ["x-lb-backend", Kind.drop],
    ["keep-alive", Kind.drop],
    ["proxy-connection", Kind.drop],
    ["proxy-authorization", Kind.drop],
    ["proxy-authenticate", Kind.drop],
    ["te", Kind.drop],
    ["http2-settings", Kind.drop],
  ] as const
) NAMED[name.length] = [...NAMED[name.length] ?? [], { name: ascii(name), kind }];

const CLOSE = ascii("close");
const KEEP_ALIVE = ascii("keep-alive");
const CHUNKED = ascii("chunked");
const CONTINUE = ascii("100-continue");
/** Fields that `Connection` cannot remove: framing and routing depend on them. */
const PROTECTED = ["host", "content-length", "transfer-encoding", "connection", "x-forwarded-for", "upgrade"];

/** The field lines of one head, as places in the buffer that it was read into. */
export class Fields {
  count = 0;
  readonly kind: Uint8Array = new Uint8Array(MAX_FIELDS);
  readonly lineStart: Int32Array = new Int32Array(MAX_FIELDS);
  /** Behind the line's CR LF. */
  readonly lineEnd: Int32Array = new Int32Array(MAX_FIELDS);
  readonly nameEnd: Int32Array = new Int32Array(MAX_FIELDS);
  readonly valueStart: Int32Array = new Int32Array(MAX_FIELDS);
  readonly valueEnd: Int32Array = new Int32Array(MAX_FIELDS);
  /** Declared body size in bytes; -1 without Content-Length. */
  contentLength = -1;
  chunked = false;
  hosts = 0;
  /** Index of the Host line; -1 without one. */
  host = -1;
  close = false;
  keepAlive = false;
  /** `Connection` names `Upgrade`. */
  connectionUpgrade = false;
  /** Index of the Upgrade line; -1 without one. */
  upgrade = -1;
  forwardedFor = false;
  expectContinue = false;

  /**
   * Reads the field lines from `at` up to the blank line: the index behind it, or -1 when `end` comes first.
   *
   * @throws {HttpProblem} for anything that two programs could read differently.
   */
  parse(buf: Uint8Array, at: number, end: number): number {
    this.count = this.hosts = 0;
    this.contentLength = this.host = this.upgrade = -1;
    this.chunked =
      this.close =
      this.keepAlive =
      this.connectionUpgrade =
        false;
    this.forwardedFor = this.expectContinue = false;
    let pos = at;
    let nominated: string[] | undefined;
    for (;;) {
      if (pos + 1 >= end) return -1;
      if (buf[pos] === CR) {
        if (buf[pos + 1] !== LF) throw badRequest("A line does not end in CR LF.");
        if (nominated !== undefined) this.#dropNominated(buf, nominated);
        return pos + 2;
      }
      pos = this.#line(buf, pos, end);
      if (pos < 0) return -1;
      if (this.kind[this.count - 1]! > Kind.drop) {
        const names = this.#note(buf, this.count - 1);
        if (names !== undefined) nominated = [...(nominated ?? []), ...names];
      }
    }
  }

  /** Reads one line: the index behind it, or -1 when `end` comes first. */
  #line(buf: Uint8Array, start: number, end: number): number {
    if (this.count === MAX_FIELDS) {
      throw new HttpProblem(431, "headers_too_large", `Send at most ${MAX_FIELDS} header fields.`);
    }
    // What lies behind `end` is left over from before: a loop may run into it, but never decides by it.
    let pos = start;
    while ((CLASS[buf[pos]!]! & TOKEN) !== 0) pos++;
    if (pos >= end) return -1;
    const nameEnd = pos;
    if (nameEnd === start || buf[pos] !== COLON) throw badName(buf, start, pos);
    pos++;
    while (pos < end && (buf[pos] === SPACE || buf[pos] === TAB)) pos++;
    const valueStart = pos;
    while ((CLASS[buf[pos]!]! & VALUE) !== 0) pos++;
    if (pos + 1 >= end) {
      if (pos >= end || buf[pos] === CR) return -1;
    }
    if (buf[pos] !== CR || buf[pos + 1] !== LF) {
      throw badRequest("A header value has a control character or does not end in CR LF.");
    }
    let valueEnd = pos;
    while (valueEnd > valueStart && (buf[valueEnd - 1] === SPACE || buf[valueEnd - 1] === TAB)) valueEnd--;
    const i = this.count++;
    this.lineStart[i] = start;
    this.nameEnd[i] = nameEnd;
    this.valueStart[i] = valueStart;
    this.valueEnd[i] = valueEnd;
    this.lineEnd[i] = pos + 2;
    this.kind[i] = kindOf(buf, start, nameEnd);
    return pos + 2;
  }

  /** Processes line `i`; for `Connection`, returns the field names that it removes. */
  #note(buf: Uint8Array, i: number): string[] | undefined {
    const start = this.valueStart[i]!, end = this.valueEnd[i]!;
    switch (this.kind[i]) {
      case Kind.host:
        this.hosts++;
        this.host = i;
        return;
      case Kind.contentLength:
        if (this.contentLength !== -1) throw badRequest("Send one Content-Length only.");
        this.contentLength = parseLength(buf, start, end);
        return;
      case Kind.transferEncoding:
        if (this.chunked) throw badRequest("Send one Transfer-Encoding only.");
        if (!isWord(buf, start, end, CHUNKED)) {
          if (/(^|,)\s*chunked$/i.test(latin1(buf, start, end))) {
            throw new HttpProblem(501, "not_implemented", "No Transfer-Encoding but chunked is understood.");
          }
          throw badRequest("Transfer-Encoding has to be chunked.");
        }
        this.chunked = true;
        return;
      case Kind.upgrade:
        this.upgrade = this.upgrade === -1 ? i : -2;
        return;
      case Kind.forwardedFor:
        this.forwardedFor = true;
        return;
      case Kind.expect:
        if (isWord(buf, start, end, CONTINUE)) this.expectContinue = true;
        return;
      case Kind.connection:
        return this.#connection(buf, start, end);
    }
  }

  #connection(buf: Uint8Array, start: number, end: number): string[] | undefined {
    if (isWord(buf, start, end, KEEP_ALIVE)) {
      this.keepAlive = true;
      return;
    }
    if (isWord(buf, start, end, CLOSE)) {
      this.close = true;
      return;
    }
    const names: string[] = [];
    for (const option of latin1(buf, start, end).toLowerCase().split(",")) {
      const name = option.trim();
      if (name === "close") this.close = true;
      else if (name === "keep-alive") this.keepAlive = true;
      else if (name === "upgrade") this.connectionUpgrade = true;
      else if (name !== "" && !PROTECTED.includes(name)) names.push(name);
    }
    return names;
  }

  #dropNominated(buf: Uint8Array, names: readonly string[]): void {
    for (let i = 0; i < this.count; i++) {
      if (names.includes(latin1(buf, this.lineStart[i]!, this.nameEnd[i]!).toLowerCase())) this.kind[i] = Kind.drop;
    }
  }
}

function kindOf(buf: Uint8Array, start: number, end: number): number {
  const candidates = NAMED[end - start];
  if (candidates === undefined) return Kind.forward;
  for (let i = 0; i < candidates.length; i++) {
    const { name, kind } = candidates[i]!;
    if ((buf[start]! | 32) === name[0] && isWord(buf, start, end, name)) return kind;
  }
  return Kind.forward;
}

function parseLength(buf: Uint8Array, start: number, end: number): number {
  let length = 0;
  for (let i = start; i < end; i++) {
    const digit = buf[i]! - 48;
    if (digit < 0 || digit > 9) throw badRequest("Content-Length has to be a whole number.");
    length = length * 10 + digit;
    if (length > Number.MAX_SAFE_INTEGER) throw badRequest("Content-Length is too large.");
  }
  if (start === end) throw badRequest("Content-Length has to be a whole number.");
  return length;
}

function badName(buf: Uint8Array, start: number, at: number): HttpProblem {
  if (buf[start] === SPACE || buf[start] === TAB) return badRequest("A header line may not be folded.");
  if (buf[at] === SPACE || buf[at] === TAB) return badRequest("No space may stand before a header's colon.");
  return badRequest("A header line has to be name: value.");
}

/** Whether the fields' Upgrade names anything but HTTP/2, which a proxy cannot hand through. */
export function wantsUpgrade(fields: Fields, buf: Uint8Array): boolean {
  if (!fields.connectionUpgrade || fields.upgrade < 0) return false;
  const protocol = latin1(buf, fields.valueStart[fields.upgrade]!, fields.valueEnd[fields.upgrade]!).trim();
  return /^[\w!#$%&'*+.^`|~/-]+$/.test(protocol) && !/^h2/i.test(protocol);
}
