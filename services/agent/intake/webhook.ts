import { createHash } from "node:crypto";
import { ApiError } from "../../lib/http/mod.ts";
import {
  ANY_SENDER,
  asText,
  isObject,
  type ReadAlert,
  readAlerts,
  readJson,
  type Sender,
  senderOf,
  type SenderOptions,
  SENDERS,
  statusOf,
  textPairs,
} from "./senders/mod.ts";
import { withoutSecrets } from "./secrets.ts";
import { timeOf } from "./time.ts";

/** More than any group has; the store keeps no number that it could not give back. */
const MOST_TRUNCATED = 1_000_000_000;

/** An alert as a delivery has it, with its times in UTC. */
export interface DeliveredAlert {
  readonly fingerprint: string;
  readonly status: "firing" | "resolved";
  readonly starts_at: string;
  /** Null while it fires, or when it was not told. */
  readonly ends_at: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generator_url: string;
}

/** An alert whose start may not have been told. */
export interface SentAlert extends Omit<DeliveredAlert, "starts_at"> {
  /** Null where it was not told; then what fires is the alert that is known to fire. */
  readonly starts_at: string | null;
  /** When it may have begun, for one whose start was not told. */
  readonly perhaps_at?: string | null;
}

/** What a delivery says of one group, as far as it matters here, without secrets. */
export interface Webhook {
  /** The group's key; where it held a secret, one made of what is left and a hash of the whole. */
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  /** Each alert once. */
  readonly alerts: readonly SentAlert[];
  /** The body as it may be kept. */
  readonly body: string;
}

type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = {};
const LONGEST_KEY = 2_000;
const MOST_FIELDS = 12;

/** The groups that a delivery tells of: one, but for a sender that puts alerts of all kinds into one list. */
export function parseWebhooks(body: string, options: SenderOptions = {}): Webhook[] {
  const input = readJson(body);
  const clean = withoutSecrets(input);
  const kept = clean === input ? body : JSON.stringify(clean);
  const own = senderOf(clean, options.senders ?? []);
  if (own === undefined) {
    const alerts = listOf(clean);
    if (alerts !== undefined) {
      return Array.isArray(clean) ? byName(alerts, kept) : [grouped(clean as Fields, alerts, kept)];
    }
  }
  return anyForm(clean, own ?? senderOf(clean, SENDERS) ?? ANY_SENDER, kept);
}

/**
 * Reads a delivery: Alertmanager's webhook in any of its versions and what resembles it (Grafana, Mimir, vmalert), or any
 * JSON that names an alert. Fields that are missing, null, of another type or not known are no reason to refuse it.
 *
 * @throws {ApiError} 400 `invalid_json`, or `invalid_input` when nothing in it tells of an alert.
 */
export function parseWebhook(body: string, options: SenderOptions = {}): Webhook {
  return parseWebhooks(body, options)[0]!;
}

/** Alerts in Alertmanager's form: in `alerts`, or as the list that its own API takes. */
function listOf(input: unknown): Fields[] | undefined {
  const list = Array.isArray(input) ? input : isObject(input) ? input.alerts : undefined;
  if (Array.isArray(list)) {
    const alerts = list.filter(isObject);
    if (alerts.length === 0 && list.length > 0) return undefined;
    const own = alerts.every((alert) =>
      isObject(alert.labels) || isObject(alert.annotations) || "fingerprint" in alert
    );
    return own && (alerts.length > 0 || !Array.isArray(input)) ? alerts : undefined;
  }
  if (!isObject(input) || !isObject(input.commonLabels)) return undefined;
  // A group without its alerts still has what they share.
  return [{ labels: input.commonLabels, annotations: input.commonAnnotations ?? NONE, status: input.status }];
}

function grouped(group: Fields, sent: readonly Fields[], body: string): Webhook {
  const status = asText(group.status);
  const groupLabels = textPairs(group.groupLabels);
  const alerts = once(sent.map((alert) => sentAlert(alert, status)));
  const truncated = Number(group.truncatedAlerts);
  return {
    groupKey: asText(group.groupKey).slice(0, LONGEST_KEY) || keyOf(groupLabels, alerts),
    truncatedAlerts: Number.isInteger(truncated) && truncated > 0 ? Math.min(truncated, MOST_TRUNCATED) : 0,
    groupLabels,
    commonLabels: textPairs(group.commonLabels),
    commonAnnotations: textPairs(group.commonAnnotations),
    alerts: alerts.map((alert) => worded(alert, group)),
    body,
  };
}

/** What Grafana says of the whole in words, where an alert itself says nothing. */
function worded(alert: SentAlert, { title, message }: Fields): SentAlert {
  if (Object.keys(alert.annotations).length > 0 || alert.labels.alertname !== undefined) return alert;
  const summary = asText(title) || asText(message).split("\n", 1)[0]!;
  return summary === "" ? alert : { ...alert, annotations: { summary } };
}

