import { createHash } from "node:crypto";
import { type AuditEntry, redactDeep, type Transaction } from "../incidents/mod.ts";

/** What was done, before it has its place in the chain. */
export interface Deed {
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly target: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

const NONE = "0".repeat(64);

/** Adds a deed to the audit trail, in the transaction that does it: both are kept, or neither. */
export async function audit(tx: Transaction, deed: Deed): Promise<void> {
  const last = await tx.lastAudit();
  const entry = {
    seq: (last?.seq ?? 0) + 1,
    at: deed.at,
    by: deed.by,
    action: deed.action,
    target: deed.target,
    details: redactDeep(deed.details ?? {}) as Record<string, unknown>,
    previous: last?.hash ?? NONE,
  };
  await tx.addAudit({ ...entry, hash: hashOf(entry) });
}

/** What a trail is worth: where it first differs from what was written, if it does. */
export interface Verdict {
  readonly entries: number;
  /** The hash of the newest entry: kept elsewhere, it shows later that nothing before it was changed. */
  readonly newest: string;
  readonly broken?: { readonly seq: number; readonly why: string };
}

/** Checks a whole trail: each entry's hash, each one's link to the one before, and that none is missing between. */
export function verifyTrail(entries: readonly AuditEntry[]): Verdict {
  let previous = NONE;
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

function hashOf(entry: Omit<AuditEntry, "hash">): string {
  return createHash("sha256").update(canonical(entry)).digest("hex");
}

/** JSON whose names are in order, so that equal things are equal texts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, item]) => item !== undefined).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(",")}}`;
}
