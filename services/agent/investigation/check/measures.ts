import { type Measure, speaksOf, speaksOfAll, tools } from "../tools/mod.ts";
import type { NumberFact } from "./numbers.ts";

/**
 * Whether a measurement is the number of a fact: its value, rounding and units allowed for, and what it measures.
 * `logged`: the texts beside it, in lower case.
 */
export function measureIs(measure: Measure, fact: NumberFact, logged: string): boolean {
  if (!valueIs(measure, fact)) return false;
  return measure.nouns.length > 0 ? countsAs(measure, fact, logged) : measures(measure, fact);
}

function valueIs({ value, unit }: Measure, fact: NumberFact): boolean {
  const near = (value: number) => Math.abs(value - fact.value) <= fact.tolerance;
  if (fact.change) return unit === "x" && (near((value - 1) * 100) || near((1 - value) * 100));
  if (fact.unit === null && unit === "%") return SHARE.test(fact.context.text) && near(value / 100);
  if (fact.unit === null) return (unit === null || unit === "n" || unit === "ratio") && near(value);
  if (fact.unit === unit) return near(value);
  switch (fact.unit) {
    case "%":
      return (unit === "ratio" && near(value * 100)) || (unit === "cores" && near(value * 100));
    case "ms":
      return unit === "s" && near(value * 1000);
    case "s":
      return unit === "ms" && near(value / 1000);
    case "n":
      return unit === null && near(value);
    default:
      return false;
  }
}

const SHARE = /\b(?:ratio|fraction|share)\b/;

/** Kinds of time that texts of others do not keep apart. */
const TIMES: ReadonlySet<string> = new Set(["latency", "timeout", "duration", "queries"]);

/** Whether what the sentence says of the number is what was measured. */
function measures({ of, words, told, unit: measured }: Measure, { context, unit, whole }: NumberFact): boolean {
  const { quantities: said, contradicted, distant, near } = context;
  const shared = (among: ReadonlySet<string>) => words.some((word) => among.has(word));
  if (told === true && measured === null && distant && shared(near)) return true;
  if (of.length > 0) {
    if (contradicted) return false;
    // What was told by a text, or counted, may be anything: a word has to say that it is the same.
    if (said.size === 0) {
      return (told !== true && unit !== "n" && whole === null) ||
        shared(whole === null ? context.sentence : new Set([whole]));
    }
    return of.some((quantity) => speaksOf(said, quantity)) ||
      (told === true && of.some((quantity) => TIMES.has(quantity)) &&
        [...said].some((quantity) => TIMES.has(quantity)) && shared(context.sentence));
  }
  return shared(said.size > 0 || contradicted ? context.words : context.sentence);
}

/** What entries of a log are called besides their own words. */
const ENTRY_WORDS: ReadonlySet<string> = new Set(
  ["message", "record", "exception", "failure", "fault", "warning", "occurrence", "log", "trace", "stack"],
);
const ENDS = /\b(?:restart|die|died|death|crash|exit|end(?:s|ed)?\b|kill|terminat|start)/;

let known: ReadonlySet<string> | undefined;

/** Whether what the sentence counts is what was counted. */
function countsAs({ nouns, told, words }: Measure, { nouns: said, context }: NumberFact, logged: string): boolean {
  if (said.length === 0) {
    return context.quantities.size === 0 || nouns.some((noun) => context.text.includes(noun));
  }
  known ??= new Set([...tools.values()].flatMap((tool) => tool.counts ?? []));
  const entries = nouns.includes("entry");
  if (entries && !speaksOfAll(logged, context.quantities)) return false;
  const noun = said.find((word) => known!.has(word) || ENTRY_WORDS.has(word) || word === "request");
  switch (noun) {
    case undefined:
      // A noun of no tool's: what was told, or another word for what was logged.
      return nouns.some((noun) => said.includes(noun)) ||
        (entries && said.some((word) => word.length > 3 && logged.includes(word)));
    case "time":
      if (told === true) return nouns.includes(noun) && words.some((word) => context.sentence.has(word));
      return nouns.includes(noun) && entries !== ENDS.test(context.text);
    case "request":
      return nouns.includes(noun) || (entries && [...context.quantities].some((quantity) => quantity === "errors"));
    default:
      return nouns.includes(noun) || (entries && ENTRY_WORDS.has(noun));
  }
}
