import { createHash } from "node:crypto";
import type { IncidentView, OutboxEntry } from "../incidents/mod.ts";

/**
 * A message's reference, `K7QF-3fa1`: the incident's code and four digits of the row's key. It makes each message's text
 * its own, so that after a crash Twilio's list shows whether this one has left.
 */
export function messageTag(row: Pick<OutboxEntry, "key">, view: IncidentView | undefined): string {
  const digest = createHash("sha256").update(row.key).digest("hex").slice(0, 4);
  return `${view?.code ?? "oncall"}-${digest}`;
}
