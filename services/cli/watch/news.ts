import { type IncidentRead, notSeen, toldCause } from "../../lib/incident/mod.ts";
import { placeOf } from "../incident.ts";
import { type Cell, good, oneLine, percent, quiet, strong, type Tone } from "../../lib/terminal/mod.ts";
import { toolCallCells } from "./tool_call.ts";

/** Something that happened in an incident: for people as cells, for machines as it came. */
export interface News {
  /** RFC 3339. */
  readonly at: string;
  readonly kind: "timeline" | "tool_call" | "diagnosis" | "message" | "ticket" | "state";
  readonly cells: readonly Cell[];
  /** Named paragraphs that belong below it. */
  readonly below?: readonly { readonly name: string; readonly text: string; readonly tone?: Tone }[];
  readonly item: unknown;
}

/** Finds what is new in an incident at each poll. */
export class NewsReader {
  #timeline = 0;
  #messages = 0;
  #tickets = 0;
  #diagnosis = "";
  #state = "";
  readonly #calls = new Set<string>();

  /** The events since the last poll, oldest first; at the first poll, since the current episode began. */
  read(incident: IncidentRead): News[] {
    const begun = this.#state === "" ? Date.parse(beginningOf(incident)) : -Infinity;
    return this.#read(incident).filter(({ at }) => !(Date.parse(at) < begun));
  }

  #read(incident: IncidentRead): News[] {
    const news: News[] = [];
    for (const entry of incident.timeline.slice(this.#timeline)) {
      // The diagnosis and messages come from their own place, whole.
      if (entry.kind === "diagnosis" || entry.kind.startsWith("message")) continue;
      news.push({
        at: entry.at,
        kind: "timeline",
        cells: [{ text: word(entry.kind), tone: toneOf(entry.kind) }, oneLine(entry.text)],
        item: entry,
      });
    }
    this.#timeline = incident.timeline.length;
    for (const call of incident.tool_calls) {
      const key = `${call.id} ${call.started_at}`;
      if (call.ended_at === "" || this.#calls.has(key)) continue;
      this.#calls.add(key);
      news.push({
        at: call.ended_at,
        kind: "tool_call",
        cells: [quiet("asked"), ...toolCallCells(call)],
        item: call,
      });
    }
    for (const message of incident.messages.slice(this.#messages)) {
      news.push({
        at: message.at,
        kind: "message",
        cells: [strong("message"), `${oneLine(message.from)}: ${oneLine(message.text)}`],
        item: message,
      });
    }
    this.#messages = incident.messages.length;
    for (const ticket of incident.tickets.slice(this.#tickets)) {
      const cells = [strong("ticket"), `${oneLine(ticket.key)}  ${oneLine(ticket.url)}`];
      news.push({ at: incident.timeline.at(-1)?.at ?? incident.opened_at, kind: "ticket", cells, item: ticket });
    }
    this.#tickets = incident.tickets.length;
    news.push(...this.#diagnosisNews(incident));
    news.sort((a, b) => momentOf(a, incident) - momentOf(b, incident));
    if (incident.state !== this.#state && this.#state !== "") {
      const at = incident.state === "resolved" && incident.resolved_at !== null
        ? incident.resolved_at
        : news.at(-1)?.at ?? incident.opened_at;
      news.push({
        at,
        kind: "state",
        cells: [quiet("state"), oneLine(incident.state)],
        item: { state: incident.state },
      });
    }
    this.#state = incident.state;
    return news;
  }

  #diagnosisNews(incident: IncidentRead): News[] {
    const { diagnosis, timeline, opened_at } = incident;
    if (diagnosis === null) return [];
    const at = typeof diagnosis.at === "string" ? diagnosis.at : timeline.at(-1)?.at ?? opened_at;
    const key = `${at} ${diagnosis.root_cause}`;
    if (key === this.#diagnosis) return [];
    this.#diagnosis = key;
    const verdict = oneLine(diagnosis.verdict).replaceAll("_", " ");
    const took = (Date.parse(at) - Date.parse(beginningOf(incident))) / 1000;
    const after = took >= 0 ? `, ${took.toFixed(1)} s after it was received` : "";
    const how = `${verdict}, confidence ${percent(diagnosis.confidence)}, by ${oneLine(diagnosis.brain)}${after}`;
    return [{
      at,
      kind: "diagnosis",
      cells: [good("diagnosis"), how],
      below: paragraphs(diagnosis, incident),
      item: diagnosis,
    }];
  }
}

/** Sort key of an event: a diagnosis comes after the call that sent it. */
function momentOf({ at, kind }: News, { tool_calls }: IncidentRead): number {
  const sent = kind === "diagnosis" ? tool_calls.findLast(({ tool }) => tool === "send_diagnosis")?.ended_at : null;
  return Math.max(Date.parse(at), Date.parse(sent ?? at));
}

/** When the agent first received the current episode. */
export function beginningOf({ timeline, opened_at }: IncidentRead): string {
  return timeline.findLast(({ kind }) => kind === "refired")?.at ?? opened_at;
}

/** A diagnosis in named paragraphs. */
function paragraphs(
  diagnosis: NonNullable<IncidentRead["diagnosis"]>,
  incident: IncidentRead,
): NonNullable<News["below"]> {
  const { error_rate: rate = null, routes = [], instances = [], suggested_fix: fix, next_steps, missing } = diagnosis;
  const { failed, unconfigured } = notSeen(missing);
  const list = (values: readonly string[]) => values.map(oneLine).join(", ");
  const rows: { name: string; text: string; tone?: Tone }[] = [
    { name: "Cause", text: oneLine(toldCause(diagnosis, incident)) },
    { name: "Where", text: oneLine(placeOf(diagnosis)) },
    { name: "Error rate", text: rate === null ? "" : percent(rate) },
    { name: "Routes", text: list(routes) },
    { name: "Instances", text: list(instances) },
    { name: "Fix", text: oneLine(fix) },
    ...next_steps.map((step, i) => ({ name: i === 0 ? "Next" : "", text: `${i + 1}. ${oneLine(step)}` })),
    { name: "Missing", text: failed.map(oneLine).join("; "), tone: "warn" },
    { name: "Not set up", text: list(unconfigured), tone: "quiet" },
  ];
  return rows.filter(({ text }) => text !== "");
}

/** A timeline entry's kind as a short word. */
function word(kind: string): string {
  if (kind === "investigation_started") return "investigating";
  if (kind === "operator_action") return "operator";
  return oneLine(kind).replace(/^alert_/, "").replaceAll("_", " ");
}

function toneOf(kind: string): "bad" | "good" | "strong" {
  return /firing|failed/.test(kind) ? "bad" : /resolved/.test(kind) ? "good" : "strong";
}
