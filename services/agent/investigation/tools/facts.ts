import { type Quantity, spokenOf, tellingWords, type Unit } from "./quantities.ts";

/** A number that a result holds. */
export interface Measure {
  readonly value: number;
  readonly unit: Unit;
  /** What is measured, any of them; empty for what is counted, and where only the words tell. */
  readonly of: readonly Quantity[];
  /** Words of which a sentence about an unknown quantity has one: those of its metric, or of the text that told it. */
  readonly words: readonly string[];
  /** What is counted, in the singular; empty for what is measured. */
  readonly nouns: readonly string[];
  /** Instances, routes and services that it is about; empty when it is about the whole. */
  readonly about: readonly string[];
  /** What else it may be about: a sentence that names another of its kind is about something else. */
  readonly owners?: readonly string[];
  /** It was read in a text. */
  readonly told?: boolean;
}

/** What a number measures, and whose it is. */
export interface Subject {
  readonly of: Quantity;
  readonly about?: readonly Maybe<string>[];
}

/** What a number measures whose quantity only the name of a metric tells. */
export interface Named {
  /** Names, of metrics and otherwise, whose words tell it. */
  readonly named: string;
  readonly about?: readonly Maybe<string>[];
  /** Values of labels that tell it from its like. */
  readonly owners?: readonly string[];
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
  /** What rules concluded, word for word. */
  readonly conclusions: string[] = [];
  readonly files = new Set<string>();
  /** `file:line` of stack frames. */
  readonly frames = new Set<string>();
  /** `file:line` of code that was read, with its text. */
  readonly code = new Map<string, string>();
  readonly instances = new Set<string>();
  /** The address of a name. */
  readonly aliases = new Map<string, string>();
  readonly routes = new Set<string>();
  readonly services = new Set<string>();
  /** Values of labels, by which sentences tell series apart. */
  readonly owners = new Set<string>();

  /** A measured number. */
  number(value: Maybe<number>, unit: Unit, subject: Subject | Named): this {
    if (typeof value !== "number") return this;
    const about = (subject.about ?? []).filter((x) => x != null);
    if ("named" in subject) {
      const { named, owners = [] } = subject;
      for (const owner of owners) this.owners.add(owner);
      const of = [...spokenOf(named, unit).quantities];
      this.measures.push({ value, unit, of, words: tellingWords(named), nouns: [], about, owners });
      return this;
    }
    const { of } = subject;
    this.measures.push({ value, unit, of: [of], words: [], nouns: [], about });
    if (of === "error share" && unit === "%") {
      this.measures.push({ value: 100 - value, unit, of: ["success share"], words: [], nouns: [], about });
    }
    return this;
  }

  /** A count of things, each with the nouns by which a sentence may call them, in the singular. */
  count(value: Maybe<number>, nouns: readonly string[], about: readonly Maybe<string>[] = []): this {
    if (typeof value === "number") {
      this.measures.push({
        value,
        unit: "n",
        of: [],
        words: [],
        nouns,
        about: about.filter((x) => x != null),
      });
    }
    return this;
  }

  /** A stretch of time from RFC 3339 to RFC 3339. */
  span(from: Maybe<string>, to: Maybe<string>, about: readonly Maybe<string>[] = []): this {
    const seconds = (Date.parse(to ?? "") - Date.parse(from ?? "")) / 1000;
    return Number.isFinite(seconds) ? this.number(seconds, "s", { of: "duration", about }) : this;
  }

  /** How many times `usual` a value is, and the other way round. */
  times(value: Maybe<number>, usual: Maybe<number>, subject: Subject): this {
    if (typeof value !== "number" || typeof usual !== "number" || !(usual > 0)) return this;
    if (value > 0) this.number(usual / value, "x", subject);
    return this.number(value / usual, "x", subject);
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

  /** A service: what is about it is about all of its instances and routes. */
  service(name: Maybe<string>): this {
    if (name) this.services.add(name);
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

  /** A sentence that rules concluded from objects; who repeats it word for word has it from there. */
  conclusion(text: string, about: readonly Maybe<string>[] = []): this {
    this.conclusions.push(text);
    return this.said(text, about);
  }

  /** What the operators' own page says to do. */
  step(text: string): this {
    this.steps.push(text);
    return this.quote(text);
  }
}

/** Nouns for log entries; any other noun that nothing else is counted by is taken for one, too. */
export const ENTRIES = ["entry", "error", "line", "time"];
