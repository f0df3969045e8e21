import { type Asked, type OutboxRow, redact, reply, type Transaction } from "../incidents/mod.ts";

/** The parts of a row by which whoever asked for it is answered. */
export type Asking = Pick<OutboxRow, "incident_id" | "key"> & { readonly payload: Asked };

/**
 * Answers whoever asked for a row's action: payload `reply`. One answer per row and `as`; nothing for a row that nobody
 * asked for. What another system said may be part of it, so secrets are taken out.
 */
export async function answer(
  tx: Transaction,
  row: Asking,
  text: string,
  as: "answer" | "failed" | "waiting" = "answer",
): Promise<void> {
  const { incident_id, key, payload } = row;
  if (payload.reply === undefined) return;
  const at = new Date(0).toISOString();
  const { reply: asker, message_id } = payload;
  const whom = { incident_id, occasion: { of: "row", key, as } as const, reply: asker, message_id, at };
  await reply(tx, { kind: "reply", payload: { text: redact(text) } }, whom);
}

/** The result of an action in the incident's timeline, with the message that asked for it. */
export async function noteResult(tx: Transaction, row: Asking, entry: { at: string; kind: string; text: string }) {
  if (row.incident_id === null) return;
  const { message_id } = row.payload;
  const from = message_id === undefined ? {} : { delivery_id: message_id };
  await tx.addTimeline(row.incident_id, { ...entry, text: redact(entry.text), by: "agent", ...from });
}

/** Who asked, for other systems' records. */
export function askedBy(row: Asking): string {
  return row.payload.asked_by ?? "oncall";
}
