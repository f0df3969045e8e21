import { placeholder, TAKEN, withoutPlaceholders } from "./context.ts";
import { type NumberFact, numbersIn } from "./numbers.ts";

/** Something in a sentence that evidence can confirm or refute. */
export type Fact =
  | { readonly kind: "place"; readonly raw: string; readonly file: string; readonly line: number | null }
  | { readonly kind: "quote"; readonly raw: string; readonly text: string }
  | { readonly kind: "time"; readonly raw: string; readonly clock: string }
  | { readonly kind: "instance"; readonly raw: string; readonly name: string }
  | { readonly kind: "route"; readonly raw: string; readonly route: string }
  | { readonly kind: "word"; readonly raw: string; readonly word: string }
  | NumberFact;

/** Names that the evidence holds, by which they are recognised in a sentence. */
export interface Vocabulary {
  readonly instances: ReadonlySet<string>;
}

const EXTENSIONS =
  "tsx?|jsx?|mjs|cjs|[mc]ts|vue|svelte|py|go|java|kts?|groovy|jsp|rb|php|rs|cs|vb|fsx?|c|cc|cpp|cxx|hh?|hpp|mm?|swift|scala|" +
  "exs?|h?eex|erl|clj[cs]?|dart|lua|p[lm]|zig|nim|sql|ya?ml|json|toml|conf";
