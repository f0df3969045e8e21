import { newId } from "../../ids.ts";
import type { Transaction } from "../../store.ts";
import type { Lease, OutboxRow } from "../../types.ts";
import { optional, toOutboxRow } from "../rows.ts";
import { WorkTransaction } from "./work.ts";

/** What leaves. */
export class OutboxTransaction extends WorkTransaction {
  // deno-lint-ignore require-await
  async enqueueOutbox(
    row: Pick<OutboxRow, "incident_id" | "key" | "channel" | "kind" | "payload" | "next_at">,
  ): Promise<boolean> {
    const added = this.sql.run(
      `INSERT INTO outbox (id, incident_id, key, channel, kind, payload, state, created_at, next_at)
       VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT (key) DO NOTHING`,
      newId({ now: this.deps.now }),
      row.incident_id,
      row.key,
      row.channel,
      row.kind,
      JSON.stringify(row.payload),
      this.deps.now().toISOString(),
      Date.parse(row.next_at),
    ) === 1;
    if (added) this.#touchOutbox(row.incident_id);
    return added;
  }

  // deno-lint-ignore require-await
  async amendOutbox(key: string, payload: OutboxRow["payload"]): Promise<boolean> {
    return this.sql.run(
      "UPDATE outbox SET payload = ? WHERE key = ? AND state = 'pending' AND attempts = 0",
      JSON.stringify(payload),
      key,
    ) === 1;
  }

  // deno-lint-ignore require-await
  async outboxRow(idOrKey: string): Promise<OutboxRow | undefined> {
    return optional(
      this.sql.get("SELECT * FROM outbox WHERE id = ? OR key = ?", idOrKey, idOrKey),
      toOutboxRow,
    );
  }

  async updateOutbox(lease: Lease, update: Parameters<Transaction["updateOutbox"]>[1]): Promise<void> {
    await this.assertLease(lease);
    const row = (await this.outboxRow(lease.id))!;
    const next = { ...row, ...update };
    const kept = next.state === "sending" || (update.state === undefined);
    this.sql.run(
      `UPDATE outbox SET state = ?, attempts = ?, next_at = ?, sent_at = ?, text = ?, receipt = ?, last_error = ?,
         owner = CASE WHEN ? THEN owner END, lease_until = CASE WHEN ? THEN lease_until END
       WHERE id = ?`,
      next.state,
      next.attempts,
      Date.parse(next.next_at),
      next.sent_at,
      next.text,
      next.receipt === null ? null : JSON.stringify(next.receipt),
      next.last_error,
      Number(kept),
      Number(kept),
      lease.id,
    );
    this.#touchOutbox(row.incident_id);
  }

  #touchOutbox(incidentId: string | null): void {
    this.touched.outbox = true;
    if (incidentId !== null) this.touched.incidents.add(incidentId);
  }
}
