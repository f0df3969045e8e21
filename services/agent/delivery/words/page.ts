import {
  type Alert,
  type Diagnosis,
  type IncidentView,
  leadAlert,
  nameOf,
  objectOf,
  serviceOfLabels,
  severityOf,
  severityRank,
  summaryOf,
} from "../../incidents/mod.ts";
import { clock, cutAtSentence, finished, firstSentence, oneLine, percent } from "./text.ts";
import { notSeen, toldCause } from "../../../lib/incident/mod.ts";
import { lastedMs, spanText } from "../../../lib/timespan/mod.ts";

/** What a page closes with: replies that the operator may send. */
export const MAY_REPLY = 'Reply "create Jira task and assign to Ravi", "ack", "silence 30m", "why" or "help".';

/** Longest page in characters; a channel adds its own reference and stays within WhatsApp's 1,600. */
export const LONGEST_PAGE = 1_560;

/** Where a person finds more. */
export interface PageLinks {
  /** Base of the console's pages; undefined where it cannot be reached from outside. */
  readonly consoleUrl?: string | undefined;
}

/**
 * A diagnosis for a phone: how bad, which alert and what it says first, then since when and how many, the cause, what to
 * do and where to look, and last what may be replied; at most {@linkcode LONGEST_PAGE}.
 */
export function pageText(view: IncidentView, links: PageLinks = {}): string {
  const diagnosis = view.diagnosis;
  const head = [
    headline(view),
    contextLine(view),
    ...alertsLine(view),
    ...(view.state === "resolved" ? [resolvedSentence(view)] : []),
    ...(diagnosis === null ? ["No diagnosis yet."] : [causeOf(view, 420), ...againLine(view)]),
    ...placeLine(diagnosis, causeOf(view, 420)),
    ...rateLine(view),
  ];
  const close = [...linkLines(view, links), "", MAY_REPLY].join("\n");
  const room = LONGEST_PAGE - close.length - 1;
  let text = cutAtSentence(head.join("\n"), room);
  for (const line of diagnosis === null ? [] : detailLines(diagnosis)) {
    if (text.length + line.length + 1 <= room) text += `\n${line}`;
  }
  return `${text}\n${close}`;
}

/** `CRITICAL (P1) CheckoutSlow: Checkout takes 4 s.` */
export function headline(view: IncidentView): string {
  const lead = leadOf(view);
  const own = lead?.labels.severity ?? lead?.labels.priority ?? "";
  // What joined and is told by itself is as bad as it says, not as bad as the incident.
  const joined = lead !== undefined && !oneLine(view.title).startsWith(nameOf(lead.labels));
  const severity = (joined ? severityOf(lead) : "") || view.severity || "alert";
  const said = own === "" || own.toLowerCase() === severity.toLowerCase() ? "" : ` (${own.slice(0, 30)})`;
  return cutAtSentence(
    oneLine(`${severity.toUpperCase()}${said} ${finished(alertTitle(view))}`),
    300,
  );
}

/** What the alert that matters most is called and says: the title, or that of what joined and is worse. */
export function alertTitle(view: Alerting): string {
  const lead = leadOf(view);
  const title = oneLine(view.title);
  if (lead === undefined || title.startsWith(nameOf(lead.labels))) return title;
  const said = summaryOf(lead);
  return oneLine(said === "" ? nameOf(lead.labels) : `${nameOf(lead.labels)}: ${said}`);
}

/** `inventory, incident K7QF, since 11:59:00 UTC`. */
function contextLine(view: IncidentView): string {
  const lead = leadOf(view);
  const service = lead === undefined || view.title.startsWith(nameOf(lead.labels))
    ? view.service
    : serviceOfLabels(lead.labels) || view.service;
  const times = 1 + view.timeline.filter((entry) => entry.kind === "refired").length;
  const again = times > 1 ? `, fired ${times} times` : "";
  const whose = service === "" || service === "unknown" ? "Service unknown" : service;
  return oneLine(`${whose}, incident ${view.code}, since ${clock(episodeStart(view))}${again}.`);
}

