import { hashOf, NO_HASH } from "../../lib/audit_trail/mod.ts";
import { redactDeep, type Transaction } from "../incidents/mod.ts";

/** What was done, before it has its place in the chain. */
export interface Deed {
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly target: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

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
    previous: last?.hash ?? NO_HASH,
  };
  await tx.addAudit({ ...entry, hash: hashOf(entry) });
}
