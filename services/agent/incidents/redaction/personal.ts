import { withoutCards } from "./card.ts";

/** Kinds of personal data that can be taken out. */
export const PERSONAL = ["email", "phone", "card", "iban"] as const;
export type Personal = typeof PERSONAL[number];

const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}(?:@|%40)(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b/gi;
const DIGITS = /(?:\b|(?<=\\[nrtbfv]))\d(?:[ -]?\d){12,}\b/g;
/** International form: a plus sign, then 8 to 15 digits with gaps (ITU-T E.164). */
const PHONE = /(?<![\w+./:-])(?:\+|%2B)[1-9](?:[ .()/-]{0,2}\d){7,14}(?![\w])/gi;
const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g;

const TAKERS: Readonly<Record<Personal, (text: string) => string>> = {
  email: (text) => text.replace(EMAIL, "[redacted e-mail]"),
  phone: (text) => text.replace(PHONE, "[redacted phone]"),
  card: (text) => text.replace(DIGITS, withoutCards),
  iban: (text) => text.replace(IBAN, (found) => isIban(found) ? "[redacted iban]" : found),
};

/** Takes one kind of personal data out of a text. */
export function withoutPersonal(kind: Personal, text: string): string {
  return TAKERS[kind](text);
}

/** ISO 13616: the first four characters moved to the end and letters read as 10 to 35, the rest by 97 is 1. */
function isIban(text: string): boolean {
  const plain = text.replaceAll(" ", "");
  if (plain.length < 15 || plain.length > 34) return false;
  let rest = 0;
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    const value = parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
