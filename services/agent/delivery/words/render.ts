import type { Diagnosis, IncidentView, OutboxRow } from "../../incidents/mod.ts";
import { answerText } from "./answers.ts";
import { alertTitle, causeAndPlace, headline, type PageLinks, pageText, resolvedSentence } from "./page.ts";
import { cutAtSentence, finished, inThePast, oneLine } from "./text.ts";
import { spanText } from "../../../lib/timespan/mod.ts";

/**
 * Puts an outbox row for a person into words, by its kind. Kinds with a text of their own: `diagnosis` and
 * `diagnosis_revised`, `resolved` (payload `by_itself?`,
 * `truncated_alerts?`, `resolved_by?`, `unheard?`), `refired`, `answer` (`topic`, see {@linkcode answerText}), `digest` (payload `text`, or `alerts`, `incidents`,
 * `window_ms`, `largest: [{group, count}]`), `heartbeat_lost` (`silent_ms`), `heartbeat_back` (`silent_ms`),
 * `undelivered` (`channel`, `kind`, `reason`, `text`). Any other kind says its payload's `text`. Undefined when there is
 * nothing to say.
 */
export function messageText(
  row: OutboxRow,
  view: IncidentView | undefined,
  links: PageLinks = {},
): string | undefined {
  const payload = row.payload;
  if (typeof payload.text === "string" && row.kind !== "undelivered") return payload.text;
  switch (row.kind) {
    case "diagnosis":
      return view === undefined ? undefined : pageText(view, links);
    case "diagnosis_revised":
      return view?.diagnosis == null
        ? undefined
        : `${view.code} ${cutAtSentence(finished(alertTitle(view)), 160)} Diagnosis revised: ${
          causeAndPlace(view.diagnosis, 500)
        }`;
    case "resolved":
      return view === undefined ? undefined : resolvedText(view, payload);
    case "answer":
      return view === undefined ? undefined : answerText(payload, view);
    case "refired":
      return view === undefined ? undefined : `${headline(view)} It fires again, incident ${view.code}.`;
    case "digest":
      return digestText(payload);
    case "heartbeat_lost":
      return `Monitoring itself may be down: no Watchdog alert for ${span(payload.silent_ms)}. Until it is back, ` +
        "no news is not good news. Check Prometheus, Alertmanager and the network between them and this agent.";
    case "heartbeat_back":
      return `Monitoring is back: the Watchdog alert arrives again after ${span(payload.silent_ms)} without it.`;
    case "undelivered":
      return undeliveredText(payload, view);
    default:
      return undefined;
  }
}

function resolvedText(view: IncidentView, payload: OutboxRow["payload"]): string {
  const by = payload.by_itself === true
    ? " by itself"
    : payload.resolved_by === undefined
    ? ""
    : ` by ${payload.resolved_by}`;
  const left = Number(payload.truncated_alerts ?? 0);
  const how = resolvedSentence(view).replace(/^Resolved/, `Resolved${by}`) +
    (payload.unheard === true ? " Its end was not delivered: Alertmanager no longer has its alerts." : "") +
    (payload.by_itself === true && (view.diagnosis?.error_rate ?? 0) > 0
      ? " Nobody acknowledged it: the fault may still be there and come back with the traffic."
      : "") +
    (left > 0 ? ` ${left} alerts that Alertmanager left out may still fire.` : "");
  const cause = view.diagnosis === null ? "" : causeWas(view.diagnosis);
  return `${view.code} ${cutAtSentence(finished(alertTitle(view)), 160)} ${how}${cause}`;
}

function causeWas(diagnosis: Diagnosis): string {
  if (diagnosis.verdict === "cause_found") return ` Cause was: ${inThePast(causeAndPlace(diagnosis, 240))}`;
  return diagnosis.verdict === "no_fault_found" ? " No fault was found." : " Its cause was not established.";
}

function digestText(payload: OutboxRow["payload"]): string {
  const largest = Array.isArray(payload.largest) ? payload.largest as { group?: unknown; count?: unknown }[] : [];
  const named = largest.slice(0, 5).map((g) => `${oneLine(String(g.group)).slice(0, 120)} (${thousands(g.count)})`);
  const groups = named.length === 0 ? "" : ` Largest groups: ${named.join("; ")}.`;
  return `Alert storm: ${thousands(payload.alerts)} alerts in ${thousands(payload.incidents)} incidents within ` +
    `${span(payload.window_ms)}; single messages are held back, all are in the record.${groups}`;
}

function thousands(count: unknown): string {
  return String(Number(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

function undeliveredText(payload: OutboxRow["payload"], view: IncidentView | undefined): string {
  const of = view === undefined ? "" : ` of incident ${view.code}`;
  const text = typeof payload.text === "string" ? ` It said: ${payload.text}` : "";
  return `Not delivered on ${String(payload.channel)}: the ${String(payload.kind).replaceAll("_", " ")}${of}. ` +
    `Reason: ${finished(oneLine(String(payload.reason)))}${text}`;
}

function span(ms: unknown): string {
  return typeof ms === "number" ? spanText(ms) : "some time";
}
