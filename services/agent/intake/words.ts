import { leadAlert, nameOf, objectOf, serviceOfLabels, type SeverityLevel, summaryOf } from "../incidents/mod.ts";
import type { DeliveredAlert, SentAlert, Webhook } from "./webhook.ts";

const MAX_TITLE = 200;
const NAMED = 3;
// Labels that tell one alert of a group from another, the most telling first.
const TELLING = ["instance", "host", "device", "mountpoint", "route", "job"];

type Table = Readonly<Record<string, SeverityLevel>>;

/** The service that a delivery is about: its group's, else that of the alert that matters most. */
export function serviceOf(webhook: Webhook, severities: Table = {}): string {
  const lead = leadAlert(webhook.alerts, severities);
  const labels = { ...webhook.commonLabels, ...lead?.labels, ...webhook.groupLabels };
  return serviceOfLabels(labels) || "unknown";
}

/** What an incident is called: the name of the alert that matters most, what it says and about what, how many there are. */
export function titleOf(webhook: Webhook, severities: Table = {}): string {
  const lead = leadAlert(webhook.alerts, severities);
  const labels = { ...webhook.commonLabels, ...lead?.labels };
  const said = lead === undefined
    ? ""
    : summaryOf({ labels: lead.labels, annotations: { ...webhook.commonAnnotations, ...lead.annotations } });
  const name = nameOf(labels) || webhook.groupLabels.alertname || (said === "" ? "Alert" : "");
  const service = serviceOf(webhook, severities);
  const head = said === "" || said === name
    ? service === "unknown" ? name : `${name} on ${service}`
    : name === ""
    ? said
    : `${name}: ${said}`;
  const object = objectOf(labels);
  const where = object === undefined || mentions(head, object) || object === service ? "" : ` (${object})`;
  const names = new Set(
    webhook.alerts.filter((alert) => alert.status === "firing").map((alert) => nameOf(alert.labels)),
  );
  const more = names.size > 1 ? ` (and ${names.size - 1} more)` : "";
  const tail = where + more;
  const body = tail === "" ? head : head.replace(/(?<!\s)\s*\.\s*$/, "");
  return cut(body, MAX_TITLE - tail.length) + tail;
}

/** `InstanceDown 127.0.0.1:8001, InstanceDown 127.0.0.1:8002 and 7 more`. */
export function alertNames(alerts: readonly Pick<SentAlert | DeliveredAlert, "labels" | "fingerprint">[]): string {
  const named = alerts.slice(0, NAMED).map(({ labels, fingerprint }) => {
    const telling = objectOf(labels) ?? TELLING.map((label) => labels[label]).find((value) => value);
    return cut(`${nameOf(labels) || fingerprint}${telling === undefined ? "" : ` ${telling}`}`, 120);
  });
  const more = alerts.length - named.length;
  return more === 0 ? named.join(", ") : `${named.join(", ")} and ${more} more`;
}

/** `1 alert`, `2 alerts`. */
export function alertCount(count: number): string {
  return `${count} ${count === 1 ? "alert" : "alerts"}`;
}

function mentions(text: string, object: string): boolean {
  return text.includes(object) || text.includes(object.slice(object.lastIndexOf("/") + 1));
}

/** On one line and at most `max` characters, none of them in half. */
function cut(text: string, max: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= max) return line;
  return `${line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;
}
