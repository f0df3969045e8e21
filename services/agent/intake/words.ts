import type { DeliveredAlert, Webhook } from "./webhook.ts";

const MAX_TITLE = 200;
const NAMED = 3;
// Labels that tell one alert of a group from another, the most telling first.
const TELLING = ["instance", "pod", "node", "host", "device", "route", "job"];

/** The service that a delivery is about. */
export function serviceOf(webhook: Webhook): string {
  const first = webhook.alerts.find((alert) => alert.status === "firing") ?? webhook.alerts[0];
  const sources = [webhook.groupLabels, webhook.commonLabels, first?.labels ?? {}];
  for (const label of ["service", "job", "app", "namespace"]) {
    for (const source of sources) if (source[label]) return source[label];
  }
  return "unknown";
}

/** What an incident is called: the alert's name and its summary, else its service. */
export function titleOf(webhook: Webhook): string {
  const first = webhook.alerts.find((alert) => alert.status === "firing") ?? webhook.alerts[0];
  const name = webhook.groupLabels.alertname || webhook.commonLabels.alertname || first?.labels.alertname || "Alert";
  const summary = webhook.commonAnnotations.summary || first?.annotations.summary;
  const title = summary ? `${name}: ${summary}` : `${name} on ${serviceOf(webhook)}`;
  return title.replaceAll(/\s+/g, " ").trim().slice(0, MAX_TITLE);
}

/** `InstanceDown 127.0.0.1:8001, InstanceDown 127.0.0.1:8002 and 7 more`. */
export function alertNames(alerts: readonly Pick<DeliveredAlert, "labels" | "fingerprint">[]): string {
  const named = alerts.slice(0, NAMED).map(({ labels, fingerprint }) => {
    const telling = TELLING.map((label) => labels[label]).find((value) => value);
    return `${labels.alertname ?? fingerprint}${telling === undefined ? "" : ` ${telling}`}`.slice(0, 120);
  });
  const more = alerts.length - named.length;
  return more === 0 ? named.join(", ") : `${named.join(", ")} and ${more} more`;
}

/** `1 alert`, `2 alerts`. */
export function alertCount(count: number): string {
  return `${count} ${count === 1 ? "alert" : "alerts"}`;
}
