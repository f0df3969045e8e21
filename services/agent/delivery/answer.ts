import { type OutboxRow, redact, type Transaction } from "../incidents/mod.ts";

/**
 * Answers whoever asked for a row's action: payload `reply` (`{channel, to?}`). One answer per row and `as`; nothing for
 * a row that nobody asked for. What another system said may be part of it, so secrets are taken out.
 */
export async function answer(tx: Transaction, row: OutboxRow, text: string, as = "answer"): Promise<void> {
  const reply = row.payload.reply as { channel?: unknown; to?: unknown } | undefined;
  if (typeof reply?.channel !== "string") return;
  await tx.enqueueOutbox({
    incident_id: row.incident_id,
    key: `${row.key}/${as}`,
    channel: reply.channel,
    kind: "reply",
    payload: {
      text: redact(text),
      ...(typeof reply.to === "string" ? { to: reply.to } : {}),
      ...(typeof row.payload.message_id === "string" ? { message_id: row.payload.message_id } : {}),
    },
    next_at: new Date(0).toISOString(),
  });
}

/** The result of an action in the incident's timeline, with the message that asked for it. */
export async function noteResult(tx: Transaction, row: OutboxRow, entry: { at: string; kind: string; text: string }) {
  if (row.incident_id === null) return;
  const { message_id } = row.payload;
  const from = typeof message_id === "string" ? { delivery_id: message_id } : {};
  await tx.addTimeline(row.incident_id, { ...entry, text: redact(entry.text), by: "agent", ...from });
}

/** Who asked, for other systems' records. */
export function askedBy(row: OutboxRow): string {
  return typeof row.payload.asked_by === "string" ? row.payload.asked_by : "oncall";
}
