import { LeaseLost } from "../store.ts";
import type { Lease, OutboxRow, Work } from "../types.ts";
import type { Clocks } from "./clock.ts";
import { toOutboxRow, toWork } from "./rows.ts";
import type { Connection } from "./statements.ts";

/** Who claims, and for how long. */
export interface Claim {
  readonly owner: string;
  readonly leaseMs: number;
}

/** Leases the most severe, then oldest, free piece of work that is due. */
export function claimWork(
  sql: Connection,
  clocks: Clocks,
  claim: Claim,
): { work: Work; lease: Lease } | undefined {
  const row = sql.get(
    `UPDATE work SET owner = ?, lease_until = ?, fence = fence + 1, attempts = attempts + 1
     WHERE id = (SELECT id FROM work WHERE done = 0 AND (owner IS NULL OR lease_until <= ?) AND (due_at IS NULL OR due_at <= ?)
                 ORDER BY rank, created_at, id LIMIT 1)
     RETURNING *`,
    claim.owner,
    clocks.monotonicMs() + claim.leaseMs,
    clocks.monotonicMs(),
    clocks.now().getTime(),
  );
  if (row === undefined) return undefined;
  const work = toWork(row);
  return { work, lease: { table: "work", id: work.id, owner: claim.owner, fence: row.fence as number } };
}

/**
 * Leases the outbox row that is due first on one of `channels`. A row whose sender's lease ran out may have been sent:
 * it becomes `uncertain`.
 */
export function claimOutbox(
  sql: Connection,
  clocks: Clocks,
  claim: Claim & { readonly channels: readonly string[] },
): { row: OutboxRow; lease: Lease } | undefined {
  if (claim.channels.length === 0) return undefined;
  const row = sql.get(
    `UPDATE outbox SET owner = ?, lease_until = ?, fence = fence + 1,
       state = CASE state WHEN 'pending' THEN 'sending' ELSE 'uncertain' END
     WHERE seq = (
       SELECT seq FROM outbox
       WHERE state IN ('pending', 'sending', 'uncertain') AND channel IN (SELECT value FROM json_each(?))
         AND CASE WHEN owner IS NULL THEN next_at <= ? ELSE lease_until <= ? END
       ORDER BY next_at, seq LIMIT 1)
     RETURNING *`,
    claim.owner,
    clocks.monotonicMs() + claim.leaseMs,
    JSON.stringify(claim.channels),
    clocks.now().getTime(),
    clocks.monotonicMs(),
  );
  if (row === undefined) return undefined;
  const claimed = toOutboxRow(row);
  return { row: claimed, lease: { table: "outbox", id: claimed.id, owner: claim.owner, fence: row.fence as number } };
}

/** Extends a lease. @throws {LeaseLost} */
export function renewLease(sql: Connection, clocks: Clocks, renewal: { lease: Lease; leaseMs: number }): void {
  const { lease, leaseMs } = renewal;
  const renewed = sql.run(
    `UPDATE ${lease.table} SET lease_until = ? WHERE id = ? AND owner = ? AND fence = ?`,
    clocks.monotonicMs() + leaseMs,
    lease.id,
    lease.owner,
    lease.fence,
  );
  if (renewed !== 1) throw new LeaseLost(`${lease.owner} no longer holds ${lease.table} ${lease.id}`);
}

/** Frees what an agent held that is no more; what it was sending is `uncertain` now. */
export function freeLeases(sql: Connection): void {
  sql.run("UPDATE work SET owner = NULL, lease_until = NULL, fence = fence + 1 WHERE owner IS NOT NULL");
  sql.run(
    `UPDATE outbox SET owner = NULL, lease_until = NULL, fence = fence + 1,
       state = CASE state WHEN 'sending' THEN 'uncertain' ELSE state END
     WHERE state IN ('pending', 'sending', 'uncertain') AND owner IS NOT NULL`,
  );
}

/** Moves the times that rows wait for by as much as the wall clock was set. */
export function shiftDue(sql: Connection, byMs: number): void {
  sql.run("UPDATE outbox SET next_at = next_at + ? WHERE state IN ('pending', 'sending', 'uncertain')", byMs);
  sql.run("UPDATE work SET due_at = due_at + ? WHERE done = 0 AND due_at IS NOT NULL", byMs);
}

/** When the next outbox row or lease falls due. */
export function nextDue(sql: Connection, clocks: Clocks): Date | undefined {
  const row = sql.get(
    `SELECT
       (SELECT min(next_at) FROM outbox
        WHERE state IN ('pending', 'sending', 'uncertain') AND owner IS NULL) AS due,
       min((SELECT min(lease_until) FROM outbox
            WHERE state IN ('pending', 'sending', 'uncertain') AND owner IS NOT NULL),
           (SELECT min(lease_until) FROM work WHERE done = 0 AND owner IS NOT NULL)) AS both,
       coalesce((SELECT min(lease_until) FROM outbox
                 WHERE state IN ('pending', 'sending', 'uncertain') AND owner IS NOT NULL),
                (SELECT min(lease_until) FROM work WHERE done = 0 AND owner IS NOT NULL)) AS either`,
  )!;
  const lease = (row.both ?? row.either) as number | null;
  const times: number[] = [];
  if (row.due !== null) times.push(row.due as number);
  if (lease !== null) times.push(clocks.now().getTime() + lease - clocks.monotonicMs());
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
