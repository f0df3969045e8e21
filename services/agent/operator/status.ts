import { announce, decode, escalateUndelivered } from "../incidents/mod.ts";
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
  { store, now, pages = false }: Pick<HandleDeps, "store" | "now"> & { readonly pages?: boolean | undefined },
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
    const { incident_id, key, channel, kind, text } = row;
    const undelivered = { kind: "undelivered", payload: { channel, kind, reason, text } } as const;
    await announce(tx, undelivered, { incident_id, occasion: { of: "failure", key }, channels: ["log"], at });
    if (error !== OUTSIDE_WINDOW || kind === "template") {
      if (pages) await escalateUndelivered(tx, row, at);
      return;
    }
    const read = decode(row);
    const to = read.ok ? read.entry.payload.to : undefined;
    const occasion = { of: "row", key, as: "template" } as const;
    await announce(tx, { kind: "template", payload: { of_kind: kind, text: text ?? "" } }, {
      incident_id,
      occasion,
      channels: [channel],
      ...(to === undefined ? {} : { to }),
      at,
    });
  });
}
