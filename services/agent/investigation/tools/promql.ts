/** A matcher of a selector, e.g. `job="cart"`. */
export interface Matcher {
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** A selector of a query: `name{…}`, or one of both. */
export interface Selector {
  readonly name: string;
  readonly matchers: readonly Matcher[];
  /** Where further matchers can be put in, and what has to stand around them. */
  readonly insert: { readonly at: number; readonly before: string; readonly after: string };
}

/** What a query reads. */
export interface ParsedQuery {
  readonly selectors: readonly Selector[];
  /** Seconds of each `[range]`, `[range:step]` and `offset`. */
  readonly ranges: readonly { readonly seconds: number; readonly step: number | null }[];
}

const NAME = /[a-zA-Z_:][\w:.]*/y;
const MATCHER =
  /\s*("(?:[^"\\]|\\.){0,200}"|[a-zA-Z_][\w.]{0,200})\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)\s*,?/y;
const QUOTED_NAME = /\s*"((?:[^"\\]|\\.){0,200})"(?!\s*[=!])(?:\s*,(?!\s*[=!]))?/y;
const WORDS = new Set([
  "and",
  "or",
  "unless",
  "bool",
  "offset",
  "start",
  "end",
  "atan2",
  "inf",
  "nan",
  "default",
  "keep_metric_names",
]);
const GROUPING = new Set(["by", "without", "on", "ignoring", "group_left", "group_right"]);
const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/**
 * The selectors and stretches of time of a PromQL query; nothing else of it is understood.
 *
 * @throws {SyntaxError} in words, where even these cannot be told.
 */
export function parseQuery(query: string): ParsedQuery {
  const selectors: Selector[] = [];
  const ranges: ParsedQuery["ranges"][number][] = [];
  let position = 0;
  while (position < query.length) {
    const char = query[position]!;
    if (char === "#") position = endOf(query, "\n", position);
    else if (char === '"' || char === "'" || char === "`") position = endOfString(query, position);
    else if (char === "[") {
      const end = endOf(query, "]", position);
      ranges.push(rangeOf(query.slice(position + 1, end - 1)));
      position = end;
    } else if (char === "{") {
      const { selector, end } = braces(query, position, "");
      selectors.push(selector);
      position = end;
    } else if (/[0-9.]/.test(char)) {
      position = match(/[\w.]+/y, query, position)!.end;
    } else {
      const name = match(NAME, query, position);
      if (name === undefined) position++;
      else position = takeName(query, { name: name.text, end: name.end, selectors, ranges });
    }
  }
  return { selectors, ranges };
}

function takeName(
  query: string,
  { name, end, selectors, ranges }: {
    readonly name: string;
    readonly end: number;
    readonly selectors: Selector[];
    readonly ranges: ParsedQuery["ranges"][number][];
  },
): number {
  const word = name.toLowerCase();
  const next = match(/\s*/y, query, end)!.end;
  if (GROUPING.has(word)) return query[next] === "(" ? endOf(query, ")", next) : end;
  if (word === "offset") {
    const given = match(/\s*(?:-\s*)?((?:\d+(?:ms|[smhdwy]))+)/y, query, end);
    if (given === undefined) return end;
    ranges.push({ seconds: secondsOf(given.text.replaceAll(/[\s-]/g, "")), step: null });
    return given.end;
  }
  // `sum(…)` and `sum by (…) (…)`
  if (WORDS.has(word) || query[next] === "(" || match(/(?:by|without)\s*\(/iy, query, next)) return end;
  if (query[next] === "{") {
    const { selector, end: after } = braces(query, next, name);
    selectors.push(selector);
    return after;
  }
  selectors.push({ name, matchers: [], insert: { at: end, before: "{", after: "}" } });
  return end;
}

function braces(query: string, from: number, name: string): { selector: Selector; end: number } {
  const matchers: Matcher[] = [];
  let named = name;
  let position = from + 1;
  while (true) {
    const space = match(/\s*/y, query, position)!.end;
    if (query[space] === "}") {
      const separator = matchers.length > 0 || named !== name ? "," : "";
      const insert = { at: from + 1, before: "", after: separator };
      return { selector: { name: named, matchers, insert }, end: space + 1 };
    }
    QUOTED_NAME.lastIndex = position;
    const quoted = QUOTED_NAME.exec(query);
    if (quoted !== null) {
      named = quoted[1]!;
      position = QUOTED_NAME.lastIndex;
      continue;
    }
    MATCHER.lastIndex = position;
    const found = MATCHER.exec(query);
    if (found === null) throw new SyntaxError("a selector's braces hold something that is no label matcher");
    const [, label, operator, value] = found;
    matchers.push({
      label: label!.replaceAll('"', ""),
      operator: operator as Matcher["operator"],
      value: unquoted(value!),
    });
    position = MATCHER.lastIndex;
  }
}

function unquoted(text: string): string {
  const inner = text.slice(1, -1);
  return text.startsWith("`") ? inner : inner.replaceAll(/\\(.)/g, "$1");
}

function rangeOf(text: string): ParsedQuery["ranges"][number] {
  const [range = "", step] = text.split(":").map((part) => part.trim());
  return { seconds: secondsOf(range), step: step === undefined ? null : step === "" ? 60 : secondsOf(step) };
}

function secondsOf(duration: string): number {
  if (/^\d+(\.\d+)?$/.test(duration)) return Number(duration);
  const parts = [...duration.matchAll(/(?<!\d)(\d+)(ms|[smhdwy])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== duration) {
    throw new SyntaxError(`${JSON.stringify(duration.slice(0, 40))} is no duration`);
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
}

function match(pattern: RegExp, text: string, at: number): { readonly text: string; readonly end: number } | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? undefined : { text: found[0], end: pattern.lastIndex };
}

/** Behind the next `mark`. */
function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function endOfString(text: string, from: number): number {
  const quote = text[from]!;
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\" && quote !== "`") at++;
    else if (text[at] === quote) return at + 1;
  }
  throw new SyntaxError("a string has no end");
}
