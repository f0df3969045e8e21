import type { Intent } from "./intent.ts";
import { type Read, readDuration, readNumber } from "./times.ts";
import type { Role } from "./vocabulary.ts";
import { BREAK, type Word } from "./words.ts";

/** Reads one clause's intent from words that hold no separator; undefined when a word doesn't fit. */
export function readClause(words: readonly Word[]): Intent | undefined {
  return acknowledgement(words) ?? unsilence(words) ?? silence(words) ?? scale(words) ?? resolve(words) ??
    information(words);
}

/** A clause that asks for silence without saying for how long, or 30 of what. */
export function isOpenSilence(words: readonly Word[]): boolean {
  return words.some(is("silence")) && words.every((word) => OPEN_SILENCE(word) || /^\d{1,4}$/.test(word.low));
}

const OPEN_SILENCE = is("silence", "filler", "incident", "for", "create");

const ON_IT = [
  /^(i ?am|i'?m|im|we ?are|we'?re)? ?on it( now)?$/,
  /^(i )?got (it|this)$/,
  /^(i ?am|i'?m|im|we'?re)? ?(looking|working) (into|at|on) (it|this)( now)?$/,
  /^(i ?will|i'?ll|ill|let me) (take|handle|check|look (into|at)) (it|this)$/,
  /^(i ?am|i'?m|im)? ?taking (it|this|over)$/,
  /^(it'?s )?mine$/,
];

function acknowledgement(words: readonly Word[]): Intent | undefined {
  const plain = words.map((word) => word.low).join(" ");
  if (ON_IT.some((phrase) => phrase.test(plain))) return { do: "ack" };
  const fits = words.some(is("ack")) && words.every(is("ack", "filler", "incident", "mark", "with"));
  return fits ? { do: "ack" } : undefined;
}

function unsilence(words: readonly Word[]): Intent | undefined {
  const direct = words.some(is("unsilence")) && words.every(is("unsilence", "filler", "incident"));
  const removed = words.some(is("remove")) && words.some(is("silence")) &&
    words.every(is("remove", "silence", "filler", "incident"));
  const un = words[0]?.low === "un" && words[1]?.role === "silence" && words.slice(2).every(is("filler", "incident"));
  return direct || removed || un ? { do: "unsilence" } : undefined;
}

function silence(words: readonly Word[]): Intent | undefined {
  const shutUp = words[0]?.low === "shut" && words[1]?.low === "up";
  if (!shutUp && !words.some(is("silence"))) return undefined;
  let ms: number | undefined;
  for (let i = shutUp ? 2 : 0; i < words.length;) {
    const span: Read<number> | undefined = readDuration(words.slice(i).map((word) => word.low));
    if (span !== undefined) {
      if (ms !== undefined) return undefined;
      ms = span.value;
      i += span.words;
    } else if (is("silence", "filler", "incident", "for")(words[i]!)) i++;
    else return undefined;
  }
  return ms === undefined ? undefined : { do: "silence", ms };
}

function scale(words: readonly Word[]): Intent | undefined {
  const speaksOfIt = words.some(is("scale")) || words.some(is("instances"));
  if (!speaksOfIt) return undefined;
  let replicas: number | undefined;
  let service: string | undefined;
  for (const [i, word] of words.entries()) {
    const number = /^(a|an)$/.test(word.low) ? undefined : readNumber(word.low);
    if (number !== undefined) {
      if (replicas !== undefined || !Number.isInteger(number)) return undefined;
      replicas = number;
    } else if (word.role === undefined && words[i - 1]?.role === "scale" && /^[a-z][\w-]*$/.test(word.low)) {
      service = word.low;
    } else if (!is("scale", "instances", "to", "filler", "create", "mark")(word)) return undefined;
  }
  if (replicas === undefined) return undefined;
  return { do: "scale", replicas, ...(service === undefined ? {} : { service }) };
}

function resolve(words: readonly Word[]): Intent | undefined {
  const fits = words.some(is("resolve")) && words.every(is("resolve", "mark", "with", "filler", "incident"));
  return fits ? { do: "resolve" } : undefined;
}

/** Roles that ask for something to read; none of them changes anything. */
const READINGS = ["status", "why", "logs", "similar", "help"] as const;

function information(words: readonly Word[]): Intent | undefined {
  const asked = READINGS.find((role) => words.some(is(role)));
  if (asked === undefined) return undefined;
  return words.every(is(asked, "filler", "show", "incident", "create", "for")) ? { do: asked } : undefined;
}

function is(...roles: readonly Role[]): (word: Word) => boolean {
  return (word) => word !== BREAK && word.role !== undefined && roles.includes(word.role);
}
