import type { Alert, IncidentSummary, IncidentView } from "../../services/lib/incident/mod.ts";

/** The alert that the demo is about. */
export const ALERT = "InventoryHighErrorRate";

/** Whether the alert is `inactive`, `pending` or `firing`, by Prometheus. */
export async function alertState(prometheus: string): Promise<string> {
  const { data } = await getJson(`${prometheus}/api/v1/alerts`);
  const known: { labels: { alertname: string }; state: string }[] = data.alerts;
  return known.find(({ labels }) => labels.alertname === ALERT)?.state ?? "inactive";
}

/** The agent's incident of an alert that began after `since`; `undefined` while there is none. */
export async function incidentSince(agent: string, since: Date): Promise<IncidentView | undefined> {
  const { incidents }: { incidents: IncidentSummary[] } = await getJson(`${agent}/api/incidents?limit=10`);
  const found = incidents.find((incident) =>
    incident.alerts.some((alert) => alert.labels.alertname === ALERT && new Date(alert.starts_at) >= since)
  );
  return found && await getJson(`${agent}/api/incidents/${found.id}`);
}

/** Alerts that the agent takes for firing still, the newest of each name and labels. */
export async function unendedAlerts(agent: string): Promise<Alert[]> {
  const { incidents }: { incidents: IncidentSummary[] } = await getJson(`${agent}/api/incidents?limit=50`);
  const newest = new Map<string, Alert>();
  for (const alert of incidents.flatMap((incident) => incident.state === "resolved" ? [] : incident.alerts)) {
    if (alert.status !== "firing" || alert.labels.alertname !== ALERT) continue;
    const known = newest.get(alert.fingerprint);
    if (known === undefined || known.starts_at < alert.starts_at) newest.set(alert.fingerprint, alert);
  }
  return [...newest.values()];
}

/** Tells Alertmanager that alerts are over, as Prometheus would have if it had not been ended before they were. */
export async function endAlerts(alertmanager: string, alerts: readonly Alert[], now: Date = new Date()): Promise<void> {
  const response = await fetch(`${alertmanager}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(alerts.map(({ labels, annotations, starts_at, generator_url }) => ({
      labels,
      annotations,
      startsAt: starts_at,
      endsAt: now.toISOString(),
      generatorURL: generator_url,
    }))),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Alertmanager answered ${response.status} to alerts that are over: ${text}`);
}

// deno-lint-ignore no-explicit-any
async function getJson(url: string): Promise<any> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  return await response.json();
}
