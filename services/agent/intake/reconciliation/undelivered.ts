import {
  type Incident,
  newId,
  serviceOfLabels,
  type SeverityLevel,
  type Store,
  type Transaction,
} from "../../incidents/mod.ts";
import { isCalm } from "../calm.ts";
import { type Outcome, receive } from "../receive.ts";
import type { SenderOptions } from "../senders/mod.ts";
import { parseWebhooks, type Webhook } from "../webhook.ts";
import type { ActiveAlert, Sight } from "./alertmanager.ts";

/** What opening goes by. */
export interface UndeliveredOptions {
  readonly now: Date;
  readonly refireWindowMs: number;
  readonly pages?: boolean | undefined;
  readonly notify: readonly string[];
  readonly watchdogAlert: string;
  readonly senders?: SenderOptions;
}

// Alertmanager itself waits for a group's other alerts before it delivers.
const MIN_AGE_MS = 45_000;

/** Which of Alertmanager's active alerts were there, and not known, at the look before. */
export class Undelivered {
  #seen = new Set<string>();

  /** Takes in a look; the alerts that were not known at the look before either. */
  note(sight: Sight, unknown: readonly ActiveAlert[]): ActiveAlert[] {
    const old = unknown.filter(({ startsAt }) => sight.at.getTime() - Date.parse(startsAt) >= MIN_AGE_MS);
    const twice = old.filter(({ fingerprint }) => this.#seen.has(fingerprint));
    this.#seen = new Set(unknown.map(({ fingerprint }) => fingerprint));
    return twice;
  }
}

/**
 * The active alerts that people should know of and that no incident holds: not one that is open, nor one that was
 * resolved less than the re-fire window ago while the alert went on.
 */
export async function unknownOf(
  store: Store,
  active: readonly ActiveAlert[],
  options: UndeliveredOptions,
): Promise<ActiveAlert[]> {
  const severities = options.senders?.severities ?? {};
  const forPeople = active.filter((one) => one.labels.alertname !== options.watchdogAlert && !isCalm(one, severities));
  if (forPeople.length === 0) return [];
  return await store.transact(async (tx) => {
    const unknown: ActiveAlert[] = [];
    for (const one of forPeople) if (!await isKnown(tx, one, options)) unknown.push(one);
    return unknown;
  });
}

async function isKnown(tx: Transaction, one: ActiveAlert, options: UndeliveredOptions): Promise<boolean> {
  const incident = await tx.incidentWith(one.fingerprint);
  if (incident === undefined) return (await likeIt(tx, one))?.same ?? false;
  const same = (await tx.alerts(incident.id)).filter(({ fingerprint }) => fingerprint === one.fingerprint);
  if (incident.state !== "resolved") return same.some(({ status }) => status === "firing");
  const resolvedAt = Date.parse(incident.resolved_at ?? "");
  if (Date.parse(one.startsAt) > resolvedAt) return false;
  return options.now.getTime() - resolvedAt <= options.refireWindowMs;
}

/** An open incident with an alert of this name about this service, and whether it has this very alert, by its labels. */
async function likeIt(
  tx: Transaction,
  { labels }: ActiveAlert,
): Promise<{ incident: Incident; same: boolean } | undefined> {
  const service = serviceOfLabels(labels);
  let like: Incident | undefined;
  for (const incident of await tx.openIncidentsNamed(labels.alertname ?? "")) {
    const alerts = (await tx.alerts(incident.id)).filter((alert) => serviceOfLabels(alert.labels) === service);
    if (alerts.some((alert) => sameLabels(alert.labels, labels))) return { incident, same: true };
    if (alerts.length > 0) like ??= incident;
  }
  return like && { incident: like, same: false };
}

function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const text = (labels: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(labels).sort());
  return text(a) === text(b);
}

/** Takes alerts that were never delivered as if they had been; what each group of them led to. */
export async function takeUndelivered(
  tx: Transaction,
  alerts: readonly ActiveAlert[],
  options: UndeliveredOptions,
): Promise<{ outcome: Outcome; incident: Incident }[]> {
  const unknown: ActiveAlert[] = [];
  for (const one of alerts) if (!await isKnown(tx, one, options)) unknown.push(one);
  const taken: { outcome: Outcome; incident: Incident }[] = [];
  for (const webhook of await groupsOf(tx, unknown, options)) {
    const at = options.now.toISOString();
    const delivery = { id: newId({ now: () => options.now }), received_at: at, body: webhook.body };
    const { outcome, incident } = await receive(tx, { delivery, webhook }, {
      now: options.now,
      refireWindowMs: options.refireWindowMs,
      pages: options.pages,
      notify: options.notify,
      ...severitiesOf(options),
    });
    if (incident === undefined || outcome === "repeated" || outcome === "overtaken") continue;
    await tx.addTimeline(incident.id, {
      at,
      kind: "reconciled",
      text: "Alertmanager has this as active, and no delivery told of it: taken from its list of alerts",
      by: "agent",
    });
    taken.push({ outcome, incident });
  }
  return taken;
}

/** By the group in which an alert was before, else by name and service. */
async function groupsOf(
  tx: Transaction,
  alerts: readonly ActiveAlert[],
  { senders = {} }: UndeliveredOptions,
): Promise<Webhook[]> {
  const groups: Webhook[] = [];
  const rest: ActiveAlert[] = [];
  for (const one of alerts) {
    const before = await tx.incidentWith(one.fingerprint) ?? (await likeIt(tx, one))?.incident;
    if (before === undefined) rest.push(one);
    else groups.push(...read([one], senders).map((webhook) => ({ ...webhook, groupKey: before.group_key })));
  }
  if (rest.length > 0) groups.push(...read(rest, senders));
  const byKey = Map.groupBy(groups, ({ groupKey }) => groupKey);
  return [...byKey.values()].map((same) => ({ ...same[0]!, alerts: same.flatMap((webhook) => webhook.alerts) }));
}

function read(alerts: readonly ActiveAlert[], senders: SenderOptions): Webhook[] {
  return parseWebhooks(JSON.stringify(alerts.map(({ raw }) => raw)), senders);
}

function severitiesOf({ senders }: UndeliveredOptions): { severities?: Readonly<Record<string, SeverityLevel>> } {
  return senders?.severities === undefined ? {} : { severities: senders.severities };
}
