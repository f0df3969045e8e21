import { parseJson } from "../../../lib/http/mod.ts";
/** A value read from a text, and where it ends. */
export interface Read {
  readonly value: unknown;
  readonly end: number;
  /** Whether all of its brackets were closed. */
  readonly complete: boolean;
}

const DEEPEST = 64;
const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  True: true,
  False: false,
  None: null,
  undefined: null,
  NaN: null,
};
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/**
 * The value of a JSON text as models write it: trailing commas, comments, single quotes, bare keys, Python's words, line
 * breaks in strings, closing brackets left out, a code fence around it. Undefined where it is not clear what is meant,
 * e.g. where the text ends within a string or a number.
 */
export function looseJson(text: string): unknown {
  const trimmed = unfenced(text);
  try {
    return parseJson(trimmed);
  } catch {
    // Read below.
  }
  const first = readJson(trimmed, 0);
  if (first === undefined) return undefined;
  const rest = trimmed.slice(first.end).replace(/^[\s})\];]+/, "");
  if (rest === "" || /^<[|/\w]/.test(rest)) return first.value;
  // Some proxies send an empty object before the real one, or the same one twice.
  const second = /^[{[]/.test(rest) ? readJson(rest, 0) : undefined;
  if (second === undefined || rest.slice(second.end).trim() !== "") return undefined;
  if (JSON.stringify(first.value) === "{}") return second.value;
  return JSON.stringify(first.value) === JSON.stringify(second.value) ? first.value : undefined;
}

/** The value that begins at `from`; undefined where there is none. */
export function readJson(text: string, from: number): Read | undefined {
  const reader = new Reader(text, from);
  try {
    const value = reader.value(0);
    return { value, end: reader.position, complete: reader.complete };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function unfenced(text: string): string {
  const trimmed = text.replace(/^\ufeff/, "").trim();
  if (!trimmed.startsWith("```")) return trimmed;
  const begin = trimmed.indexOf("\n");
  const end = trimmed.lastIndexOf("```");
  return begin < 0 ? trimmed : trimmed.slice(begin + 1, end > begin ? end : undefined).trim();
}

class Reader {
  readonly #text: string;
  position: number;
  complete = true;

  constructor(text: string, position: number) {
    this.#text = text;
    this.position = position;
  }

  value(depth: number): unknown {
    if (depth > DEEPEST) throw new SyntaxError("too deep");
    this.#blank();
    const next = this.#text[this.position];
    if (next === "{") return this.#object(depth);
    if (next === "[") return this.#array(depth);
    if (next === '"' || next === "'") return this.#string(next);
    return this.#word();
  }

  #object(depth: number): Record<string, unknown> {
    const members: [string, unknown][] = [];
    this.position++;
    while (!this.#closed("}", members.length)) {
      const key = this.#key();
      this.#blank();
      if (this.#text[this.position++] !== ":") throw new SyntaxError("expected :");
      members.push([key, this.value(depth + 1)]);
      this.#comma();
    }
    // Own properties, whatever their names.
    return Object.fromEntries(members);
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.position++;
    while (!this.#closed("]", items.length)) {
      items.push(this.value(depth + 1));
      this.#comma();
    }
    return items;
  }

  /** Whether the bracket is closed here, or the text ended where it could have been. */
  #closed(bracket: string, members: number): boolean {
    this.#blank();
    if (this.position >= this.#text.length) {
      if (members === 0) throw new SyntaxError("nothing in it");
      this.complete = false;
      return true;
    }
    if (this.#text[this.position] !== bracket) return false;
    this.position++;
    return true;
  }

  #comma(): void {
    this.#blank();
    const next = this.#text[this.position];
    if (next === ",") this.position++;
    else if (next !== undefined && next !== "}" && next !== "]") throw new SyntaxError("expected ,");
  }

  #key(): string {
    const next = this.#text[this.position];
    if (next === '"' || next === "'") return this.#string(next);
    const [key] = this.#match(/[\p{L}_$][\p{L}\p{N}_$-]*/uy);
    return key;
  }

  #string(quote: string): string {
    const pieces: string[] = [];
    let from = ++this.position;
    for (; this.position < this.#text.length; this.position++) {
      const next = this.#text[this.position];
      if (next === quote) {
        pieces.push(this.#text.slice(from, this.position++));
        return pieces.join("");
      }
      if (next !== "\\") continue;
      pieces.push(this.#text.slice(from, this.position));
      pieces.push(this.#escape());
      from = this.position + 1;
    }
    throw new SyntaxError("a string without an end");
  }

  /** The character of an escape; stays on its last one. */
  #escape(): string {
    const name = this.#text[++this.position] ?? "";
    if (name !== "u") return ESCAPES[name] ?? (/["'\\/]/.test(name) ? name : `\\${name}`);
    const digits = this.#text.slice(this.position + 1, this.position + 5);
    if (!/^[0-9a-f]{4}$/i.test(digits)) return "\\u";
    this.position += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }

  #word(): unknown {
    const [word] = this.#match(/[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z]+/y);
    // Where the text ends, more of it may be missing.
    if (this.position >= this.#text.length) throw new SyntaxError("cut off");
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    const number = Number(word);
    if (!Number.isFinite(number)) throw new SyntaxError("no value");
    return number;
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.#text);
    if (found === null) throw new SyntaxError("unexpected text");
    this.position = pattern.lastIndex;
    return found;
  }

  /** White space and comments. */
  #blank(): void {
    while (true) {
      const [space] = this.#match(/\s*/y);
      const two = this.#text.slice(this.position, this.position + 2);
      const end = two === "//" ? "\n" : two === "/*" ? "*/" : undefined;
      if (end === undefined) {
        if (space === "") return;
        continue;
      }
      const at = this.#text.indexOf(end, this.position);
      this.position = at < 0 ? this.#text.length : at + end.length;
    }
  }
}
