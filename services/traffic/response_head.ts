/** What matters of a response's head. */
export interface ResponseHead {
  readonly status: number;
  /** False for HTTP/1.0. */
  readonly isHttp11: boolean;
  /** In lower case; empty when there is none. */
  readonly connection: string;
  /** As it was written; empty when there is none. */
  readonly contentLength: string;
  /** In lower case; empty when there is none. */
  readonly transferEncoding: string;
}

const CR = 13, LF = 10, SPACE = 32, TAB = 9, COLON = 58;
const PREFIX = new TextEncoder().encode("HTTP/1.");
const NAMES = ["connection", "content-length", "transfer-encoding"].map((name) => new TextEncoder().encode(name));

/** Index after the blank line that ends a head, searched from `from`; -1 when it has not arrived. */
export function endOfHead(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (at >= 3 && bytes[at - 1] === CR && bytes[at - 2] === LF && bytes[at - 3] === CR) return at + 1;
  }
  return -1;
}

/** Reads the head in `bytes` from `start` to `end`, or nothing when it is not one of HTTP/1. */
export function readHead(bytes: Uint8Array, start: number, end: number): ResponseHead | undefined {
  for (let i = 0; i < PREFIX.length; i++) if (bytes[start + i] !== PREFIX[i]) return undefined;
  const minor = bytes[start + 7]! - 48, after = bytes[start + 12];
  const status = Number(text(bytes, start + 9, start + 12));
  if ((minor !== 0 && minor !== 1) || bytes[start + 8] !== SPACE || !(status >= 100 && status <= 999)) return undefined;
  if (after !== SPACE && after !== CR) return undefined;
  const values = ["", "", ""];
  for (let line = bytes.indexOf(LF, start) + 1; line < end - 2;) {
    const next = bytes.indexOf(LF, line);
    // The names that matter have 10, 14 and 17 letters.
    const which = bytes[line + 10] === COLON ? 0 : bytes[line + 14] === COLON ? 1 : bytes[line + 17] === COLON ? 2 : -1;
    if (which >= 0 && isNamed(bytes, line, NAMES[which]!)) {
      values[which] = trimmed(bytes, line + NAMES[which]!.length + 1, next);
    }
    line = next + 1;
  }
  return {
    status,
    isHttp11: minor === 1,
    connection: values[0]!.toLowerCase(),
    contentLength: values[1]!,
    transferEncoding: values[2]!.toLowerCase(),
  };
}

function isNamed(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  // This bit makes a letter lower-case and leaves a dash unchanged.
  for (let i = 0; i < name.length; i++) if ((bytes[at + i]! | 32) !== name[i]) return false;
  return true;
}

function trimmed(bytes: Uint8Array, start: number, end: number): string {
  const isBlank = (byte: number | undefined) => byte === SPACE || byte === TAB || byte === CR;
  while (start < end && isBlank(bytes[start])) start++;
  while (end > start && isBlank(bytes[end - 1])) end--;
  return text(bytes, start, end);
}

function text(bytes: Uint8Array, start: number, end: number): string {
  let result = "";
  for (let i = start; i < end; i++) result += String.fromCharCode(bytes[i]!);
  return result;
}