const PLACE = new RegExp(
  `(?<![\\w.@-])(?:[A-Za-z]:[/\\\\])?(?:[\\w.@-]+[/\\\\]){0,30}[\\w.@-]+\\.(?:${EXTENSIONS})(?![\\w/])(?::(\\d+)(?::\\d+)?)?`,
  "g",
);
const LINE_OF = /\blines? (\d+)\b(?: (?:of|in) )?/gi;
const QUOTE = /"([^"\n]{2,600})"|“([^”\n]{2,600})”|`([^`\n]{2,600})`|(?<=^|[\s(])'([^'\n]{12,600})'(?=$|[\s.,;:)])/g;
const ISO = /\b\d{4}-\d\d-\d\d[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g;
const CLOCK = /(?<![\d:.])([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?![\d:])(?:\.\d+)?(?: ?UTC|Z)?/g;
const HOST_PORT = /(?<![\w.-])(?:\d{1,3}(?:\.\d{1,3}){3}|localhost|[a-z][\w-]*(?:\.[\w-]+)*):\d{2,5}\b/gi;
const PORT = /\bport (\d{2,5})\b/gi;
const NAMED_INSTANCE = /\binstances? ((?=[\w.-]*\d)[a-z][\w.-]*[\w])/gi;
const ROUTE = /(?<![\w.:/}<])\/(?:[A-Za-z0-9_{][\w{}:.*~%$-]*)(?:\/[\w{}:.*~%$-]+)*\/?/g;
const ERROR_CLASS = /\b[A-Z]\w*(?:Error|Exception|Panic|Fault)\b/g;
const CALL = /\b([A-Za-z_$][\w$]*)\(\)/g;
const STATUS =
  /\b(?:HTTP(?: status)?|status(?: code)?) ([1-5]\d\d)\b|\b([45]\d\d)(?= (?:answers?|responses?|status|Internal|Not Found|Bad|Service|Gateway))|\b([45]\d\d)s\b|(?<=\b(?:answered|answers?|responds?|responded|replied|replies|failed|fails?|failing|ends?|ended) (?:with|in) (?:an? |HTTP )?)([1-5]\d\d)\b(?! ?(?:ms|s|sec\w*|%|[kmg]i?b|requests?|errors?|times|entries)\b)/gi;
const ENTRY_ID = /\bE\d+\b/g;

interface Match {
  readonly raw: string;
  readonly groups: readonly (string | undefined)[];
}

/** The facts of a sentence that evidence can confirm or refute. */
export function factsOf(sentence: string, vocabulary: Vocabulary): Fact[] {
  const facts: Fact[] = [];
  let rest = withoutPlaceholders(sentence);
  const take = (pattern: RegExp, make: (match: Match) => Fact | null, hint: (fact: Fact) => string = () => "") => {
    rest = rest.replaceAll(pattern, (raw, ...args) => {
      const at = args.findIndex((arg) => typeof arg === "number");
      const fact = make({ raw, groups: args.slice(0, at) });
      if (fact === null) return raw;
      facts.push(fact);
      return `${placeholder(facts.length - 1)}${hint(fact)}`;
    });
  };

  take(QUOTE, ({ raw, groups }) => {
    const text = groups.find((group) => group !== undefined)!;
    const whole = new RegExp(`^(?:${PLACE.source}|${ROUTE.source}|${HOST_PORT.source}|E\\d+|[\\d.,]+ ?%?)$`, "i");
    return whole.test(text.trim()) || vocabulary.instances.has(text) ? null : { kind: "quote", raw, text };
  });
  const named: string[] = [];
  take(PLACE, ({ raw, groups: [line] }) => {
    const file = raw.split(/:\d/, 1)[0]!;
    named.push(file);
    return { kind: "place", raw, file, line: line === undefined ? null : Number(line) };
  });
  take(LINE_OF, ({ raw, groups: [line] }) => {
    return { kind: "place", raw, file: named.length === 1 ? named[0]! : "", line: Number(line) };
  });
  take(ISO, ({ raw, groups: [clock] }) => ({ kind: "time", raw, clock: clock! }));
  take(HOST_PORT, ({ raw }) => {
    // `ratio:10` is no instance unless one is called so; an address always is.
    const word = /^[a-z]+:\d+$/i.test(raw) && !raw.startsWith("localhost");
    return word && !vocabulary.instances.has(raw) ? null : { kind: "instance", raw, name: raw };
  });
  take(CLOCK, ({ raw, groups: [h, m, s] }) => {
    return { kind: "time", raw, clock: `${h!.padStart(2, "0")}:${m}${s === undefined ? "" : `:${s}`}` };
  });
  take(PORT, ({ raw, groups: [port] }) => ({ kind: "instance", raw, name: `:${port}` }));
  const family = familyPattern(vocabulary.instances);
  if (family) take(family, ({ raw }) => ({ kind: "instance", raw, name: raw }));
  take(NAMED_INSTANCE, ({ raw, groups: [name] }) => ({ kind: "instance", raw, name: name! }));
  take(ROUTE, ({ raw }) => ({ kind: "route", raw, route: raw.replace(/(?<![.,;:])[.,;:]+$/, "") }));
  take(ERROR_CLASS, ({ raw }) => ({ kind: "word", raw, word: raw }), () => " error");
  take(CALL, ({ raw, groups: [name] }) => ({ kind: "word", raw, word: name! }));
  take(
    STATUS,
    ({ raw, groups }) => ({ kind: "word", raw, word: groups.find((x) => x !== undefined)! }),
    (fact) => fact.kind !== "word" ? "" : ` #${fact.word}${fact.word.startsWith("5") ? " error" : ""}`,
  );
  rest = rest.replaceAll(ENTRY_ID, TAKEN)
    .replaceAll(/\b([1-5])xx(?:es|s)?\b/gi, (_, digit) => digit === "5" ? "error" : "answers");
  facts.push(...numbersIn(rest));
  return facts;
}

/** `inv1` and `inv2` make any `inv<number>` a name that must exist. */
function familyPattern(names: ReadonlySet<string>): RegExp | null {
  const literal = [...names].filter((name) => !name.includes(":") && name.length > 1).map(escapeRegExp);
  const families = [...names].map((name) => /^([a-z](?:[\w.-]*[a-z_.-])?)\d+$/i.exec(name)?.[1]).filter((x) =>
    x !== undefined
  );
  const parts = [...[...new Set(families)].map((prefix) => `${escapeRegExp(prefix)}\\d+`), ...literal];
  return parts.length === 0 ? null : new RegExp(`(?<![\\w./-])(?:${parts.join("|")})(?![\\w-])`, "g");
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
