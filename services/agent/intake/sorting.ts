import type { Alert, Incident, Transaction } from "../incidents/mod.ts";
import type { DeliveredAlert } from "./webhook.ts";

/** What each alert of a delivery is to the incident that its group had last. */
export interface Sorted {
  /** Fires, and the incident does not know it, or knows it as over since long enough. */
  readonly fired: DeliveredAlert[];
  /** Fires, as the incident knows. */
  readonly stillFiring: { readonly known: Alert; readonly alert: DeliveredAlert }[];
  /** Fires, it says; but its end was received a moment ago: this delivery was overtaken. */
  readonly overtaken: DeliveredAlert[];
  /** Over, and the incident knows it as firing. */
  readonly ended: { readonly known: Alert; readonly alert: DeliveredAlert }[];
  /** Over, and the incident has not heard of it: its end came first. */
  readonly endedUnheard: DeliveredAlert[];
  /** The incident knows it as firing, but the same alert has begun again since: its end was never received. */
  readonly superseded: { readonly known: Alert; readonly ends_at: string }[];
}

/** How long after an alert's end a delivery that calls it firing counts as overtaken, in milliseconds. */
export const OVERTAKEN_MS = 20_000;

/**
 * Sorts a delivery's alerts. An alert that fires again normally has a new `startsAt`; the same one comes back only when
 * Prometheus was cut off for minutes and Alertmanager took its silence for the end. A delivery that an earlier one
 * overtook is seconds late. So {@linkcode OVERTAKEN_MS} tells the two apart.
 */
export async function sortAlerts(
  tx: Transaction,
  incident: Incident | undefined,
  { alerts, now }: { readonly alerts: readonly DeliveredAlert[]; readonly now: Date },
): Promise<Sorted> {
  const sorted: Sorted = { fired: [], stillFiring: [], overtaken: [], ended: [], endedUnheard: [], superseded: [] };
  for (const alert of alerts) {
    const known = incident && await tx.alert(incident.id, alert.fingerprint, alert.starts_at);
    if (alert.status === "resolved") {
      if (known === undefined) sorted.endedUnheard.push(alert);
      else if (known.status === "firing") sorted.ended.push({ known, alert });
    } else if (known === undefined) sorted.fired.push(alert);
    else if (known.status === "firing") sorted.stillFiring.push({ known, alert });
    else if (now.getTime() - Date.parse(known.updated_at ?? "") < OVERTAKEN_MS) sorted.overtaken.push(alert);
    else sorted.fired.push(alert);
  }
  if (incident !== undefined) sorted.superseded.push(...await supersededBy(tx, incident, sorted));
  return sorted;
}

/** An alert fires once at a time, so one that began before its namesake did is over, whoever missed its end. */
async function supersededBy(tx: Transaction, incident: Incident, sorted: Sorted): Promise<Sorted["superseded"]> {
  // Not what ended without having been known: an end ends only an alert whose start is known.
  const news = [...sorted.fired, ...sorted.ended.map(({ alert }) => alert)];
  if (news.length === 0 || incident.state === "resolved") return [];
  const since = new Map<string, DeliveredAlert>();
  for (const alert of news) since.set(alert.fingerprint, alert);
  const superseded: Sorted["superseded"] = [];
  for (const known of await tx.alerts(incident.id)) {
    const later = since.get(known.fingerprint);
    if (later === undefined || known.status !== "firing" || known.starts_at === later.starts_at) continue;
    const ends_at = later.status === "resolved" ? later.ends_at ?? later.starts_at : later.starts_at;
    if (Date.parse(known.starts_at) < Date.parse(ends_at)) superseded.push({ known, ends_at });
  }
  return superseded;
}
