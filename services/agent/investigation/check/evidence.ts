import type { ToolCall } from "../../incidents/mod.ts";
import { Facts, type Measure, tools } from "../tools/mod.ts";
import { type Fact, factsOf, type Vocabulary } from "./facts.ts";
import { measureIs } from "./measures.ts";
import type { NumberFact } from "./numbers.ts";

const LONGEST_TEXT = 20_000;

/** Words of a sentence about some instance or route that it does not name. */
const OF_SOME = /\b(instances?|routes?|each|worst|highest|slowest|one of|others?|usual|median|both|all)\b/i;
/** Words of a sentence about the whole service although it names an instance or a route. */
const OF_ALL = /\b(?:all|total|overall|altogether|whole|entire|every|service|together|traffic)\b/i;

/** What one ledger entry holds, in the form in which claims are looked up. */
class Entry {
  readonly held: Facts;
  readonly measures: Measure[];
  readonly background: boolean;
  #flat: string | undefined;
  #lower: string | undefined;
  #clocks: number[] | undefined;

  constructor(held: Facts, background: boolean) {
    this.held = held;
    this.measures = [...held.measures];
    this.background = background;
  }

  /** All that was seen, evened out. */
  get flat(): string {
    return this.#flat ??= normalise(this.held.quotes.join("\n"));
  }

  /** The same in lower case. */
  get lower(): string {
    return this.#lower ??= this.flat.toLowerCase();
  }

  /** Times of day, in seconds. */
  get clocks(): readonly number[] {
    return this.#clocks ??= this.held.quotes.flatMap((text) =>
      [...text.matchAll(/(?<!\d)(\d\d):(\d\d):(\d\d)/g)].map(([, h, m, s]) =>
        Number(h) * 3600 + Number(m) * 60 + Number(s)
      )
    );
  }
}

/** The ledger as claims are checked against it: what each tool declares of its results. */
export class Evidence implements Vocabulary {
  readonly instances = new Set<string>();
  readonly routes = new Set<string>();
  readonly services = new Set<string>();
  readonly #entries = new Map<string, Entry>();
  readonly #aliases = new Map<string, string>();

