import type { ToolCall } from "../../incidents/mod.ts";
import { type Fact, factsOf, type Vocabulary } from "./facts.ts";
import { countedRows, deaths, derived, type Measure, measureIs, unitOfKey } from "./measures.ts";

/** What one ledger entry holds, in the form in which claims are looked up. */
class Entry {
  readonly measures: Measure[] = [];
  readonly texts: string[] = [];
  readonly clocks = new Set<number>();
  readonly frames = new Set<string>();
  readonly codeLines = new Map<string, string>();
  readonly files = new Set<string>();
  #flat: string | undefined;

  get flat(): string {
    return this.#flat ??= normalise(this.texts.join("\n"));
  }
}

/** Tools whose answers tell of other times; they support a claim only where it cites them. */
const RUNBOOK = "get_runbook";
const BACKGROUND = new Set([RUNBOOK, "similar_incidents"]);

/** The ledger as claims are checked against it. */
export class Evidence implements Vocabulary {
  readonly instances = new Set<string>();
  readonly routes = new Set<string>();
  readonly #entries = new Map<string, Entry>();
  readonly #aliases = new Map<string, string>();
  readonly #background = new Set<string>();
  readonly #runbooks: Entry[] = [];

  constructor(ledger: readonly ToolCall[]) {
    const usable = ledger.filter((call) => call.ok && call.tool !== "send_diagnosis");
    for (const call of usable) this.#collectNames(call.result);
    for (const call of usable) {
      const entry = new Entry();
      this.#entries.set(call.id, entry);
      if (BACKGROUND.has(call.tool)) this.#background.add(call.id);
      if (call.tool === RUNBOOK) this.#runbooks.push(entry);
      this.#walk(call.result, { entry, key: "", about: [] });
    }
    // Words of this product's names that logs hold are names too.
    this.routes.delete("/");
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Entries that tell about now. */
  get current(): string[] {
    return [...this.#entries.keys()].filter((id) => !this.#background.has(id));
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
    return this.#runbooks.some(({ texts }) => texts.some((said) => normalise(said) === normalise(text)));
  }

  /** Whether `file` and `line` stand in a stack frame. */
  inFrame(file: string, line: number): boolean {
    return [...this.#entries.values()].some((entry) => entry.frames.has(`${file}:${line}`));
  }

  /** What a line says that was read; undefined when it was not. */
  codeLine(file: string, line: number): string | undefined {
    for (const entry of this.#entries.values()) {
      const text = entry.codeLines.get(`${file}:${line}`);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** Whether a file stands in a frame or was read. */
  hasFile(file: string): boolean {
    return [...this.#entries.values()].some((entry) => entry.files.has(file));
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
    switch (fact.kind) {
      case "instance":
      case "route":
        return this.#exists(fact);
      case "place":
        if (fact.line === null) {
          return [...entry.files].some((file) => sameFile(file, fact.file)) || entry.flat.includes(fact.file);
        }
        return [...entry.frames, ...entry.codeLines.keys()].some((place) => {
          const cut = place.lastIndexOf(":");
          return Number(place.slice(cut + 1)) === fact.line &&
            (fact.file === "" || sameFile(place.slice(0, cut), fact.file));
        });
      case "quote": {
        const wanted = normalise(fact.text.replace(/(…|\.\.\.)$/, ""));
        return wanted !== "" && entry.flat.includes(wanted);
      }
      case "word":
        return new RegExp(`(?<![\\w$])${fact.word.replaceAll("$", "\\$")}(?![\\w$])`).test(entry.flat);
      case "time": {
        const parts = fact.clock.split(":").map(Number);
        const seconds = parts[0]! * 3600 + parts[1]! * 60 + (parts[2] ?? 0);
        const slack = parts.length === 3 ? 1 : 59;
        return [...entry.clocks].some((clock) =>
          clock - seconds >= (parts.length === 3 ? -1 : 0) && clock - seconds <= slack
        );
      }
      case "number": {
        const named = others.filter((o) => o.kind === "instance" || o.kind === "route").map((o) =>
          this.#canonical(o.kind === "instance" ? o.name : o.route)
        );
        const ofOne = /\b(instances?|routes?|each|worst|highest|slowest|one of|others?|usual|median|both|all)\b/i.test(
          sentence,
        );
        const aboutCpu = /\b(cpu|cores?|processor)\b/i.test(sentence);
        return entry.measures.some((measure) => {
          const about = measure.about.map((name) => this.#canonical(name));
          const fits = about.length === 0 ||
            (named.length > 0 ? about.some((a) => named.some((n) => a === n || routeMatches(a, n))) : ofOne);
          return fits && measureIs(measure, fact, aboutCpu);
        });
      }
    }
  }

  #canonical(name: string): string {
    if (name.startsWith(":")) name = [...this.instances].find((known) => known.endsWith(name)) ?? name;
    return this.#aliases.get(name) ?? name;
  }

  #collectNames(node: unknown): void {
    if (Array.isArray(node)) return node.forEach((item) => this.#collectNames(item));
    if (node === null || typeof node !== "object") return;
    const fields = node as Record<string, unknown>;
    const { instance, name, route } = fields;
    if (typeof instance === "string") {
      this.instances.add(instance);
      if (typeof name === "string") {
        this.instances.add(name);
        this.#aliases.set(name, instance);
      }
    }
    if (typeof route === "string") this.routes.add(route);
    if (typeof fields.kind === "string" && typeof fields.service === "string" && typeof fields.at === "string") {
      this.instances.add(fields.service);
    }
    if (fields.words !== null && typeof fields.words === "object") {
      for (const word of Object.keys(fields.words as object)) {
        const request = /^[A-Z]+ (\/.*)$/.exec(word)?.[1];
        if (request !== undefined) this.routes.add(request);
        else this.instances.add(word);
      }
    }
    Object.values(fields).forEach((value) => this.#collectNames(value));
  }

  #walk(node: unknown, at: { entry: Entry; key: string; about: readonly string[] }): void {
    const { entry, key, about } = at;
    if (typeof node === "number") {
      entry.measures.push({ value: node, unit: unitOfKey(key), key, about });
    } else if (typeof node === "string") {
      this.#text(node, at);
    } else if (Array.isArray(node)) {
      entry.measures.push({ value: node.length, unit: "n", key, about });
      node.forEach((item) => this.#walk(item, at));
    } else if (node !== null && typeof node === "object") {
      this.#object(node as Record<string, unknown>, at);
    }
  }

  #object(
    fields: Record<string, unknown>,
    { entry, key, about }: { entry: Entry; key: string; about: readonly string[] },
  ) {
    const labels = fields.labels !== null && typeof fields.labels === "object"
      ? Object.values(fields.labels as object)
      : [];
    const subjects = [fields.instance, fields.route, fields.who, ...labels].filter((x): x is string =>
      typeof x === "string" && (this.instances.has(x) || this.routes.has(x))
    );
    const here = subjects.length > 0 ? [...about, ...subjects] : about;
    if (typeof fields.file === "string") {
      entry.files.add(fields.file);
      if (typeof fields.line === "number" && "in_repository" in fields) {
        entry.frames.add(`${fields.file}:${fields.line}`);
      }
      if (Array.isArray(fields.lines)) {
        for (const { line, text } of fields.lines as { line: number; text: string }[]) {
          entry.codeLines.set(`${fields.file}:${line}`, text);
        }
      }
    }
    const metric = typeof fields.metric === "string" ? fields.metric : undefined;
    for (const [name, value] of Object.entries(fields)) {
      // `value` and `others` are in the unit of the metric that they are about.
      const named = (name === "value" || name === "others") ? metric ?? key : name;
      if (name === "before" || name === "peak") this.#walkKeyed(value, { entry, about: here });
      else this.#walk(value, { entry, key: typeof value === "object" ? name : named, about: here });
    }
    for (const value of derived(fields)) entry.measures.push({ ...value, about: here });
    for (const value of countedRows(fields)) entry.measures.push({ ...value, about });
    for (const value of deaths(fields)) entry.measures.push(value);
  }

  #walkKeyed(value: unknown, { entry, about }: { entry: Entry; about: readonly string[] }) {
    if (value === null || typeof value !== "object") return;
    for (const [metric, inner] of Object.entries(value)) {
      if (typeof inner === "object" && inner !== null) {
        for (const [name, leaf] of Object.entries(inner)) {
          this.#walk(leaf, { entry, key: name === "value" ? metric : name, about });
        }
      } else this.#walk(inner, { entry, key: metric, about });
    }
  }

  #text(text: string, { entry, key, about }: { entry: Entry; key: string; about: readonly string[] }): void {
    entry.texts.push(text);
    for (const match of text.matchAll(/(?<!\d)(\d\d):(\d\d):(\d\d)/g)) {
      entry.clocks.add(Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]));
    }
    if (!["message", "text", "note", "title", "summary", "description"].includes(key) || text.length > 20_000) return;
    for (const fact of factsOf(text.split("\n", 1)[0]!.slice(0, 500), this)) {
      if (fact.kind === "number") {
        entry.measures.push({ value: fact.value, unit: fact.unit, key: fact.noun ?? key, about });
      }
    }
  }
}

/** White space and the marks that quoting changes, evened out; a quotation in backticks holds none of its own. */
export function normalise(text: string): string {
  return text.replaceAll(/[\s\u00a0]+/g, " ").replaceAll(/[“”]/g, '"').replaceAll(/[‘’`]/g, "'").trim();
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
  return known === claimed || known.endsWith(`/${claimed}`);
}
