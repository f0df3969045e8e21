import { type IncidentView, placeOf } from "../incident.ts";
import { bad, type Cell, cut, good, oneLine, percent, quiet, strong, type Tone } from "../../terminal/mod.ts";

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

/** Finds what is new in an incident each time that it is looked at. */
export class NewsReader {
  #timeline = 0;
  #messages = 0;
  #tickets = 0;
  #diagnosis = "";
  #state = "";
  readonly #calls = new Set<string>();

  /** What has happened since the last look, oldest first. */
  read(incident: IncidentView): News[] {
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
      if (call.ended_at === null || this.#calls.has(key)) continue;
      this.#calls.add(key);
      const took = Date.parse(call.ended_at) - Date.parse(call.started_at);
      news.push({
        at: call.ended_at,
        kind: "tool_call",
        cells: [
          quiet("asked"),
          `${oneLine(call.id)} ${oneLine(call.tool)}  `,
          call.ok ? good("ok") : bad("failed"),
          quiet(`  ${Number.isNaN(took) ? "" : `${took} ms`}  ${cut(oneLine(JSON.stringify(call.result)), 200)}`),
        ],
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
    news.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
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

  #diagnosisNews({ diagnosis, timeline, opened_at }: IncidentView): News[] {
    if (diagnosis === null) return [];
    const at = typeof diagnosis.at === "string" ? diagnosis.at : timeline.at(-1)?.at ?? opened_at;
    const key = `${at} ${diagnosis.root_cause}`;
    if (key === this.#diagnosis) return [];
    this.#diagnosis = key;
    const place = placeOf(diagnosis);
    const below: { name: string; text: string; tone?: Tone }[] = [{
      name: "cause",
      text: oneLine(diagnosis.root_cause),
    }];
    if (place !== "") below.push({ name: "where", text: oneLine(place) });
    if (diagnosis.suggested_fix !== "") below.push({ name: "fix", text: oneLine(diagnosis.suggested_fix) });
    for (const [i, step] of diagnosis.next_steps.entries()) {
      below.push({ name: i === 0 ? "next" : "", text: `${i + 1}. ${oneLine(step)}` });
    }
    if (diagnosis.missing.length > 0) {
      below.push({ name: "missing", text: diagnosis.missing.map(oneLine).join("; "), tone: "warn" });
    }
    const verdict = oneLine(diagnosis.verdict).replaceAll("_", " ");
    const how = `${verdict}, confidence ${percent(diagnosis.confidence)}, by ${oneLine(diagnosis.brain)}`;
    return [{ at, kind: "diagnosis", cells: [good("diagnosis"), how], below, item: diagnosis }];
  }
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
