/** Bit of {@linkcode CLASS}: allowed in a method or a field name (RFC 9110 `tchar`). */
export const TOKEN = 1;
/** Bit of {@linkcode CLASS}: allowed in a request target (visible ASCII but `#`). */
export const TARGET = 2;
/** Bit of {@linkcode CLASS}: allowed in a field value (visible, space, tab, and bytes above ASCII). */
export const VALUE = 4;

export const CR = 13;
export const LF = 10;
export const SPACE = 32;
export const TAB = 9;
export const COLON = 58;

/** What each byte may be part of. */
export const CLASS: Uint8Array = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(256);
  for (let c = 0x21; c <= 0x7e; c++) table[c] = TARGET | VALUE;
  for (let c = 0x80; c <= 0xff; c++) table[c] = VALUE;
  // A fragment never leaves the client.
  table["#".charCodeAt(0)] = VALUE;
  table[SPACE] = VALUE;
  table[TAB] = VALUE;
  const tokens = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (const c of tokens) table[c.charCodeAt(0)]! |= TOKEN;
  return table;
}

/** The bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The text of bytes taken one by one as Latin-1, so that every byte survives. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** Whether `bytes[start, end)` is `lower`, an ASCII word in lower case, in any case. */
export function isWord(bytes: Uint8Array, start: number, end: number, lower: Uint8Array): boolean {
  if (end - start !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) {
    let c = bytes[start + i]!;
    if (c >= 65 && c <= 90) c |= 32;
    if (c !== lower[i]) return false;
  }
  return true;
}

/** Whether `bytes[start, end)` is exactly `word`. */
export function isExactly(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}

/**
 * Where a message's head ends: the index behind its blank line, or -1. `from` is where the last search stopped, less
 * three bytes. A blank line of bare line feeds counts too, so that the parser can refuse it. Only for heads that come in
 * pieces: a parser finds the end of a whole one by itself.
 */
export function findHeadEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    if (bytes[i] !== LF) continue;
    if (i + 1 < end && bytes[i + 1] === LF) return i + 2;
    if (i + 2 < end && bytes[i + 1] === CR && bytes[i + 2] === LF) return i + 3;
  }
  return -1;
}
