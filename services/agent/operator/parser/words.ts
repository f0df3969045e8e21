import { type Role, roleOf } from "./vocabulary.ts";

/** A word of a message: as written, in small letters without its marks, and what it may mean. */
export interface Word {
  readonly raw: string;
  readonly low: string;
  readonly role: Role | undefined;
}

/** A word that ends a clause: a comma, a full stop, a line's end. */
export const BREAK: Word = { raw: ",", low: ",", role: undefined };

const CLOSING = ")]\"'*_~";
const PUNCTUATION = ".,;:!?…";

/** Splits a message into words; punctuation between clauses becomes {@linkcode BREAK}. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  const plain = text.normalize("NFKC").replaceAll(/[’‘`´]/g, "'").replaceAll(/[“”«»]/g, '"').replaceAll("&", " and ")
    .replaceAll(/→|(?<!-)-+>/g, " to ");
  for (const [chunk] of plain.matchAll(/[\r\n]+|[^\s]+/g)) {
    if (/^[\r\n]/.test(chunk)) {
      pushBreak(words);
      continue;
    }
    const opening = chunk.replace(/^[("'[*_~]+/, "");
    const { core, marks } = closing(opening);
    for (const piece of core.split(/[;,](?=\D)|[/](?=[a-z])/i).filter((p) => p !== "")) {
      const low = piece.toLowerCase();
      words.push({ raw: piece, low, role: roleOf(low.replaceAll(/[-_']/g, "")) });
    }
    if (/[.,;!…]/.test(marks)) pushBreak(words);
  }
  while (words.at(-1) === BREAK) words.pop();
  return words;
}

/** Takes closing brackets and quotes and the punctuation among them from the end of a word. */
function closing(word: string): { core: string; marks: string } {
  const before = (end: number, kind: string) => {
    while (end > 0 && kind.includes(word[end - 1]!)) end--;
    return end;
  };
  const last = before(word.length, CLOSING);
  const first = before(last, PUNCTUATION);
  return { core: word.slice(0, before(first, CLOSING)), marks: word.slice(first, last) };
}

function pushBreak(words: Word[]): void {
  if (words.length > 0 && words.at(-1) !== BREAK) words.push(BREAK);
}
