import {
  type Alert,
  canMove,
  channelsFor,
  type Incident,
  resolveIncident,
  type Transaction,
} from "../../incidents/mod.ts";
import { alertCount } from "../words.ts";
import { alertKey, type Ended } from "./absences.ts";

/** What resolving goes by. */
export interface ResolveOptions {
  readonly now: Date;
  /** Channels that are told. */
  readonly notify: readonly string[];
}

/**
 * Resolves an incident whose alerts Alertmanager does not have any more; undefined when it has been resolved, or
 * something new fires in it, meanwhile. It is told under the key of any resolution, so once.
 */
export async function resolveEnded(
  tx: Transaction,
  ended: Ended,
  { now, notify }: ResolveOptions,
): Promise<Incident | undefined> {
  const incident = await tx.incident(ended.incidentId);
  if (incident === undefined || !canMove(incident, "resolve")) return undefined;
  const firing = (await tx.alerts(incident.id)).filter((alert) => alert.status === "firing");
  if (firing.some((alert) => !ended.alerts.has(alertKey(alert)))) return undefined;
  const at = now.toISOString();
  for (const alert of firing) await tx.saveAlert(incident.id, over(alert, ended.missedAt, at));
  const clock = (time: string) => time.slice(11, 19);
  const left = incident.truncated_alerts;
  const text = `Resolved at some time before ${clock(ended.missedAt)} UTC: no delivery told the end of ` +
    `${alertCount(firing.length)}, but Alertmanager, asked then and at ${clock(at)}, has ` +
    `${firing.length === 1 ? "it" : "them"} no more` +
    (left > 0 ? `; ${alertCount(left)} that it left out of its deliveries may still fire` : "");
  const payload = { by_itself: incident.acknowledged_at === null, unheard: true, truncated_alerts: left };
  const told = { channels: channelsFor(incident.severity, notify), payload };
  return await resolveIncident(tx, incident, { at, entry: { text, by: "agent" }, told });
}

function over(alert: Alert, endsAt: string, at: string): Alert {
  return { ...alert, status: "resolved", ends_at: endsAt, updated_at: at };
}