/** A list without groups: alerts of one name about one service belong together. */
function byName(sent: readonly Fields[], body: string): Webhook[] {
  const alerts = once(sent.map((alert) => sentAlert(alert, "")));
  const groups = Map.groupBy(alerts, ({ labels }) => JSON.stringify([labels.alertname, labels.service ?? labels.job]));
  return [...groups.values()].map((own) => {
    const { alertname = "", service } = own[0]!.labels;
    const groupLabels = service === undefined ? { alertname } : { alertname, service };
    return { ...emptyGroup(body), groupKey: keyOf(groupLabels, own), groupLabels, alerts: own };
  });
}

function sentAlert(alert: Fields, groupStatus: string): SentAlert {
  const labels = textPairs(alert.labels);
  const ends = timeOf(alert.endsAt);
  const said = asText(alert.status) || groupStatus;
  // The list that Alertmanager's API takes has no status: an end in the past is one.
  const over = said === "" ? ends !== null && Date.parse(ends) <= Date.now() : statusOf(said) === "resolved";
  return {
    fingerprint: fingerprintOf(alert.fingerprint, labels),
    status: over ? "resolved" : "firing",
    starts_at: timeOf(alert.startsAt),
    ends_at: over ? ends : null,
    labels,
    annotations: textPairs(alert.annotations),
    generator_url: asText(alert.generatorURL),
  };
}

/** Said twice in one delivery, with different words: over is the later news. */
function once(alerts: readonly SentAlert[]): SentAlert[] {
  const known = new Map<string, SentAlert>();
  for (const alert of alerts) {
    const key = `${alert.fingerprint} ${alert.starts_at}`;
    if (known.get(key)?.status !== "resolved") known.set(key, alert);
  }
  return [...known.values()];
}

/** Each alert of another form is a group of its own. */
function anyForm(input: unknown, sender: Sender, body: string): Webhook[] {
  const read = readAlerts(input, sender);
  if (read.length === 0) throw nothingRead(input, sender);
  const news = read.filter((alert) => alert.status !== "ignored");
  if (news.length === 0) return [emptyGroup(body)];
  return news.map((alert) => {
    const labels = labelsOf(alert, sender);
    const groupKey = `${sender.name}:${alert.id || `${alert.alert} ${alert.service}`}`;
    const sent: SentAlert = {
      fingerprint: hashOf(groupKey),
      status: alert.status === "resolved" ? "resolved" : "firing",
      // Most senders put the time of the event there, which is another one each time that they tell of the alert.
      starts_at: null,
      perhaps_at: alert.since,
      ends_at: alert.status === "resolved" ? alert.until ?? alert.since : null,
      labels,
      annotations: textPairs({ summary: alert.summary, description: alert.description }),
      generator_url: /^https?:\/\//i.test(alert.url) ? alert.url : "",
    };
    return { ...emptyGroup(body), groupKey: groupKey.slice(0, LONGEST_KEY), alerts: [sent] };
  });
}

function labelsOf({ alert, service, severity, labels, summary }: ReadAlert, sender: Sender): Record<string, string> {
  const own = textPairs({ ...labels, service, severity });
  return { ...own, alertname: alert || summary.split("\n", 1)[0]!.slice(0, 120) || sender.name };
}

function emptyGroup(body: string): Webhook {
  return {
    groupKey: "none",
    truncatedAlerts: 0,
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    alerts: [],
    body,
  };
}

function keyOf(groupLabels: Readonly<Record<string, string>>, alerts: readonly SentAlert[]): string {
  const { alertname, service } = alerts[0]?.labels ?? {};
  const labels = Object.keys(groupLabels).length > 0 ? groupLabels : textPairs({ alertname, service });
  return `{}:${JSON.stringify(labels)}`.slice(0, LONGEST_KEY);
}

/** Alertmanager's own where it is one; before 0.19 it sent none. */
function fingerprintOf(sent: unknown, labels: Readonly<Record<string, string>>): string {
  if (typeof sent === "string" && /^[0-9a-f]{16}$/.test(sent)) return sent;
  const id = asText(sent);
  return hashOf(id === "" ? JSON.stringify(Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1)) : id);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function nothingRead(input: unknown, sender: Sender): ApiError {
  const fields = isObject(input)
    ? Object.keys(input).slice(0, MOST_FIELDS).map((name) => asText(name).slice(0, 40))
    : [];
  const what = isObject(input)
    ? fields.length === 0 ? "it has no fields" : `its fields are ${fields.join(", ")}`
    : `it is ${Array.isArray(input) ? "a list without alerts" : JSON.stringify(input)?.slice(0, 60) ?? "empty"}`;
  const where = sender === ANY_SENDER
    ? "say under senders in config/oncall.yaml"
    : `look at the paths of sender ${sender.name}:`;
  return new ApiError(
    400,
    "invalid_input",
    `Nothing in the body tells of an alert; ${what}. Send Alertmanager's webhook, or ${where} where its name and text stand.`,
  );
}