  constructor(ledger: readonly ToolCall[]) {
    for (const call of ledger) {
      const tool = tools.get(call.tool);
      if (!call.ok || tool === undefined) continue;
      const held = new Facts();
      tool.facts(call.result, held);
      this.#entries.set(call.id, new Entry(held, tool.background === true));
      held.instances.forEach((name) => this.instances.add(name));
      held.routes.forEach((route) => this.routes.add(route));
      held.services.forEach((name) => this.services.add(name));
      held.aliases.forEach((address, name) => this.#aliases.set(name, address));
    }
    for (const { held, measures } of this.#entries.values()) {
      for (const { text, about } of held.told) {
        if (text.length > LONGEST_TEXT) continue;
        const facts = factsOf(text.split("\n", 1)[0]!.slice(0, 500), this);
        const owners = facts.flatMap((fact) => fact.kind === "instance" ? [this.#canonical(fact.name)] : []);
        for (const fact of facts) {
          if (fact.kind === "number") measures.push(toldMeasure(fact, { about, owners }));
        }
      }
    }
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Entries that tell about now. */
  get current(): string[] {
    return [...this.#entries].filter(([, { background }]) => !background).map(([id]) => id);
  }

  /** Whether one of the entries `ids` confirms `fact`; `others` are the facts beside it in the sentence. */
  confirms(fact: Fact, ids: readonly string[], others: readonly Fact[], sentence: string): boolean {
    return ids.some((id) => {
      const entry = this.#entries.get(id);
      return entry !== undefined && this.#entryConfirms(fact, entry, others, sentence);
    }) || ((fact.kind === "instance" || fact.kind === "route") && this.#exists(fact));
  }

  /** Whether `text` is what a runbook says to check, word for word. */
  inRunbook(text: string): boolean {
    return this.#held.some(({ steps }) => steps.some((said) => normalise(said) === normalise(text)));
  }

  /** Whether `sentence` is one that rules concluded, word for word, in one of the entries `ids`. */
  concluded(sentence: string, ids: readonly string[]): boolean {
    const wanted = normalise(sentence);
    return wanted !== "" &&
      ids.some((id) => this.#entries.get(id)?.held.conclusions.some((one) => isSentenceOf(normalise(one), wanted)));
  }

  /** Whether `file` and `line` are in a stack frame. */
  inFrame(file: string, line: number): boolean {
    return this.#held.some(({ frames }) => frames.has(`${file}:${line}`));
  }

  /** What a line says that was read; undefined when it was not. */
  codeLine(file: string, line: number): string | undefined {
    return this.#held.map(({ code }) => code.get(`${file}:${line}`)).find((text) => text !== undefined);
  }

  /** Whether a file is in a stack frame or was read. */
  hasFile(file: string): boolean {
    return this.#held.some(({ files }) => files.has(file));
  }

  get #held(): Facts[] {
    return [...this.#entries.values()].map(({ held }) => held);
  }

  #exists(fact: Fact & { kind: "instance" | "route" }): boolean {
    if (fact.kind === "instance") {
      return fact.name.startsWith(":")
        ? [...this.instances].some((name) => name.endsWith(fact.name))
        : this.instances.has(fact.name);
    }
    const bare = fact.route.replace(/(.)\/$/, "$1");
    return [...this.routes].some((route) => route === bare || routeMatches(route, bare));
  }

  #entryConfirms(fact: Fact, entry: Entry, others: readonly Fact[], sentence: string): boolean {
    const { held } = entry;
    switch (fact.kind) {
      case "instance":
        return this.#exists(fact);
      case "route":
        // A path that is no route may be what a label says, e.g. a mount point.
        return this.#exists(fact) || held.quotes.includes(fact.route);
      case "place":
        if (fact.line === null) {
          return [...held.files].some((file) => sameFile(file, fact.file)) || entry.flat.includes(fact.file);
        }
        return [...held.frames, ...held.code.keys()].some((place) => {
          const cut = place.lastIndexOf(":");
          return Number(place.slice(cut + 1)) === fact.line &&
            (fact.file === "" || sameFile(place.slice(0, cut), fact.file));
        });
      case "quote": {
        const wanted = normalise(fact.text.replace(/(…|\.\.\.)$/, ""));
        return wanted !== "" && entry.flat.includes(wanted);
      }
      case "word":
        return wordIn(entry.flat, fact.word);
      case "time": {
        const parts = fact.clock.split(":").map(Number);
        const seconds = parts[0]! * 3600 + parts[1]! * 60 + (parts[2] ?? 0);
        const slack = parts.length === 3 ? 1 : 59;
        return entry.clocks.some((clock) =>
          clock - seconds >= (parts.length === 3 ? -1 : 0) && clock - seconds <= slack
        );
      }
      case "number":
        return this.#numberIn(entry, fact, { others, sentence }) ||
          (fact.status && wordIn(entry.flat, String(fact.value)));
    }
  }

  #numberIn(
    entry: Entry,
    fact: NumberFact,
    { others, sentence }: { readonly others: readonly Fact[]; readonly sentence: string },
  ): boolean {
    const all = this.#namesOf(others);
    const near = this.#namesOf(fact.context.names.flatMap((position) => others[position] ?? []));
    const named = near.length > 0 ? near : all;
    return entry.measures.some((measure) =>
      measureIs(measure, fact, entry.lower) && this.#isAbout(measure, {
        entry,
        named,
        sentence,
        clause: fact.context.clause,
      })
    );
  }

  /** Whether a measurement is of whom the sentence speaks. */
  #isAbout(
    { about, owners = [] }: Measure,
    { entry, named, sentence, clause }: {
      readonly entry: Entry;
      readonly named: readonly string[];
      readonly sentence: string;
      readonly clause: string;
    },
  ): boolean {
    const whole = about.filter((name) => this.services.has(name));
    const one = about.filter((name) => !whole.includes(name) && (this.instances.has(name) || this.routes.has(name)));
    if (owners.length > 0 && !this.#mayMean(owners, [clause, sentence], entry.held.owners)) return false;
    if (owners.length > 0 && one.length === 0 && this.#isAnother(named, owners)) {
      return false;
    }
    if (one.length > 0) {
      if (named.length === 0) return OF_SOME.test(sentence);
      return one.map((name) => this.#canonical(name)).some((a) => named.some((n) => a === n || routeMatches(a, n)));
    }
    if (whole.length > 0 && !this.#mayMean(whole, [clause, sentence])) return false;
    return whole.length === 0 || named.length === 0 || OF_ALL.test(sentence);
  }

  /** Whether instances are named, and none of these. */
  #isAnother(named: readonly string[], owners: readonly string[]): boolean {
    const instances = named.filter((name) => !name.startsWith("/"));
    return instances.length > 0 && !instances.some((name) => owners.includes(name));
  }

  /** Whether the first of the texts that names any of `all` names one of these; true where none does. */
  #mayMean(
    own: readonly string[],
    texts: readonly string[],
    all: ReadonlySet<string> = this.services,
  ): boolean {
    for (const text of texts) {
      const named = [...all].filter((name) => speaksOfName(text, name));
      if (named.length > 0) return named.some((name) => own.includes(name));
    }
    return true;
  }

  #namesOf(facts: readonly Fact[]): string[] {
    return facts.flatMap((fact) =>
      fact.kind === "instance"
        ? [this.#canonical(fact.name)]
        : fact.kind === "route"
        ? [this.#canonical(fact.route)]
        : []
    );
  }

  #canonical(name: string): string {
    if (name.startsWith(":")) name = [...this.instances].find((known) => known.endsWith(name)) ?? name;
    return this.#aliases.get(name) ?? name;
  }
}

/** A number that a text told, with what its words say that it measures. */
function toldMeasure(fact: NumberFact, whose: Pick<Measure, "about" | "owners">): Measure {
  const { value, unit, nouns } = fact;
  return {
    value,
    unit,
    nouns,
    ...whose,
    told: true,
    get of() {
      return [...fact.context.quantities];
    },
    get words() {
      return [...fact.context.sentence].filter((word) => !/^\d+$/.test(word));
    },
  };
}

/** Whether a text is `sentence`, or holds it from one sentence's end to its own. */
function isSentenceOf(text: string, sentence: string): boolean {
  const at = text.indexOf(sentence);
  if (at < 0) return false;
  const end = at + sentence.length;
  return (at === 0 || text.slice(at - 2, at) === ". ") && (end === text.length || sentence.endsWith("."));
}

/** White space and the marks that quoting changes, evened out; a quotation in backticks holds none of its own. */
export function normalise(text: string): string {
  return text.replaceAll(/[\s\u00a0]+/g, " ").replaceAll(/[“”]/g, '"').replaceAll(/[‘’`]/g, "'").trim();
}

function speaksOfName(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w/.-])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`, "i").test(text);
}

function wordIn(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w$])${word.replaceAll("$", "\\$")}(?![\\w$])`).test(text);
}

/** Whether a template like `/items/{id}` or `/items/:id` stands for `path`. */
function routeMatches(template: string, path: string): boolean {
  if (!/[{:*]/.test(template)) return false;
  const pattern = template.split("/").map((part) =>
    /^(\{.*\}|:.+|\*)$/.test(part) ? "[^/]+" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
  ).join("/");
  return new RegExp(`^${pattern}$`).test(path);
}

/** Equal, or the one is the end of the other at a folder's border. */
function sameFile(known: string, claimed: string): boolean {
  return known === claimed || (known.endsWith(claimed) && /[/\\:]/.test(known.at(-1 - claimed.length) ?? ""));
}