/** How many alerts, where there are several, with the few that matter by name. */
function alertsLine(view: IncidentView): string[] {
  const firing = view.alerts.filter((alert) => alert.status === "firing");
  const alerts = firing.length > 0 ? firing : view.alerts;
  const count = alerts.length + view.truncated_alerts;
  if (count < 2) return [];
  const lead = leadOf(view);
  const rank = (alert: Alert) => alert === lead ? -1 : severityRank(severityOf(alert));
  const sorted = alerts.toSorted((a, b) => rank(a) - rank(b));
  // One of each name before a second of any.
  const first = [...new Map(sorted.toReversed().map((alert) => [nameOf(alert.labels), alert])).values()].reverse();
  const shown = [...first, ...sorted.filter((alert) => !first.includes(alert))].slice(0, 3);
  // A name that was just said is not said again.
  const named = shown.map(({ labels }, i) => {
    const same = i > 0 && nameOf(labels) !== "" && nameOf(labels) === nameOf(shown[i - 1]!.labels);
    const words = alertName(labels);
    return cutAtSentence(oneLine(same ? words.slice(nameOf(labels).length).trim() || words : words), 70);
  });
  const more = count > shown.length ? ` and ${number(count - shown.length)} more` : "";
  const left = view.truncated_alerts > 0 ? ` (${number(view.truncated_alerts)} left out by Alertmanager)` : "";
  return [`${number(count)} alerts${firing.length > 0 ? " firing" : ""}: ${named.join(", ")}${more}${left}.`];
}

function alertName(labels: Readonly<Record<string, string>>): string {
  const object = objectOf(labels) ?? labels.instance ?? labels.host ?? labels.service ?? "";
  return `${nameOf(labels) || "an alert"}${object === "" ? "" : ` ${object}`}`;
}

/** `3,000`. */
function number(count: number): string {
  return count.toLocaleString("en-US");
}

/** What tells which alert matters most. */
type Alerting = Pick<IncidentView, "title" | "alerts" | "episode" | "diagnosis">;

function leadOf(view: Alerting) {
  const own = view.alerts.filter((alert) => alert.episode === (view.diagnosis?.episode ?? view.episode));
  return leadAlert(own.length > 0 ? own : view.alerts);
}

/** Where it fires again: whether it is the cause of the time before. */
function againLine(view: IncidentView): string[] {
  const refired = view.timeline.findLastIndex((entry) => entry.kind === "refired");
  if (refired === -1 || view.diagnosis === null) return [];
  const before = view.timeline.slice(0, refired).findLast((entry) => entry.kind === "diagnosis");
  if (before === undefined) return [];
  const [, verdict, cause = ""] = /^([^:]{3,30}): ([^]*)$/.exec(before.text) ?? [];
  if (verdict !== "Cause found") return [];
  const now = firstSentence(view.diagnosis.root_cause);
  if (view.diagnosis.verdict === "cause_found" && sameWords(firstSentence(cause), now)) {
    return [`The same cause as at ${clock(before.at)}.`];
  }
  return [`Another cause than at ${clock(before.at)}, which was: ${cutAtSentence(firstSentence(cause), 160)}`];
}

/** Whether two sentences say the same but for their numbers. */
function sameWords(a: string, b: string): boolean {
  const plain = (text: string) => text.slice(0, 120).replaceAll(/\d+(\.\d+)?/g, "0");
  return plain(a) === plain(b);
}

function linkLines(view: IncidentView, { consoleUrl }: PageLinks): string[] {
  const lines: string[] = [];
  if (consoleUrl !== undefined) lines.push(`Incident: ${consoleUrl.replace(/\/$/, "")}/incidents/${view.id}`);
  const graph = leadOf(view)?.generator_url ?? "";
  if (/^https?:\/\/\S{1,300}$/.test(graph)) lines.push(`Graph: ${graph}`);
  return lines;
}

/** The cause in one sentence that holds when it is read: see {@linkcode toldCause}; empty without a diagnosis. */
export function causeOf(view: IncidentView, max: number): string {
  const { diagnosis } = view;
  return diagnosis === null ? "" : causeSentence({ ...diagnosis, root_cause: toldCause(diagnosis, view) }, max);
}

/** The cause in one sentence, honest about how sure it is. */
export function causeSentence(diagnosis: Diagnosis, max: number): string {
  const cause = cutAtSentence(firstSentence(diagnosis.root_cause), max);
  if (diagnosis.verdict === "cause_found") return cause;
  const word = diagnosis.verdict === "no_fault_found" ? "No fault found" : "Cause not established";
  return cause.toLowerCase().startsWith(word.toLowerCase()) ? cause : `${word}: ${cause}`;
}

