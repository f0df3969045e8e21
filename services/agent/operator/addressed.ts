import {
  type Incident,
  incidentOfMessage,
  type IncidentSummary,
  type Pending,
  readConversation,
  type Transaction,
} from "../incidents/mod.ts";
import type { Inbound } from "./inbound.ts";

/** The incident that a message is about, or what to ask. */
export type Addressed =
  | { readonly incident: Incident }
  | { readonly unknownCode: string }
  /** Several could be meant. */
  | { readonly candidates: readonly Pick<Incident, "id" | "code" | "severity" | "service">[] }
  | { readonly none: true };

/** How long after the last word about it an incident that is over may still be meant, in milliseconds. */
const STILL_MEANT_MS = 3_600_000;
/** How long an incident that the operator chose stays chosen while others are open, in milliseconds. */
const CHOSEN_MS = 900_000;

/** What {@linkcode addressedIncident} looks at. */
export interface Situation {
  readonly inbound: Inbound;
  readonly codes: readonly string[];
  readonly pending: Pending | undefined;
  /** The incidents that aren't resolved, newest first. */
  readonly open: readonly IncidentSummary[];
  readonly now: Date;
}

/**
 * The incident that a message names by code, was sent to, or answers; else the only one that can be meant: the open one,
 * or the one spoken of last. With several that could be, the one that the operator chose a moment ago.
 */
export async function addressedIncident(tx: Transaction, situation: Situation): Promise<Addressed> {
  const { inbound, codes, pending, open, now } = situation;
  if (inbound.incident !== undefined) {
    const incident = await tx.incident(inbound.incident);
    return incident === undefined ? { none: true } : { incident };
  }
  for (const code of codes) {
    const incident = await tx.incident(code);
    if (incident !== undefined) return { incident };
  }
  if (codes[0] !== undefined) return { unknownCode: codes[0] };
  const { repliedTo } = inbound;
  const answered = repliedTo === undefined ? undefined : await incidentOfMessage(tx, repliedTo);
  const asked = pending !== undefined && pending.kind !== "incident" ? pending.incident_id : undefined;
  for (const id of [answered, asked]) {
    const incident = id === undefined ? undefined : await tx.incident(id);
    if (incident !== undefined) return { incident };
  }
  const last = await readConversation(tx, inbound.sender);
  const lastIncident = last === undefined ? undefined : await tx.incident(last.incident_id);
  const sinceMs = last === undefined ? Infinity : now.getTime() - Date.parse(last.at);
  const candidates: Pick<Incident, "id" | "code" | "severity" | "service">[] = [...open];
  if (lastIncident !== undefined && !open.some((o) => o.id === lastIncident.id)) {
    if (open.length === 0 || sinceMs < STILL_MEANT_MS) candidates.push(lastIncident);
  }
  if (candidates.length === 0) return { none: true };
  const chosen = last?.by === "operator" && sinceMs < CHOSEN_MS ? last.incident_id : undefined;
  const one = candidates.length === 1 ? candidates[0] : candidates.find((candidate) => candidate.id === chosen);
  const incident = one === undefined ? undefined : await tx.incident(one.id);
  return incident === undefined ? { candidates } : { incident };
}
