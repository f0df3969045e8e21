import { createHash } from "node:crypto";

/** One thing that somebody did, bound to all that was done before. */
export interface AuditEntry {
  /** From 1 on, without a gap. */
  readonly seq: number;
  readonly at: string;
  /** Who really did it: an account's name, `token:…`, `whatsapp:…`, `local`. */
  readonly by: string;
  /** In a word, as `signed_in`, `account_changed`, `message`. */
  readonly action: string;
  /** What it was done to: an incident's code, an account's name. */
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** The hash of the entry before; of the first, 64 zeros. */
  readonly previous: string;
  /** SHA-256 over the entry without this field, as JSON with sorted names. */
  readonly hash: string;
}

/** What the first entry names as the hash before it. */
export const NO_HASH = "0".repeat(64);

/** What a trail is worth: where it first differs from what was written, if it does. */
export interface Verdict {
  readonly entries: number;
  /** The hash of the newest entry: kept elsewhere, it shows later that nothing before it was changed. */
  readonly newest: string;
  readonly broken?: { readonly seq: number; readonly why: string };
}

/** Checks a whole trail: each entry's hash, each one's link to the one before, and that none is missing between. */
export function verifyTrail(entries: readonly AuditEntry[]): Verdict {
  let previous = NO_HASH;
  for (const [i, entry] of entries.entries()) {
    const { hash, ...rest } = entry;
    const why = entry.seq !== i + 1
      ? `entry ${i + 1} is missing`
      : entry.previous !== previous
      ? "it does not follow the entry before"
      : hash !== hashOf(rest)
      ? "it was changed after it was written"
      : undefined;
    if (why !== undefined) return { entries: i, newest: previous, broken: { seq: entry.seq, why } };
    previous = hash;
  }
  return { entries: entries.length, newest: previous };
}

/** The hash of an entry: SHA-256 over its JSON with sorted names. */
export function hashOf(entry: Omit<AuditEntry, "hash">): string {
  return createHash("sha256").update(canonical(entry)).digest("hex");
}

/** JSON whose names are in order, so that equal things are equal texts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, item]) => item !== undefined).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(",")}}`;
}