/** `services/inventory/items.ts:42`; undefined where the cause is not code. */
export function place(diagnosis: Pick<Diagnosis, "affected_file" | "line_number">): string | undefined {
  if (diagnosis.affected_file === null) return undefined;
  const line = diagnosis.line_number === null ? "" : `:${diagnosis.line_number}`;
  return oneLine(`${diagnosis.affected_file}${line}`);
}

/** The cause in one sentence, with its place in brackets where the sentence does not name it. */
export function causeAndPlace(view: IncidentView, max: number): string {
  const cause = causeOf(view, max);
  const where = view.diagnosis === null ? undefined : place(view.diagnosis);
  return where === undefined || cause.includes(where) ? cause : `${cause} (${where})`;
}

/** When it resolved: `Resolved after 2 m 10 s.` */
export function resolvedSentence(view: IncidentView): string {
  if (view.resolved_at === null) return "Resolved.";
  return `Resolved after ${spanText(lastedMs(view, view.alerts))}.`;
}

/** When the newest episode began: its first alert, else the incident's opening (RFC 3339). */
export function episodeStart(view: IncidentView): string {
  const starts = view.alerts.filter((alert) => alert.episode === view.episode).map((alert) => alert.starts_at).sort();
  return starts[0] ?? view.opened_at;
}

/** The share of requests that failed as the newest investigation measured it; undefined when it could not. */
export function errorRate(view: IncidentView): number | undefined {
  const told = view.diagnosis?.error_rate;
  if (typeof told === "number") return told;
  const call = view.tool_calls.findLast((c) => c.tool === "compute_error_rate" && c.ok && c.episode === view.episode);
  const percents = (call?.result as { error_percent?: unknown } | null | undefined)?.error_percent;
  return typeof percents === "number" && Number.isFinite(percents) ? percents / 100 : undefined;
}

function rateLine(view: IncidentView): string[] {
  const rate = errorRate(view);
  const { routes = [], instances = [] } = view.diagnosis ?? {};
  if (rate === undefined && routes.length === 0 && instances.length === 0) return [];
  // What runs in a cluster is named by its pods, and nobody asked for a rate.
  const inCluster = view.diagnosis?.category?.startsWith("kubernetes_") === true;
  if (rate === undefined && inCluster && routes.length === 0) return [oneLine(`Pods: ${some(instances)}.`)];
  const of = rate === undefined ? "not measured" : `${percent(rate)} of requests`;
  const on = routes.length === 0 ? "" : `, on ${some(routes)}`;
  const at = instances.length === 0 ? "" : `, at ${some(instances)}`;
  const when = rate === undefined || view.diagnosis === null ? "" : ` at ${clock(view.diagnosis.at)}`;
  return [oneLine(`Error rate${when}: ${of}${on}${at}.`)];
}

/** The first three names, and how many more there are. */
function some(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return names.slice(0, 3).map((name) => cutAtSentence(oneLine(name), 60)).join(", ") + more;
}

function placeLine(diagnosis: Diagnosis | null, cause: string): string[] {
  const where = diagnosis === null ? undefined : place(diagnosis);
  return where === undefined || cause.includes(where) ? [] : [`Where: ${where}`];
}

function detailLines(diagnosis: Diagnosis): string[] {
  const steps = diagnosis.next_steps.map(oneLine).filter((step) => step !== "");
  const lines = steps.slice(0, 4).map((step, i) => `${i === 0 ? "Next: " : ""}${i + 1}. ${cutAtSentence(step, 180)}`);
  const fix = oneLine(diagnosis.suggested_fix);
  if (fix !== "" && !steps.includes(fix)) lines.unshift(`Fix: ${cutAtSentence(finished(fix), 260)}`);
  const by = diagnosis.brain === "rules" ? "the built-in rules" : "a model";
  if (diagnosis.verdict === "cause_found") lines.push(`Confidence ${percent(diagnosis.confidence)}, by ${by}.`);
  const { failed: missing, unconfigured: gaps } = notSeen(diagnosis.missing);
  if (diagnosis.verdict === "not_enough_evidence" && gaps.length > 0) {
    lines.unshift(`Not configured for it: ${gaps.slice(0, 4).map(oneLine).join(", ")}.`);
  }
  if (missing.length > 0) {
    lines.push(`Not available: ${cutAtSentence(finished(oneLine(missing.join("; "))), 200)}`);
  }
  if (diagnosis.degraded) lines.push("The model could not finish; the built-in rules made this diagnosis.");
  return lines;
}
