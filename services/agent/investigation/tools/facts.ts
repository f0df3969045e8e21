/** The unit of a number: `n` is a count, `ratio` a share of 1; null where none is known. */
export type Unit = "%" | "/s" | "ms" | "s" | "MB" | "cores" | "x" | "n" | "ratio" | null;

/** A number that a result holds. */
export interface Measure {
  readonly value: number;
  readonly unit: Unit;
  /** What is counted, in the singular; empty for what is measured. */
  readonly nouns: readonly string[];
  /** Instances and routes that it is about; empty when it is about the whole. */
  readonly about: readonly string[];
}

/** A text whose first line's numbers hold, e.g. an event's. */
export interface Told {
  readonly text: string;
  readonly about: readonly string[];
}

type Maybe<T> = T | null | undefined;

/**
 * What a tool's result holds, as the tool declares it; the check looks claims up in it. Null and undefined add nothing:
 * a stored result may be older than the tool.
 */
export class Facts {
  readonly measures: Measure[] = [];
  readonly told: Told[] = [];
  readonly quotes: string[] = [];
  /** What to do, word for word. */
  readonly steps: string[] = [];
  readonly files = new Set<string>();
  /** `file:line` of stack frames. */
  readonly frames = new Set<string>();
  /** `file:line` of code that was read, with its text. */
  readonly code = new Map<string, string>();
  readonly instances = new Set<string>();
  /** The address of a name. */
  readonly aliases = new Map<string, string>();
  readonly routes = new Set<string>();

  /** A measured number. */
  number(value: Maybe<number>, unit: Unit, about: readonly Maybe<string>[] = []): this {
    if (typeof value === "number") {
      this.measures.push({
        value,
        unit,
        nouns: [],
        about: about.filter((x) => x != null),
      });
    }
    return this;
  }

  /** A count of things, each with the nouns by which a sentence may call them, in the singular. */
  count(value: Maybe<number>, nouns: readonly string[], about: readonly Maybe<string>[] = []): this {
    if (typeof value === "number") {
      this.measures.push({
        value,
        unit: "n",
        nouns,
        about: about.filter((x) => x != null),
      });
    }
    return this;
  }

  /** A stretch of time from RFC 3339 to RFC 3339. */
  span(from: Maybe<string>, to: Maybe<string>, about: readonly Maybe<string>[] = []): this {
    const seconds = (Date.parse(to ?? "") - Date.parse(from ?? "")) / 1000;
    return Number.isFinite(seconds) ? this.number(seconds, "s", about) : this;
  }

  /** How many times `usual` a value is, and the other way round. */
  times(value: Maybe<number>, usual: Maybe<number>, about: readonly Maybe<string>[] = []): this {
    if (typeof value !== "number" || typeof usual !== "number" || !(usual > 0)) return this;
    if (value > 0) this.number(usual / value, "x", about);
    return this.number(value / usual, "x", about);
  }

  /** An instance, by its address and what people call it. */
  instance(address: Maybe<string>, name?: Maybe<string>): this {
    for (const known of [address, name]) if (known) this.instances.add(known);
    if (address && name) this.aliases.set(name, address);
    return this;
  }

  /** A route, as a template or a path. */
  route(route: Maybe<string>): this {
    if (route && route !== "/") this.routes.add(route);
    return this;
  }

  /** A stack frame. */
  frame(file: Maybe<string>, line: Maybe<number>): this {
    if (!file) return this;
    this.files.add(file);
    if (typeof line === "number") this.frames.add(`${file}:${line}`);
    return this;
  }

  /** A file that was read or named. */
  file(file: Maybe<string>): this {
    if (file) this.files.add(file);
    return this;
  }

  /** A line of code that was read. */
  codeLine(file: string, line: number, text: string): this {
    this.code.set(`${file}:${line}`, text);
    return this.said(text);
  }

  /** A text that was seen and may be quoted, with the numbers in its first line. */
  said(text: Maybe<string>, about: readonly Maybe<string>[] = []): this {
    if (text) this.told.push({ text, about: about.filter((x) => x != null) });
    return this.quote(text);
  }

  /** Texts that were seen and may be quoted: all that `node` holds. */
  quote(node: unknown): this {
    if (typeof node === "string") this.quotes.push(node);
    else if (node !== null && typeof node === "object") Object.values(node).forEach((inner) => this.quote(inner));
    return this;
  }

  /** What the operators' own page says to do. */
  step(text: string): this {
    this.steps.push(text);
    return this.quote(text);
  }
}

/** Nouns for log entries; any other noun that nothing else is counted by is taken for one, too. */
export const ENTRIES = ["entry", "error", "line", "time"];
