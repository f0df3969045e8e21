import {
  type Alert,
  announce,
  callsForPerson,
  canMove,
  channelsFor,
  type Delivery,
  escalate,
  type Incident,
  mostSevere,
  move,
  nameOf,
  newId,
  orderForEpisode,
  resolveIncident,
  serviceOfLabels,
  type SeverityLevel,
  severityOf,
  severityRank,
  type Transaction,
} from "../incidents/mod.ts";
import { withStarts } from "./starts.ts";
import { sortAlerts, type Sorted } from "./sorting.ts";
import type { DeliveredAlert, Webhook } from "./webhook.ts";
import { alertCount, alertNames, serviceOf, titleOf } from "./words.ts";
import { lastedMs, spanText } from "../../lib/timespan/mod.ts";

/** What a delivery led to. */
export type Outcome =
  | "opened"
  | "joined"
  | "refired"
  | "resolved"
  | "partly_resolved"
  | "resolved_first"
  | "repeated"
  | "overtaken";

/** What receiving goes by. */
export interface ReceiveOptions {
  readonly now: Date;
  /** How long after its resolution an incident comes back as another episode, in milliseconds. */
  readonly refireWindowMs: number;
  /** Channels that are told of what needs no investigation. */
  readonly notify: readonly string[];
  /** People are called until one acknowledges. */
  readonly pages?: boolean | undefined;
  /** Severity words of the configuration. */
  readonly severities?: Readonly<Record<string, SeverityLevel>>;
}

/** A delivery and what it says. */
export interface Received {
  readonly delivery: Delivery;
  readonly webhook: Webhook;
}

/** The channel on which tickets are ordered. */
const TICKETS = "jira";
// A start this far in our future is worth a word: durations between two clocks are wrong by as much.
const SKEW_MS = 60_000;

/**
 * Works a delivery into the incident of its group: opens it, lets alerts join it, resolves it, or begins its next
 * episode. Everything that it decides is written in `tx`; a delivery that says nothing new changes no incident.
 */
export async function receive(
  tx: Transaction,
  { delivery, webhook }: Received,
  options: ReceiveOptions,
): Promise<{ outcome: Outcome; incident: Incident | undefined }> {
  const latest = await tx.latestIncident(webhook.groupKey);
  const { now } = options;
  const alerts = await withStarts(tx, latest, { alerts: webhook.alerts, now });
  const { own, held } = await byHolder(tx, latest, alerts);
  let heldResult: { outcome: Outcome; incident: Incident } | undefined;
  for (const { incident, alerts } of held) {
    const elsewhere = new Reception(tx, { delivery, webhook: { ...webhook, truncatedAlerts: 0 } }, options);
    heldResult = await elsewhere.ends(incident, await sortAlerts(tx, incident, { alerts, now }), "repeated");
  }
  if (heldResult !== undefined && own.length === 0) {
    await tx.addDelivery({ ...delivery, outcome: heldResult.outcome });
    return heldResult;
  }
  const sorted = stillFiringAfterAll(latest, await sortAlerts(tx, latest, { alerts: own, now }), options);
  const reception = new Reception(tx, { delivery, webhook }, options);
  const last = latest && await reception.endsUnheard(latest, sorted);
  let result: { outcome: Outcome; incident: Incident | undefined };
  if (sorted.fired.length > 0) result = await reception.fires(last, sorted);
  else if (last === undefined && sorted.endedUnheard.length > 0) result = await reception.overBefore(sorted);
  else result = { outcome: sorted.overtaken.length > 0 ? "overtaken" : "repeated", incident: last };
  if (result.incident !== undefined && result.outcome !== "resolved_first") {
    result = await reception.ends(result.incident, sorted, result.outcome);
  }
  await tx.addDelivery({ ...delivery, outcome: result.outcome });
  return result;
}

class Reception {
  readonly #tx: Transaction;
  readonly #delivery: Delivery;
  readonly #webhook: Webhook;
  readonly #options: ReceiveOptions;
  readonly #at: string;

  constructor(tx: Transaction, { delivery, webhook }: Received, options: ReceiveOptions) {
    this.#tx = tx;
    this.#delivery = delivery;
    this.#webhook = webhook;
    this.#options = options;
    this.#at = options.now.toISOString();
  }

