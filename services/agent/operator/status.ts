import type { HandleDeps } from "./handle.ts";

/** Twilio's error for a free-form message outside WhatsApp's 24 hours. */
const OUTSIDE_WINDOW = "63016";

/**
 * Follows what became of a message of ours: one that Twilio took and could not deliver is told on the log, and one that
 * came outside WhatsApp's 24-hour window is sent again as the content template. Each only once, however often Twilio
 * says so.
 */
export async function noteStatus(
  form: URLSearchParams,
  rowId: string | undefined,
  { store, now }: Pick<HandleDeps, "store" | "now">,
): Promise<void> {
  const status = form.get("MessageStatus") ?? "";
  const sid = form.get("MessageSid") ?? "";
  if ((status !== "failed" && status !== "undelivered") || rowId === undefined || sid === "") return;
  const error = form.get("ErrorCode") ?? "";
  const at = now().toISOString();
  await store.transact(async (tx) => {
    if (!await tx.claimInbound(`twilio-status/${sid}/failed`)) return;
    const row = await tx.outboxRow(rowId);
    if (row === undefined) return;
    const reason = `Twilio could not deliver it (${status}${error === "" ? "" : `, error ${error}`})`;
    if (row.incident_id !== null) {
      const text = `Not delivered on ${row.channel}: ${row.kind.replaceAll("_", " ")}. ${reason}`;
      await tx.addTimeline(row.incident_id, { at, kind: "not_delivered", text, by: "twilio" });
    }
    const { incident_id, payload } = row;
    const undelivered = { channel: row.channel, kind: row.kind, reason, text: row.text };
    const log = { incident_id, channel: "log", kind: "undelivered", payload: undelivered, next_at: at };
    await tx.enqueueOutbox({ ...log, key: `${row.key}/undelivered/log` });
    if (error !== OUTSIDE_WINDOW || row.kind === "template") return;
    const to = typeof payload.to === "string" ? { to: payload.to } : {};
    const template = { ...to, of_kind: row.kind, text: row.text ?? "" };
    const again = { incident_id, channel: row.channel, kind: "template", payload: template, next_at: at };
    await tx.enqueueOutbox({ ...again, key: `${row.key}/template` });
  });
}
