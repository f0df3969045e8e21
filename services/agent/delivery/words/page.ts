import { type Diagnosis, type IncidentView } from "../../incidents/mod.ts";
import { cutAtSentence, finished, firstSentence, oneLine, percent } from "./text.ts";
import { lastedMs, spanText } from "../../../lib/timespan/mod.ts";

/** What a page closes with: replies that the operator may send. */
export const MAY_REPLY = 'Reply "create Jira task and assign to Ravi", "ack", "silence 30m", "why" or "help".';

/** Longest page in characters; a channel adds its own reference and stays within WhatsApp's 1,600. */
export const LONGEST_PAGE = 1_560;

/** A diagnosis for a phone: severity and service first, what may be replied last; at most {@linkcode LONGEST_PAGE}. */
export function pageText(view: IncidentView): string {
  const diagnosis = view.diagnosis;
  const head = [
    headline(view),
    ...(view.state === "resolved" ? [resolvedSentence(view)] : []),
    diagnosis === null ? finished(oneLine(view.title)) : causeSentence(diagnosis, 420),
    ...placeLine(diagnosis),
    rateLine(view),
  ];
  const close = `\n\n${MAY_REPLY}`;
  const room = LONGEST_PAGE - close.length;
  let text = cutAtSentence(head.join("\n"), room);
  for (const line of diagnosis === null ? [] : detailLines(diagnosis, view)) {
    if (text.length + line.length + 1 <= room) text += `\n${line}`;
  }
  return text + close;
}

/** `CRITICAL inventory, incident K7QF`. */
export function headline(view: IncidentView): string {
  const again = view.episode > 1 ? `, again (${view.episode}. time)` : "";
  return oneLine(`${(view.severity || "alert").toUpperCase()} ${view.service}, incident ${view.code}${again}`);
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
export function causeAndPlace(diagnosis: Diagnosis, max: number): string {
  const cause = causeSentence(diagnosis, max);
  const where = place(diagnosis);
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

function rateLine(view: IncidentView): string {
  const rate = errorRate(view);
  const of = rate === undefined ? "not measured" : `${percent(rate)} of requests`;
  const { routes = [], instances = [] } = view.diagnosis ?? {};
  const on = routes.length === 0 ? "" : `, on ${some(routes)}`;
  const at = instances.length === 0 ? "" : `, at ${some(instances)}`;
  return oneLine(`Error rate: ${of}${on}${at}.`);
}

/** The first three names, and how many more there are. */
function some(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return names.slice(0, 3).map((name) => cutAtSentence(oneLine(name), 60)).join(", ") + more;
}

function placeLine(diagnosis: Diagnosis | null): string[] {
  const where = diagnosis === null ? undefined : place(diagnosis);
  return where === undefined ? [] : [`Where: ${where}`];
}

function detailLines(diagnosis: Diagnosis, view: IncidentView): string[] {
  const steps = diagnosis.next_steps.map(oneLine).filter((step) => step !== "");
  const lines = steps.slice(0, 4).map((step, i) => `${i === 0 ? "Next: " : ""}${i + 1}. ${cutAtSentence(step, 180)}`);
  const fix = oneLine(diagnosis.suggested_fix);
  if (fix !== "" && !steps.includes(fix)) lines.unshift(`Fix: ${cutAtSentence(finished(fix), 260)}`);
  if (diagnosis.missing.length > 0) {
    lines.push(`Not available: ${cutAtSentence(finished(oneLine(diagnosis.missing.join("; "))), 200)}`);
  }
  if (diagnosis.degraded) lines.push("The model could not finish; the built-in rules made this diagnosis.");
  if (view.truncated_alerts > 0) {
    lines.push(`${view.truncated_alerts} more alerts of this group were left out by Alertmanager.`);
  }
  return lines;
}
