import { plainWords, type Quantity, spokenOf, tellingWords, type Unit } from "../tools/mod.ts";

/** What the sentence around a number says of it. */
export interface Context {
  /** What is measured, by the words nearest to the number; empty where they say nothing. */
  readonly quantities: ReadonlySet<Quantity>;
  /** The words speak of something that has no such unit, e.g. a latency in percent. */
  readonly contradicted: boolean;
  /** The words nearest to the number say nothing of it; those of the rest of the sentence do. */
  readonly distant: boolean;
  /** The words nearest to the number. */
  readonly near: ReadonlySet<string>;
  /** The words of the number's own clause by which an unknown quantity is known again. */
  readonly words: ReadonlySet<string>;
  /** The words of the whole sentence. */
  readonly sentence: ReadonlySet<string>;
  /** Positions, among the facts of the sentence, of what the number's clause names. */
  readonly names: readonly number[];
  /** The number's own clause as it is. */
  readonly clause: string;
  /** The whole sentence in plain words. */
  readonly text: string;
}

/** Stands for a fact that was taken out of a sentence; its position follows as a character. */
export const TAKEN = "\ue000";
const FIRST_POSITION = 0xe001;

/** What stands in a sentence in place of the fact at `position`. */
export function placeholder(position: number): string {
  return `${TAKEN}${String.fromCharCode(FIRST_POSITION + Math.min(position, 0x18fe))}${TAKEN}`;
}

/** A sentence without the characters that would be taken for placeholders. */
export function withoutPlaceholders(sentence: string): string {
  return sentence.replaceAll(/[\ue000-\uf8ff]/g, " ");
}

interface Part {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A sentence in parts, and in clauses that hold a number each. */
export interface Parts {
  readonly parts: readonly Part[];
  readonly clauses: readonly Part[];
  readonly words: ReadonlySet<string>;
  readonly text: string;
}

/** Where a clause ends. */
const CLAUSE =
  /[,;:()\u2013\u2014](?=\s|$|\()|\s(?=\()|\s(?:and|but|while|whereas|where|when|against|versus|vs|compared|than|instead of|out of|because|since|so|although|though|of which|once|due to|which)\s/gi;
/** Where what is spoken of may change within a clause. */
const PART = /\s(?:with|at(?! most| least)|from|to|after|before|until|that|if)\s/gi;

/** Whether a parenthesis without a number begins there, which belongs to what stands before it: `9 ms (web-2)`. */
function opensRemark(sentence: string, at: number, numbers: readonly number[]): boolean {
  if (sentence[at + 1] !== "(") return false;
  const end = sentence.indexOf(")", at);
  return end >= 0 && !numbers.some((number) => number > at && number < end);
}

/** Cuts a sentence, whose facts but the numbers at `numbers` are placeholders. */
export function partsOf(sentence: string, numbers: readonly number[]): Parts {
  const part = (start: number, end: number): Part => ({ start, end, text: sentence.slice(start, end) });
  const cut = (...joints: readonly RegExp[]): Part[] => {
    const at = joints.flatMap((joint) => [...sentence.matchAll(joint)])
      .filter(({ index }) => !opensRemark(sentence, index, numbers))
      .map(({ index, 0: { length } }) => index + Math.min(1, length)).sort((a, b) => a - b);
    const cuts = [0, ...at, sentence.length];
    return cuts.slice(1).map((end, index) => part(cuts[index]!, end)).filter(({ start, end }) => end > start);
  };
  const clauses: Part[] = [];
  let start = 0;
  for (const { end } of cut(CLAUSE)) {
    if (!numbers.some((at) => at >= start && at < end)) continue;
    clauses.push(part(start, end));
    start = end;
  }
  const last = clauses.pop();
  clauses.push(part(last?.start ?? 0, sentence.length));
  return { parts: cut(CLAUSE, PART), clauses, words: new Set(tellingWords(sentence)), text: plainWords(sentence) };
}

/** What is said of the number with `unit` at `at`. */
export function contextOf({ parts, clauses, words, text }: Parts, at: number, unit: Unit): Context {
  const holds = ({ start, end }: Part) => at >= start && at < end;
  const own = parts.find(holds) ?? clauses[0]!;
  const index = Math.max(0, clauses.findIndex(holds));
  const clause = clauses[index]!;
  const around = [clause, ...clauses.slice(0, index).reverse(), ...clauses.slice(index + 1)];
  const quantities = new Set<Quantity>();
  let contradicted = false;
  let distant = false;
  for (const part of [own, ...around]) {
    const spoken = spokenOf(part.text, unit);
    distant = part !== own;
    spoken.quantities.forEach((quantity) => quantities.add(quantity));
    // "above", "at most": what is compared stands elsewhere.
    if ([...quantities].some((quantity) => quantity !== "objective")) break;
    contradicted = spoken.named && part === clause;
    if (contradicted) break;
  }
  return {
    quantities,
    contradicted,
    distant,
    near: new Set(tellingWords(own.text)),
    words: new Set([...tellingWords(own.text), ...tellingWords(clause.text)]),
    sentence: words,
    names: around.map(({ text }) => positionsIn(text)).find((found) => found.length > 0) ?? [],
    clause: clause.text,
    text,
  };
}

function positionsIn(text: string): number[] {
  return [...text.matchAll(/\ue000([\ue001-\uf8ff])\ue000/g)].map(([, char]) => char!.charCodeAt(0) - FIRST_POSITION);
}