  /** Ends alerts whose end was never received; when none of the incident's fires any more, what fires now fires again. */
  async endsUnheard(incident: Incident, { superseded, fired }: Sorted): Promise<Incident> {
    for (const { known, ends_at } of superseded) {
      const { updated_at: _, ...alert } = known;
      await this.#saveAlert(incident, { ...alert, status: "resolved", ends_at, at: this.#at });
    }
    if (superseded.length === 0 || fired.length === 0 || !canMove(incident, "resolve")) return incident;
    if (await this.#tx.countFiring(incident.id) > 0) return incident;
    const text = "Resolved at some time: its end was not received, and the same alert fires anew";
    return await resolveIncident(this.#tx, incident, { at: this.#at, entry: this.#entry(text) });
  }

  /** New alerts fire: they open an incident, join the one there is, or begin its next episode. */
  async fires(last: Incident | undefined, sorted: Sorted): Promise<{ outcome: Outcome; incident: Incident }> {
    const names = alertNames(sorted.fired);
    const severity = this.#severity(sorted.fired);
    if (last !== undefined && last.state !== "resolved") {
      if (last.state !== "open" && await this.#isNews(last, sorted.fired)) return await this.#joinsAsNews(last, sorted);
      const incident = this.#withSeverity(last, severity);
      await this.#save(incident, sorted.fired);
      await this.#note(incident, "alert_joined", `${alertCount(sorted.fired.length)} joined: ${names}`);
      if (incident.state === "diagnosed") {
        const text = `${incident.code} ${incident.service}: ${sorted.fired.length} more ${
          sorted.fired.length === 1 ? "alert" : "alerts"
        }: ${names}.`;
        await announce(this.#tx, { kind: "joined", payload: { text } }, {
          incident_id: incident.id,
          occasion: { of: "episode", incident, mark: `/${this.#delivery.id}` },
          channels: channelsFor(incident.severity, this.#options.notify),
          at: this.#at,
        });
      }
      return { outcome: "joined", incident };
    }
    const restMs = last === undefined ? Infinity : this.#options.now.getTime() - Date.parse(last.resolved_at ?? "");
    const again = last !== undefined && restMs <= this.#options.refireWindowMs &&
      await this.#isKnown(last, sorted.fired);
    const incident = again
      ? {
        ...move(last, "refire", this.#at),
        severity: severity || last.severity,
        title: titleOf(this.#webhook, this.#options.severities),
      }
      : await this.#opened("open", severity);
    // What went on firing under a resolved incident belongs to what follows it.
    await this.#save(incident, [...sorted.fired, ...sorted.stillFiring.map(({ alert }) => alert)]);
    const text = `${names} ${sorted.fired.length === 1 ? "fires" : "fire"}${severity ? ` (${severity})` : ""}`;
    if (again) await this.#note(incident, "refired", `${text} again, ${spanText(restMs)} after the resolution`);
    else await this.#note(incident, "alert_firing", text);
    if (again) await this.#reopenTicket(incident);
    await this.#noteSkew(incident, sorted.fired);
    await this.#page(incident);
    await this.#tx.enqueueWork({
      kind: "investigation",
      incident_id: incident.id,
      episode: incident.episode,
      rank: severityRank(incident.severity),
      created_at: this.#at,
    });
    return { outcome: again ? "refired" : "opened", incident };
  }

  /**
   * What joins is worse than what was told, or another alert: it begins an episode of its own, so that it is investigated
   * and told like any other, while the incident, its acknowledgment and its other alerts stay.
   */
  async #joinsAsNews(last: Incident, { fired }: Sorted): Promise<{ outcome: Outcome; incident: Incident }> {
    const severity = this.#severity(fired);
    const incident = { ...this.#withSeverity(last, severity), episode: last.episode + 1 };
    await this.#save(incident, fired);
    const how = severity === "" ? "" : ` (${severity})`;
    await this.#note(
      incident,
      "alert_joined",
      `${alertCount(fired.length)} joined and will be investigated: ${alertNames(fired)}${how}`,
    );
    await this.#page(incident);
    await this.#tx.enqueueWork({
      kind: "investigation",
      incident_id: incident.id,
      episode: incident.episode,
      rank: severityRank(severity),
      created_at: this.#at,
    });
    return { outcome: "joined", incident };
  }

