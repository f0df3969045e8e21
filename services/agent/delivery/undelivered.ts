import { answer, type Asking } from "./answer.ts";
import { announce, escalateUndelivered, type OutboxRow, PAGING, type Transaction } from "../incidents/mod.ts";

/** A row that will not be delivered. */
export interface Undelivered {
  readonly row: Asking & Pick<OutboxRow, "channel" | "kind" | "text" | "payload">;
  readonly reason: string;
  /** RFC 3339. */
  readonly at: string;
  /** Names of the channels that there are. */
  readonly channels: readonly string[];
}

/**
 * Announces a failed row on another channel: a message on the log, an action (ticket, silence) where it was requested and
 * on the log. Written in the transaction that records the failure, once per row. A failed announcement of a failure is
 * not announced again, or two broken channels would do so without end.
 */
export async function undelivered(tx: Transaction, { row, reason, at, channels }: Undelivered): Promise<void> {
  const { incident_id, key, channel, kind, text } = row;
  if (incident_id !== null) {
    const noted = `Not delivered on ${channel}: ${kind.replaceAll("_", " ")}. ${reason}`;
    await tx.addTimeline(incident_id, { at, kind: "not_delivered", text: noted, by: "agent" });
  }
  if (kind === "undelivered") return;
  if (channels.includes(PAGING)) await escalateUndelivered(tx, row, at);
  // A channel that has answered whoever asked has used the same key.
  await answer(tx, row, `${sentence(kind)} failed: ${reason}`, "failed");
  const told = channels.includes("log") && channel !== "log" ? ["log"] : [];
  const news = { kind: "undelivered", payload: { channel, kind, reason, text } } as const;
  await announce(tx, news, { incident_id, occasion: { of: "failure", key }, channels: told, at });
}

function sentence(kind: string): string {
  const words = kind.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
