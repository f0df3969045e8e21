import type { Diagnosis, IncidentView, OutboxEntry, Payload } from "../../incidents/mod.ts";
import { answerText } from "./answers.ts";
import { alertTitle, causeAndPlace, headline, type PageLinks, pageText, resolvedSentence } from "./page.ts";
import { clock, cutAtSentence, finished, oneLine } from "./text.ts";
import { spanText } from "../../../lib/timespan/mod.ts";

/**
 * Puts an outbox row for a person into words: the text that it brings, else by its kind. Undefined when there is nothing
 * to say.
 */
export function messageText(
  row: OutboxEntry,
  view: IncidentView | undefined,
  links: PageLinks = {},
): string | undefined {
  if (row.kind === "undelivered") return undeliveredText(row.payload, view);
  if (row.payload.text !== undefined) return row.payload.text;
  switch (row.kind) {
    case "diagnosis":
      return view === undefined ? undefined : pageText(view, links);
    case "diagnosis_revised":
      return view?.diagnosis == null
        ? undefined
        : `${view.code} ${cutAtSentence(finished(alertTitle(view)), 160)}\nDiagnosis revised: ${
          causeAndPlace(view, 500)
        }`;
    case "escalation":
      return view === undefined || view.state === "resolved" || view.acknowledged_at !== null
        ? undefined
        : `${CALLED[row.payload.because]}\n${
          view.diagnosis === null ? `${headline(view)} Incident ${view.code}.` : pageText(view, links)
        }`;
    case "resolved":
      return view === undefined ? undefined : resolvedText(view, row.payload);
    case "answer":
      return view === undefined ? undefined : answerText(row.payload, view);
    case "refired":
      return view === undefined ? undefined : `${headline(view)} It fires again, incident ${view.code}.`;
    case "digest":
      return "alerts" in row.payload ? digestText(row.payload) : undefined;
    case "heartbeat_lost":
      return `Monitoring itself may be down: no Watchdog alert for ${span(row.payload.silent_ms)}. Until it is back, ` +
        "silence here does not mean that all is well. Check Prometheus, Alertmanager and the network between them and this agent.";
    case "heartbeat_back":
      return `Monitoring is back: the Watchdog alert arrives again after ${span(row.payload.silent_ms)} without it.`;
    default:
      return undefined;
  }
}

/** Why somebody is called who was not told at first. */
const CALLED = {
  no_answer: "You are called because nobody has acknowledged this yet.",
  undelivered: "You are called because the message to whom it was sent first was not delivered.",
  put_off: "You are called again: it was acknowledged, and it still fires.",
} as const;

function resolvedText(view: IncidentView, payload: Payload<"resolved">): string {
  const quiet = payload.no_requests_since;
  const by = payload.by_itself === true
    ? quiet === undefined ? " by itself" : ""
    : payload.resolved_by === undefined
    ? ""
    : ` by ${payload.resolved_by}`;
  const left = payload.truncated_alerts ?? 0;
  const how = resolvedSentence(view).replace(/^Resolved/, `Resolved${by}`) +
    (payload.unheard === true ? " Its end was not delivered: Alertmanager no longer has its alerts." : "") +
    (quiet !== undefined
      ? ` ${noRequests(quiet)} and come back with the traffic.`
      : payload.by_itself === true && (view.diagnosis?.error_rate ?? 0) > 0
      ? " Nobody acknowledged it: the fault may still be there and come back with the traffic."
      : "") +
    (left > 0 ? ` ${left} ${left === 1 ? "alert" : "alerts"} that Alertmanager left out may still fire.` : "");
  const cause = view.diagnosis === null ? "" : causeWas(view, view.diagnosis);
  return `${view.code} ${cutAtSentence(finished(alertTitle(view)), 160)}\n${how}\n${cause}`.trimEnd();
}

/** Of a resolution after the last request, without a full stop. */
export function noRequests(since: string): string {
  return `No requests since ${toTheMinute(since)}: the fault may still be there`;
}

/** `12:03 UTC`: a rate does not show the second. */
function toTheMinute(at: string): string {
  return clock(at).replace(/^(\d\d:\d\d):\d\d/, "$1");
}

function causeWas(view: IncidentView, diagnosis: Diagnosis): string {
  if (diagnosis.verdict === "cause_found") return `Cause was: ${causeAndPlace({ ...view, state: "resolved" }, 240)}`;
  return diagnosis.verdict === "no_fault_found" ? "No fault was found." : "Its cause was not established.";
}

function digestText(payload: Extract<Payload<"digest">, { alerts: number }>): string {
  const named = payload.largest.slice(0, 5).map((g) => `${oneLine(g.group).slice(0, 120)} (${thousands(g.count)})`);
  const groups = named.length === 0 ? "" : ` Largest groups: ${named.join("; ")}.`;
  return `Alert storm: ${thousands(payload.alerts)} alerts in ${thousands(payload.incidents)} incidents within ` +
    `${span(payload.window_ms)}; single messages were held back; every incident is in the console.${groups}`;
}

function thousands(count: number): string {
  return count.toLocaleString("en-US");
}

function undeliveredText(payload: Payload<"undelivered">, view: IncidentView | undefined): string {
  const of = view === undefined ? "" : ` of incident ${view.code}`;
  const text = payload.text === null ? "" : ` It said: ${payload.text}`;
  return `Not delivered on ${payload.channel}: the ${payload.kind.replaceAll("_", " ")}${of}. ` +
    `Reason: ${finished(oneLine(payload.reason))}${text}`;
}

function span(ms: number | undefined): string {
  return ms === undefined ? "some time" : spanText(ms);
}