  /** Begins to call people for an episode; who, and when the next, is decided where they are known. */
  async #page(incident: Incident): Promise<void> {
    if (this.#options.pages !== true || !callsForPerson(incident.severity)) return;
    const first = { episode: incident.episode, step: 0, round: 0, because: "no_answer" } as const;
    const occasion = { of: "episode", incident, mark: "/0.0" } as const;
    await escalate(this.#tx, first, { incident_id: incident.id, occasion, at: this.#at });
  }

  /** Has the incident's ticket reopened, where it has one and Jira is configured. */
  async #reopenTicket(incident: Incident): Promise<void> {
    if (!this.#options.notify.includes(TICKETS) || (await this.#tx.tickets(incident.id)).length === 0) return;
    const order = { channel: TICKETS, kind: "reopen_ticket", payload: { episode: incident.episode } } as const;
    await orderForEpisode(this.#tx, order, { incident, at: this.#at });
  }

  /** The incident with what is worse than it was: then it is called after that. */
  #withSeverity(incident: Incident, severity: string): Incident {
    const worse = severity !== "" && severityRank(severity) < severityRank(incident.severity);
    return worse ? { ...incident, severity, title: titleOf(this.#webhook, this.#options.severities) } : incident;
  }

  /** Whether alerts are more than another instance of what the incident has: more severe, of another name or service. */
  async #isNews(incident: Incident, fired: readonly DeliveredAlert[]): Promise<boolean> {
    if (severityRank(this.#severity(fired)) < severityRank(incident.severity)) return true;
    const known = new Set((await this.#tx.alerts(incident.id)).map(kindOf));
    return fired.some((alert) => !known.has(kindOf(alert)));
  }

  /** Whether the incident has had an alert of one of these names; a group may hold quite different ones. */
  async #isKnown(incident: Incident, fired: readonly DeliveredAlert[]): Promise<boolean> {
    const known = new Set((await this.#tx.alerts(incident.id)).map(({ labels }) => nameOf(labels)));
    return fired.some(({ labels }) => known.has(nameOf(labels)));
  }

  /** Alerts are over before anyone heard that they fired: for the record, nothing to investigate and nothing to tell. */
  async overBefore(sorted: Sorted): Promise<{ outcome: Outcome; incident: Incident }> {
    const incident = {
      ...await this.#opened("resolved", this.#severity(sorted.endedUnheard)),
      resolved_at: this.#at,
      truncated_alerts: this.#webhook.truncatedAlerts,
    };
    await this.#save(incident, sorted.endedUnheard);
    const names = alertNames(sorted.endedUnheard);
    await this.#note(incident, "resolved_first", `${names}: over before it was heard that it fired`);
    return { outcome: "resolved_first", incident };
  }

  /** Notes what ended, what was left out, and whether that was the last of it. */
  async ends(incident: Incident, sorted: Sorted, outcome: Outcome): Promise<{ outcome: Outcome; incident: Incident }> {
    if (outcome === "joined" || outcome === "repeated" || outcome === "overtaken") await this.#reword(incident, sorted);
    const ended = [...sorted.ended.map(({ alert }) => alert), ...sorted.endedUnheard];
    for (const alert of ended) await this.#saveAlert(incident, { ...alert, episode: incident.episode, at: this.#at });
    let next = await this.#noteTruncated(incident);
    if (sorted.overtaken.length > 0) {
      await this.#note(next, "overtaken", `${alertNames(sorted.overtaken)}: a late delivery of what is over`);
    }
    if (ended.length === 0) return { outcome, incident: next };
    const firing = await this.#tx.countFiring(incident.id);
    const names = alertNames(ended);
    if (firing > 0 || !canMove(next, "resolve")) {
      const rest = firing > 0 ? `; ${alertCount(firing)} still firing` : "";
      await this.#note(next, "alert_resolved", `${alertCount(ended.length)} resolved: ${names}${rest}`);
      return { outcome: outcome === "repeated" ? "partly_resolved" : outcome, incident: next };
    }
    next = await this.#resolve(next);
    return { outcome: outcome === "repeated" ? "resolved" : outcome, incident: next };
  }

  /** Keeps labels and annotations as they were said last; Prometheus puts changing values into them. */
  async #reword(incident: Incident, { stillFiring }: Sorted): Promise<void> {
    for (const { known, alert } of stillFiring) {
      if (sameWords(known, alert)) continue;
      await this.#saveAlert(incident, { ...alert, episode: known.episode, at: known.updated_at });
    }
  }

  async #resolve(incident: Incident): Promise<Incident> {
    const alerts = await this.#tx.alerts(incident.id);
    const byItself = incident.acknowledged_at === null;
    const when = { open: " before its investigation began", investigating: " during its investigation" };
    const left = this.#webhook.truncatedAlerts;
    const text =
      `Resolved${byItself ? " by itself" : ""} after ${
        spanText(lastedMs({ ...incident, resolved_at: this.#at }, alerts))
      }` +
      (when[incident.state as keyof typeof when] ?? "") +
      (left > 0 ? `; ${alertCount(left)} that Alertmanager left out may still fire` : "");
    const channels = channelsFor(incident.severity, this.#options.notify);
    const told = { channels, payload: { by_itself: byItself, truncated_alerts: left } };
    return await resolveIncident(this.#tx, incident, { at: this.#at, entry: this.#entry(text), told });
  }

  #severity(alerts: readonly DeliveredAlert[]): string {
    return mostSevere(alerts.map((alert) => severityOf(alert, this.#options.severities)));
  }

  async #opened(state: Incident["state"], severity: string): Promise<Incident> {
    return {
      id: newId({ now: () => this.#options.now }),
      code: await this.#tx.freeCode(),
      state,
      service: serviceOf(this.#webhook, this.#options.severities),
      severity,
      title: titleOf(this.#webhook, this.#options.severities),
      group_key: this.#webhook.groupKey,
      opened_at: this.#at,
      resolved_at: null,
      truncated_alerts: 0,
      episode: 1,
      acknowledged_at: null,
      acknowledged_by: null,
    };
  }

  async #save(incident: Incident, alerts: readonly DeliveredAlert[]): Promise<void> {
    await this.#tx.saveIncident(incident);
    for (const alert of alerts) await this.#saveAlert(incident, { ...alert, episode: incident.episode, at: this.#at });
  }

  async #saveAlert(
    incident: Incident,
    { at, ...alert }: DeliveredAlert & { readonly episode: number; readonly at: string | undefined },
  ): Promise<void> {
    await this.#tx.saveAlert(incident.id, at === undefined ? alert : { ...alert, updated_at: at });
  }

  async #noteTruncated(incident: Incident): Promise<Incident> {
    const { truncatedAlerts } = this.#webhook;
    if (truncatedAlerts <= incident.truncated_alerts) return incident;
    const next = { ...incident, truncated_alerts: truncatedAlerts };
    await this.#tx.saveIncident(next);
    await this.#note(
      next,
      "truncated",
      `Alertmanager left out ${alertCount(truncatedAlerts)} of this group (max_alerts)`,
    );
    return next;
  }

  async #noteSkew(incident: Incident, fired: readonly DeliveredAlert[]): Promise<void> {
    const ahead = Math.max(...fired.map((alert) => Date.parse(alert.starts_at))) - this.#options.now.getTime();
    if (ahead < SKEW_MS) return;
    await this.#note(incident, "clock_skew", `Prometheus' clock is ${spanText(ahead)} ahead of the agent's`);
  }

  async #note(incident: Incident, kind: string, text: string): Promise<void> {
    await this.#tx.addTimeline(incident.id, { at: this.#at, kind, ...this.#entry(text) });
  }

  #entry(text: string) {
    return { text, by: "alertmanager", delivery_id: this.#delivery.id };
  }
}

/** What goes on firing under an incident that was resolved longer ago than the re-fire window is told again. */
function stillFiringAfterAll(latest: Incident | undefined, sorted: Sorted, options: ReceiveOptions): Sorted {
  if (latest?.state !== "resolved" || sorted.stillFiring.length === 0) return sorted;
  if (options.now.getTime() - Date.parse(latest.resolved_at ?? "") <= options.refireWindowMs) return sorted;
  return {
    ...sorted,
    fired: [...sorted.fired, ...sorted.stillFiring.map(({ alert }) => alert)],
    stillFiring: [],
  };
}

/** The alerts that another open incident has: one alert may come by two routes, under two group keys. */
async function byHolder(
  tx: Transaction,
  latest: Incident | undefined,
  alerts: readonly DeliveredAlert[],
): Promise<{ own: DeliveredAlert[]; held: { incident: Incident; alerts: DeliveredAlert[] }[] }> {
  const own: DeliveredAlert[] = [];
  const held = new Map<string, { incident: Incident; alerts: DeliveredAlert[] }>();
  for (const alert of alerts) {
    const { fingerprint, starts_at } = alert;
    const known = latest === undefined ? undefined : await tx.alert(latest.id, fingerprint, starts_at);
    const incident = known === undefined ? await tx.openIncidentWith(fingerprint, starts_at) : undefined;
    if (incident === undefined || incident.id === latest?.id) own.push(alert);
    else {
      const holder = held.get(incident.id) ?? { incident, alerts: [] };
      holder.alerts.push(alert);
      held.set(incident.id, holder);
    }
  }
  return { own, held: [...held.values()] };
}

/** What is the same of alerts that differ only in their instance. */
function kindOf({ labels }: Pick<Alert, "labels">): string {
  return JSON.stringify([nameOf(labels), serviceOfLabels(labels)]);
}

function sameWords(known: Alert, alert: DeliveredAlert): boolean {
  const words = ({ labels, annotations, generator_url }: DeliveredAlert | Alert) =>
    JSON.stringify([Object.entries(labels).sort(), Object.entries(annotations).sort(), generator_url]);
  return words(known) === words(alert);
}
