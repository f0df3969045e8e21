import { looseJson } from "./loose_json.ts";

/** The part of JSON Schema that tools' arguments are described in. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
}

/** Names under which models wrap the arguments once more. */
const WRAPPERS = new Set([
  "arguments",
  "parameters",
  "params",
  "args",
  "input",
  "properties",
  "kwargs",
  "body",
  "data",
]);
const LONGEST_CHOICE = 80;

/**
 * A value in the types of a schema, where it is clear what is meant: numbers and lists as text, `High` for `high`, null for
 * what is optional, another spelling of a key. Keys that the schema does not know are left out; what is not clear stays
 * as it is, for whoever checks it.
 */
export function fit(value: unknown, schema: unknown): unknown {
  const wanted = (schema ?? {}) as Schema;
  if (wanted.enum !== undefined) return toChoice(value, wanted.enum);
  switch (wanted.type) {
    case "object":
      return toObject(value, wanted);
    case "array":
      return toArray(value, wanted);
    case "number":
    case "integer":
      return toNumber(value, wanted.type);
    case "boolean":
      return toBoolean(value);
    case "string":
      return toText(value);
    default:
      return value;
  }
}

function toObject(value: unknown, { properties, required = [] }: Schema): unknown {
  let given = typeof value === "string" ? looseJson(value) ?? value : value;
  if (Array.isArray(given) && given.length === 1) given = given[0];
  if (given === null || typeof given !== "object" || Array.isArray(given)) return given;
  if (properties === undefined) return given;
  const names = new Map(Object.keys(properties).map((name) => [plainName(name), name]));
  const entries = Object.entries(given);
  const only = entries.length === 1 ? entries[0]! : undefined;
  if (only !== undefined && WRAPPERS.has(only[0].toLowerCase()) && !names.has(plainName(only[0]))) {
    return toObject(only[1], { properties, required });
  }
  const fitted: [string, unknown][] = [];
  const exact = new Set(entries.map(([key]) => key));
  for (const [key, child] of entries) {
    const name = Object.hasOwn(properties, key) ? key : names.get(plainName(key));
    if (name === undefined || (name !== key && exact.has(name))) continue;
    if (child === null && !required.includes(name)) continue;
    fitted.push([name, fit(child, properties[name])]);
  }
  return Object.fromEntries(fitted);
}

function toArray(value: unknown, { items }: Schema): unknown {
  let given = value;
  if (typeof given === "string") {
    const text = given.trim();
    const parsed = /^[[{]/.test(text) ? looseJson(text) : undefined;
    given = parsed ?? linesOf(text);
  }
  if (given === null || given === undefined) return given;
  return (Array.isArray(given) ? given : [given]).map((item) => fit(item, items));
}

/** The points of a list that was written as text. */
function linesOf(text: string): string[] {
  const mark = /^\s*(?:[-*•]|\d{1,2}[.)])\s+/;
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  const points = lines.length > 1 ? lines : [text];
  return points.map((line) => line.replace(mark, "").trim()).filter(Boolean);
}

function toNumber(value: unknown, type: "number" | "integer"): unknown {
  const number = typeof value === "string" && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  if (type === "integer" && typeof number === "number" && Math.abs(number - Math.round(number)) < 1e-9) {
    return Math.round(number);
  }
  return number;
}

function toBoolean(value: unknown): unknown {
  const word = String(value).trim().toLowerCase();
  if (["true", "yes", "1"].includes(word)) return true;
  return ["false", "no", "0"].includes(word) ? false : value;
}

function toText(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string")) {
    return value.join("\n");
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const texts = Object.values(value);
    if (texts.length === 1 && typeof texts[0] === "string") return texts[0];
  }
  return value;
}

/** The one choice that a text names. */
function toChoice(value: unknown, choices: readonly string[]): unknown {
  const given = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof given !== "string" || choices.includes(given)) return given;
  const same = choices.filter((choice) => plainName(choice) === plainName(given));
  if (same.length === 1) return same[0];
  if (given.length > LONGEST_CHOICE) return given;
  const words = ` ${given.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `;
  if (/ (not?|never|or|than|below|above) /.test(words)) return given;
  const named = choices.filter((choice) =>
    words.includes(` ${choice.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `)
  );
  return named.length === 1 ? named[0] : given;
}

/** A name without case, dashes and underscores. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_.-]/g, "");
}
