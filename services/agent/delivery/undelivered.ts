import { answer } from "./answer.ts";
import type { OutboxRow, Transaction } from "../incidents/mod.ts";

/** A row that will not arrive. */
export interface Undelivered {
  readonly row: OutboxRow;
  readonly reason: string;
  /** RFC 3339. */
  readonly at: string;
  /** Names of the channels that there are. */
  readonly channels: readonly string[];
}

/**
 * Tells of a failed row on another channel: a message on the log, an action (ticket, silence) where it was asked for and
 * on the log. Written in the transaction that notes the failure, once per row. News of a failure that fails itself is
 * not told again, or two broken channels would go on telling each other.
 */
export async function undelivered(tx: Transaction, { row, reason, at, channels }: Undelivered): Promise<void> {
  if (row.incident_id !== null) {
    const text = `Not delivered on ${row.channel}: ${row.kind.replaceAll("_", " ")}. ${reason}`;
    await tx.addTimeline(row.incident_id, { at, kind: "not_delivered", text, by: "agent" });
  }
  if (row.kind === "undelivered") return;
  // A channel that has told whoever asked in its own words has used the same key.
  await answer(tx, row, `${sentence(row.kind)} did not work: ${reason}`, "failed");
  const payload = { channel: row.channel, kind: row.kind, reason, text: row.text };
  for (const channel of channels.includes("log") && row.channel !== "log" ? ["log"] : []) {
    await tx.enqueueOutbox({
      incident_id: row.incident_id,
      key: `${row.key}/undelivered/${channel}`,
      channel,
      kind: "undelivered",
      payload,
      next_at: at,
    });
  }
}

function sentence(kind: string): string {
  const words = kind.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
