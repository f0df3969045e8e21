import { RULES, TELLING_KEY } from "./rules.ts";
import { compileScan } from "./signs.ts";

const scan = compileScan(RULES.map((rule) => rule.signs));

/** What stands in the place of a secret. */
export const REDACTED = /\[redacted (?:card|cookie|e-mail|key|password|token|value)\]/g;

/**
 * Takes credentials and personal data out of text before it reaches a store, a model or a phone: keys, tokens,
 * passwords, cookies, card numbers and e-mail addresses. What was taken is named, e.g. `[redacted token]`.
 *
 * One pass finds which rules may have something to take; from the first one that has, all rules after it are applied,
 * since its words are part of the text then.
 */
export function redact(text: string): string {
  const bits = scan(text);
  if (bits === 0) return text;
  let out = text;
  for (const [index, { pattern, replacement }] of RULES.entries()) {
    if (out === text && (bits & (1 << index)) === 0) continue;
    out = out.replace(pattern, replacement as string);
  }
  return out;
}

/**
 * {@linkcode redact} on every string of a JSON value, keys too; strings under a telling key go whole. The same value
 * when there is nothing to take.
 */
export function redactDeep<T>(value: T): T {
  return walk(value, false) as T;
}

// Keys come again and again; what is known of them is kept, within bounds.
const keys = new Map<string, Key>();
const MAX_KEYS = 2_000;
const LONGEST_KEY = 64;

interface Key {
  readonly text: string;
  readonly telling: boolean;
}

function keyOf(name: string): Key {
  let key = keys.get(name);
  if (key !== undefined) return key;
  key = { text: redact(name), telling: TELLING_KEY.test(name) };
  if (name.length <= LONGEST_KEY) {
    if (keys.size >= MAX_KEYS) keys.clear();
    keys.set(name, key);
  }
  return key;
}

function walk(value: unknown, telling: boolean): unknown {
  if (typeof value === "string") return telling && value !== "" ? "[redacted value]" : redact(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => walk(item, telling));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (value === null || typeof value !== "object") return value;
  let changed = false;
  const entries = Object.entries(value);
  for (const entry of entries) {
    const key = keyOf(entry[0]);
    const walked = walk(entry[1], key.telling);
    changed ||= walked !== entry[1] || key.text !== entry[0];
    entry[0] = key.text;
    entry[1] = walked;
  }
  return changed ? Object.fromEntries(entries) : value;
}
