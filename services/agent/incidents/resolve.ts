import { move } from "./life.ts";
import { announce, type Content } from "./outbox/mod.ts";
import type { Transaction } from "./store.ts";
import type { Incident, TimelineEntry } from "./types.ts";

/** How an incident came to its end. */
export interface Resolution {
  /** RFC 3339. */
  readonly at: string;
  /** What its timeline says of it. */
  readonly entry: Pick<TimelineEntry, "text" | "by" | "delivery_id">;
  /** Absent where nobody is told, because it goes on at once. */
  readonly told?: { readonly channels: readonly string[]; readonly payload: Content<"resolved">["payload"] };
}

/**
 * Resolves an incident and tells of it, once an episode, whoever finds it over first: an alert's end, Alertmanager when it
 * is asked, or a person.
 *
 * @throws {RangeError} when it is resolved already.
 */
export async function resolveIncident(tx: Transaction, incident: Incident, resolution: Resolution): Promise<Incident> {
  const { at, entry, told } = resolution;
  const resolved = move(incident, "resolve", at);
  await tx.saveIncident(resolved);
  await tx.addTimeline(incident.id, { at, kind: "resolved", ...entry });
  if (told === undefined) return resolved;
  const { channels, payload } = told;
  const occasion = { of: "episode", incident } as const;
  await announce(tx, { kind: "resolved", payload }, { incident_id: incident.id, occasion, channels, at });
  return resolved;
}
