import { looksDrawn, type Tells, tells } from "./names.ts";
import { protectedForms, takeProtected, withoutOwn } from "./own.ts";
import { PERSONAL, type Personal } from "./personal.ts";
import { RULES } from "./rules.ts";
import { compileScan } from "./signs.ts";

const scan = compileScan(RULES.map((rule) => rule.signs));

/** Placeholder of a secret. */
export const REDACTED = /\[redacted (?:card|cookie|e-mail|iban|key|password|phone|token|value)\]/g;

let chosen: ReadonlySet<Personal> = new Set(PERSONAL);

/** Chooses which personal data goes; credentials always go. */
export function redactPersonal(kinds: readonly Personal[]): void {
  chosen = new Set(kinds);
}

/** What is taken out beside what the rules find, for another thread. */
export interface RedactionState {
  readonly own: readonly string[];
  readonly personal: readonly Personal[];
}

/** What this thread takes out. */
export function redactionState(): RedactionState {
  return { own: protectedForms(), personal: [...chosen] };
}

/** Takes out what another thread takes out. */
export function takeRedaction({ own, personal }: RedactionState): void {
  takeProtected(own);
  redactPersonal(personal);
}

/**
 * Takes credentials and personal data out of text before it reaches a store, a model or a phone: keys, tokens,
 * passwords, cookies, the agent's own secrets, card numbers, phone numbers, IBANs and e-mail addresses. What was taken is
 * named, e.g. `[redacted token]`.
 *
 * One pass finds which rules may have something to take; from the first one that has, all rules after it are applied,
 * since its words are part of the text then.
 */
export function redact(text: string): string {
  let out = withoutOwn(text);
  const bits = scan(out);
  if (bits === 0) return out;
  const begun = out;
  for (const [index, { take, personal }] of RULES.entries()) {
    if (out === begun && (bits & (1 << index)) === 0) continue;
    if (personal === undefined || chosen.has(personal)) out = take(out);
  }
  return out;
}

/**
 * {@linkcode redact} on every string of a JSON value, keys too; strings under a telling key go whole. The same value
 * when there is nothing to take.
 */
export function redactDeep<T>(value: T): T {
  return walk(value, "nothing") as T;
}

// Keys come again and again; what is known of them is kept, within bounds.
const keys = new Map<string, Key>();
const MAX_KEYS = 2_000;
const LONGEST_KEY = 64;

interface Key {
  readonly text: string;
  readonly tells: Tells;
}

function keyOf(name: string): Key {
  let key = keys.get(name);
  if (key !== undefined) return key;
  key = { text: redact(name), tells: tells(name) };
  if (name.length <= LONGEST_KEY) {
    if (keys.size >= MAX_KEYS) keys.clear();
    keys.set(name, key);
  }
  return key;
}

function walk(value: unknown, told: Tells): unknown {
  if (typeof value === "string") {
    const goes = value !== "" && (told === "secret" || (told === "maybe" && looksDrawn(value)));
    return goes ? "[redacted value]" : redact(value);
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => walk(item, told));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (value === null || typeof value !== "object") return value;
  let changed = false;
  const entries = Object.entries(value);
  // `{ "name": "DB_PASSWORD", "value": "…" }`, as in a pod's environment.
  const { name } = value as { name?: unknown };
  const named = typeof name === "string" ? keyOf(name).tells : "nothing";
  for (const entry of entries) {
    const key = keyOf(entry[0]);
    const walked = walk(entry[1], entry[0].toLowerCase() === "value" && named !== "nothing" ? named : key.tells);
    changed ||= walked !== entry[1] || key.text !== entry[0];
    entry[0] = key.text;
    entry[1] = walked;
  }
  return changed ? Object.fromEntries(entries) : value;
}
