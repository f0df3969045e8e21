/** Where ids take their time and chance from. */
export interface IdDeps {
  readonly now?: () => Date;
  /** From 0 up to, not including, 1. */
  readonly random?: () => number;
}

/** An id that sorts by the time of its making: UUID version 7 (RFC 9562, section 5.7). */
export function newId({ now = () => new Date(), random }: IdDeps = {}): string {
  const bytes = new Uint8Array(16);
  if (random === undefined) crypto.getRandomValues(bytes);
  else bytes.forEach((_, index) => bytes[index] = Math.floor(random() * 256));
  let ms = Math.max(0, now().getTime());
  for (let index = 5; index >= 0; index--) {
    bytes[index] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toHex();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const LETTERS = "BCDFGHJKLMNPQRSTVWXYZ";
const DIGITS = "23456789";

/** What a code looks like, in capitals. */
export const CODE = /^[BCDFGHJKLMNPQRSTVWXYZ][BCDFGHJKLMNPQRSTVWXYZ2-9]{3,5}$/;

/**
 * A code of `length` characters that is easy to type and no word of a language: no vowels, no characters that look
 * alike, a letter first and a digit somewhere, so that neither a command nor "30M" reads as one.
 */
export function randomCode(random: () => number = Math.random, length = 4): string {
  const pick = (from: string) => from[Math.floor(random() * from.length)]!;
  const digitAt = 1 + Math.floor(random() * (length - 1));
  let code = pick(LETTERS);
  for (let index = 1; index < length; index++) code += index === digitAt ? pick(DIGITS) : pick(LETTERS + DIGITS);
  return code;
}
