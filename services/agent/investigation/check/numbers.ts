import { type Unit, unitOfName } from "../tools/mod.ts";
import { type Context, contextOf, partsOf } from "./context.ts";

/** A number in a sentence. */
export interface NumberFact {
  readonly kind: "number";
  readonly raw: string;
  readonly value: number;
  readonly unit: Unit;
  /** The words after it that may say what is counted, in the singular, nearest first. */
  readonly nouns: readonly string[];
  /** A percentage by which something changed, not one that was measured. */
  readonly change: boolean;
  /** What it is a percentage of, in the singular, where the text says so. */
  readonly whole: string | null;
  /** It may be an HTTP status as well: "500 errors". */
  readonly status: boolean;
  /** What the words around it say that it measures, and of whom. */
  readonly context: Context;
  /** How far a measurement may be off and still be this number when rounded. */
  readonly tolerance: number;
}

const NUMBER =
  /(?<![\w.,:/#-])(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?(?:k(?![a-z]))?)(?![\d:])(?!(?:st|nd|rd|th)\b)\s?(%|percent\b|per ?cent\b|ms\b|milliseconds?\b|s\b|secs?\b|seconds?\b|minutes?\b|mins?\b|m\b|hours?\b|h\b|(?:(?:requests?|errors?|req|failures?|answers?|responses?) ?)?(?:\/ ?s\b|\/ ?sec(?:ond)?\b|(?:per|an?|each|every) second\b)|rps\b|GiB\b|GB\b|MiB\b|MB\b|KiB\b|kB\b|KB\b|bytes\b|cores?\b|CPUs?\b|times (?:the|that|as|what|its|more|higher|lower|slower|faster|longer|larger|bigger|greater|less|above|usual|normal|compared)\b|x\b|×|([a-z]+)\b)?/gi;
const APPROXIMATELY =
  /(?:about|around|roughly|nearly|almost|approximately|some|circa|~|≈|over|more than|up to|under|less than|at least|below|above)\s*$/i;

/** "95 % of the requests take less than 9 ms", "1 % of requests take longer than 4 s". */
const REQUESTS = "(of (?:the |all |its )?(?:requests|calls|answers|responses)\\b[^.%]{0,60}";
const WITHIN = new RegExp(
  `\\b(50|90|95|99) ?(?:%|percent) ${REQUESTS}\\b(?:in|within|under|below|less than|faster than|at most) )(?=\\d[\\d.,]{0,9} ?m?s)`,
  "gi",
);
const LONGER = new RegExp(
  `\\b(50|10|5|1) ?(?:%|percent) ${REQUESTS}\\b(?:longer than|more than|slower than|over|above|at least) )(?=\\d[\\d.,]{0,9} ?m?s)`,
  "gi",
);
/** Words after a number that end what says what is counted. */
const ENDS_NOUNS =
  /^(and|or|to|in|on|at|is|was|are|were|for|from|since|with|than|by|per|as|but|while|after|before|ago|so|then|now|within|during|that|which|who|has|have|had|do|does|did|over|under|until|each|every)$/i;
/** Words between a number and what is counted that do not say it. */
const NOT_NOUNS = /^(of|the|these|those|its|all|error|log|distinct)$/i;

interface Match {
  readonly raw: string;
  readonly groups: readonly (string | undefined)[];
  /** The text before it, and after. */
  readonly before: string;
  readonly after: string;
}

/** The numbers of a sentence whose other facts are placeholders. */
export function numbersIn(sentence: string): NumberFact[] {
  const text = sentence.replaceAll(WITHIN, (_, percent, between) => `p${percent} ${between}`)
    .replaceAll(LONGER, (_, percent, between) => `p${100 - Number(percent)} ${between}`);
  const found = [...text.matchAll(NUMBER)];
  // Most numbers of a log are never asked about: what is said of one is read when it is.
  const parts = once(() => partsOf(text, found.map(({ index }) => index)));
  const joints = found.map((match, position) => jointBetween(text, match, found[position + 1]));
  return found.map((match, position) => {
    // "from 40 to 60 ms": the unit of both; "24 requests/s, 8 of which fail": that of the one before.
    const unitIn = position > 0 && isPartOfLast(text, match)
      ? found[position - 1]!
      : joints[position] === null
      ? match
      : found[position + 1]!;
    const number = numberOf({
      raw: match[0],
      groups: [match[1], ...unitIn.slice(2)],
      before: text.slice(0, match.index),
      after: text.slice(unitIn.index + unitIn[0].length),
    });
    const context = once(() =>
      asPart(contextOf(parts(), match.index, number.unit), [joints[position - 1], joints[position]])
    );
    return {
      kind: "number",
      ...number,
      get context() {
        return context();
      },
    };
  });
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

/** Whether a number without a unit is a part of what was counted or measured before it. */
function isPartOfLast(text: string, match: RegExpExecArray): boolean {
  if (match[2] !== undefined && match[3] === undefined) return false;
  const after = `${match[3] ?? ""}${text.slice(match.index + match[0].length, match.index + match[0].length + 20)}`;
  // A fraction counts nothing.
  return /^\s?of (?:which|them|those|these)\b/i.test(after) ||
    (match[1]!.includes(".") && /^\s?(?:fail|are|were|end)/i.test(after));
}

/** The word between a number without a unit and the next one that has it for both; null where there is none. */
function jointBetween(text: string, match: RegExpExecArray, next: RegExpExecArray | undefined): string | null {
  if (next === undefined || (match[2] !== undefined && match[3] === undefined)) return null;
  const between = `${match[3] ?? ""}${text.slice(match.index + match[0].length, next.index)}`;
  return /^\s?(to|and|or|through|of|out of|vs\.?|versus|against)\s$/i.exec(between)?.[1]?.toLowerCase() ?? null;
}

/** "8 of 24 requests/s fail": of the one it is said that they fail, of the other that they are requests. */
function asPart(context: Context, [before, after]: readonly (string | null | undefined)[]): Context {
  const { quantities } = context;
  const more = after?.endsWith("of") && quantities.has("requests")
    ? "errors"
    : before?.endsWith("of") && quantities.has("errors")
    ? "requests"
    : undefined;
  return more === undefined ? context : { ...context, quantities: new Set([...quantities, more]) };
}

/** `field_percent: 98.4`, `field_ms=12`, `field_ratio is`. */
const FIELD = /([a-z][\w.]{1,60})["']?(?:\s{0,2}([=:])\s{0,2}["']?|(?<=_[a-z]{2,12}["']?) (?:is|was|of|at) )$/i;
/** "Requests per second: 60 (was 40". */
const HEADING = /\b(per second|percent|milliseconds|ms|MB|cores)\s?:[^:;.]{0,30}$/i;
const WHOLE = /^ of (?:the |all |its |our |their )*([a-z]{3,40})/i;
const CHANGED_BEFORE = new RegExp(
  `(?:\\b(?:by|(?<!\\b(?:mak(?:e|es|ing)|made|adds?|takes?|sums?) )up|down)|\\b(?:increase|rise|growth|jump|drop|fall|decrease|reduction) of|\\b(?:increased|rose|grew|fell|dropped|decreased|jumped|climbed|declined))\\s+(?:(?:about|around|roughly|nearly|almost|some|over|more than|at least)\\s+)?$`,
  "i",
);
const CHANGED_AFTER =
  /^\s*(?:more|higher|lower|less|slower|faster|larger|smaller|fewer|increase|rise|growth|jump|drop|fall|decrease|reduction|(?:above|below|over|under) (?:the |its )?(?:usual|normal|before|baseline))\b/i;

function numberOf({ raw, groups, before, after }: Match): Omit<NumberFact, "kind" | "context"> {
  const thousands = /k$/i.test(groups[0]!);
  const digits = groups[0]!.replaceAll(/,|k$/gi, "");
  const decimals = /\.(\d+)$/.exec(digits)?.[1]?.length ?? 0;
  let [unit, factor] = groups[2] === undefined
    ? unitOf((groups[1] ?? "").toLowerCase().replaceAll(/\s/g, ""))
    : [null, 1] as const;
  if (unit === null) {
    [unit, factor] = unitOf((HEADING.exec(before.slice(-80))?.[1] ?? "").toLowerCase().replaceAll(/\s/g, ""));
  }
  const [, field, mark] = (unit === null ? FIELD.exec(before.slice(-80)) : null) ?? [];
  if (field !== undefined) [unit, factor] = unitOfName(field);
  if (thousands) factor *= 1000;
  const value = Number(digits) * factor;
  const rounding = 0.5 * 10 ** -decimals * factor;
  const loose = APPROXIMATELY.test(before) ? Math.abs(value) * 0.06 : 0;
  const nouns = unit === null && mark !== "=" ? nounsOf(`${groups[2] ?? ""}${after}`) : [];
  return {
    raw: raw.trim(),
    value,
    unit: unit ?? (nouns.length === 0 ? null : "n"),
    nouns,
    status: nouns[0] === "error" && /^[45]\d\d$/.test(digits),
    whole: unit === "%" ? WHOLE.exec(after.slice(0, 60))?.[1]?.toLowerCase().replace(/s$/, "") ?? null : null,
    change: unit === "%" && (CHANGED_BEFORE.test(before.slice(-60)) || CHANGED_AFTER.test(after.slice(0, 40))),
    tolerance: Math.max(rounding, loose) * (1 + 1e-9) + 1e-12,
  };
}

const MOST_NOUNS = 4;

/** The words from the start of `text` that may say what is counted, up to the first that cannot. */
function nounsOf(text: string): string[] {
  const nouns: string[] = [];
  for (const word of /^[a-z]*(?: [a-z]+){0,8}/i.exec(text.trimStart())![0].split(" ")) {
    if (word === "" || ENDS_NOUNS.test(word) || nouns.length >= MOST_NOUNS) break;
    if (!NOT_NOUNS.test(word)) nouns.push(word.toLowerCase().replace(/ies$/, "y").replace(/s$/, ""));
  }
  return nouns;
}

function unitOf(written: string): readonly [unit: Unit, factor: number] {
  if (/^(%|percent)$/.test(written)) return ["%", 1];
  if (/^(ms|milliseconds?)$/.test(written)) return ["ms", 1];
  if (/^(s|secs?|seconds?)$/.test(written)) return ["s", 1];
  if (/^(minutes?|mins?|m)$/.test(written)) return ["s", 60];
  if (/^(hours?|h)$/.test(written)) return ["s", 3600];
  if (/(\/s|\/sec|\/second|(?:per|an?|each|every)second)$|^rps$/.test(written)) return ["/s", 1];
  if (/^gi?b$/.test(written)) return ["MB", 1024];
  if (/^mi?b$/.test(written)) return ["MB", 1];
  if (/^ki?b$/.test(written)) return ["MB", 1 / 1024];
  if (written === "bytes") return ["MB", 1 / 2 ** 20];
  if (/^(cores?|cpus?)$/.test(written)) return ["cores", 1];
  if (/^(x|×|times)/.test(written)) return ["x", 1];
  return [null, 1];
}
