import { type IncidentView, type Payload, type ToolCall } from "../../incidents/mod.ts";
import { alertTitle, causeAndPlace, causeOf, episodeStart, errorRate, place } from "./page.ts";
import { clock, cutAtSentence, finished, oneLine, percent } from "./text.ts";
import { doubtOf, notSeen, told } from "../../../lib/incident/mod.ts";
import { lastedMs, spanText } from "../../../lib/timespan/mod.ts";

/** The answer to what an operator asked to read, by its topic. */
export function answerText(payload: Payload<"answer">, view: IncidentView): string {
  switch (payload.topic) {
    case "why":
      return whyText(view);
    case "logs":
      return logsText(view);
    case "similar":
      return similarText(payload.incidents ?? [], view);
    case "help":
      return helpText(view);
    case "who":
      return whoText(view);
    case "question":
      return questionText(payload.text_asked ?? "", view);
    default:
      return statusText(view);
  }
}

function statusText(view: IncidentView): string {
  const firing = view.alerts.filter((alert) => alert.status === "firing").length;
  const age = view.resolved_at === null
    ? `since ${clock(episodeStart(view))}`
    : `lasted ${spanText(lastedMs(view, view.alerts))}`;
  const rate = errorRate(view);
  const lines = [
    `${view.code} ${cutAtSentence(finished(alertTitle(view)), 200)}`,
    `${oneLine(view.service)}: ${view.state}, ${view.severity || "no severity"}, ${age}.`,
    `${firingText(firing, view.alerts.length)}${leftOut(view)}.${
      rate === undefined ? "" : ` Error rate was ${percent(rate)} at ${clock(view.diagnosis?.at ?? view.opened_at)}.`
    }`,
  ];
  const doubt = doubtOf(view);
  if (doubt !== undefined) lines.push(finished(doubt));
  if (view.diagnosis === null) lines.push("No diagnosis yet.");
  else {
    const cause = causeAndPlace(view, 300);
    lines.push(view.diagnosis.verdict === "cause_found" ? `Cause: ${cause}` : cause);
  }
  if (view.acknowledged_by !== null) {
    lines.push(`Acknowledged by ${who(view.acknowledged_by)} at ${clock(view.acknowledged_at ?? "")}.`);
  } else if (view.state !== "resolved") lines.push("Not acknowledged.");
  for (const ticket of view.tickets) {
    lines.push(`Ticket ${ticket.key} (${ticket.assignee ?? "unassigned"}): ${ticket.url}`);
  }
  return lines.join("\n");
}

/** `1 alert firing`, `2 of 3 alerts firing`, `no alert firing`. */
function firingText(firing: number, all: number): string {
  if (firing === 0) return "No alert firing";
  return all === 1 ? "1 alert firing" : `${firing} of ${all} alerts firing`;
}

/** Who has it: the one who acknowledged it, and whose the ticket is. */
function whoText(view: IncidentView): string {
  const by = view.acknowledged_by;
  const has = by === null
    ? `${view.code} is not acknowledged.${view.state === "resolved" ? "" : ' Reply "ack" to take it.'}`
    : `${view.code} is acknowledged by ${who(by)}, since ${clock(view.acknowledged_at ?? "")}.`;
  const tickets = view.tickets.map(({ key, assignee }) =>
    `Ticket ${key}: ${assignee === null ? "unassigned" : `assigned to ${assignee}`}.`
  );
  return [has, ...tickets].join("\n");
}

function leftOut({ truncated_alerts: left }: IncidentView): string {
  return left === 0 ? "" : `, ${left} more left out by Alertmanager`;
}

function whyText(view: IncidentView): string {
  const { diagnosis } = view;
  if (diagnosis === null) return `${view.code}: no diagnosis yet, so there is no evidence.`;
  const calls = new Map(view.tool_calls.map((call) => [call.id, call]));
  const cause = causeOf(view, 400);
  const claims = diagnosis.claims.filter(({ text }) => finished(oneLine(told(text, diagnosis, view))) !== cause).map(
    (claim) => {
      const from = [...new Set(claim.evidence.map((id) => calls.get(id)?.tool ?? id))].join(", ");
      const mark = claim.verified ? "" : " (not verified)";
      return `- ${cutAtSentence(finished(oneLine(told(claim.text, diagnosis, view))), 300)}${
        from === "" ? "" : ` From: ${from}.`
      }${mark}`;
    },
  );
  const sure = `Confidence ${percent(diagnosis.confidence)}, by ${
    diagnosis.brain === "rules" ? "the built-in rules" : "a model"
  }.`;
  const { failed: gone } = notSeen(diagnosis.missing);
  const missing = gone.length === 0 ? [] : [`Not available: ${finished(oneLine(gone.join("; ")))}`];
  const head = `${view.code} ${cutAtSentence(finished(alertTitle(view)), 160)}\n${cause}`;
  return [head, ...claims, ...missing, sure].join("\n");
}

function logsText(view: IncidentView): string {
  const call = view.tool_calls.findLast((c: ToolCall) => c.tool === "fetch_logs" && c.ok);
  if (call === undefined) return `${view.code}: no logs could be read for this incident.`;
  const { count, seconds, entries = [], shapes = [] } = call.result as Partial<LogsResult>;
  if (entries.length + shapes.length === 0) {
    return `${view.code}: the logs held no errors when they were read at ${clock(call.ended_at)}.`;
  }
  const lines = shapes.length > 0 ? shapes.slice(0, MOST_SHAPES).map(shapeLine) : entries.slice(-3).map(entryLine);
  const more = shapes.length > MOST_SHAPES
    ? [`… and ${shapes.length - MOST_SHAPES} more ${shapes.length - MOST_SHAPES === 1 ? "kind" : "kinds"}`]
    : [];
  const head = `${view.code}: ${count ?? "some"} ${count === 1 ? "error" : "errors"}${
    seconds === undefined ? "" : ` in ${spanText(seconds * 1_000)}`
  }`;
  return [`${head} up to ${clock(call.ended_at)}:`, ...lines, ...more].join("\n");
}

const MOST_SHAPES = 4;

/** The parts of `fetch_logs`' result that are told. */
interface LogsResult {
  readonly count: number;
  readonly seconds: number;
  readonly entries: readonly { readonly at?: string | null; readonly level?: string; readonly message?: string }[];
  readonly shapes: readonly {
    readonly count: number;
    readonly last: string | null;
    readonly message: string;
    readonly frames?: readonly { readonly file?: string; readonly line?: number; readonly function?: string }[];
  }[];
}

/** `80 x TypeError: … at services/inventory/pricing.ts:6, last at 16:59:05 UTC`. */
function shapeLine({ count, last, message, frames = [] }: LogsResult["shapes"][number]): string {
  const [frame] = frames;
  const at = frame?.file === undefined ? "" : ` at ${oneLine(`${frame.file}:${frame.line ?? "?"}`)}`;
  const when = last === null ? "" : `, last at ${clock(last)}`;
  return `- ${count} x ${cutAtSentence(oneLine(message), 300)}${at}${when}`;
}

function entryLine({ at, level, message }: LogsResult["entries"][number]): string {
  const lines = String(message ?? "").split("\n").slice(0, 4).map(oneLine).join("\n  ");
  return `${at ?? ""} ${level ?? ""} ${lines.slice(0, 420)}`.trim();
}

function similarText(incidents: Payload<"answer">["incidents"] & object, view: IncidentView): string {
  if (incidents.length === 0) return `${view.code}: no similar earlier incident.`;
  const lines = incidents.map((incident) => {
    const cause = incident.cause ?? incident.title;
    const day = incident.opened_at.slice(0, 16).replace("T", " ");
    return `- ${incident.code}, ${day} UTC, ${incident.service}: ${cutAtSentence(oneLine(cause), 240)}`;
  });
  return [`Similar to ${view.code}:`, ...lines].join("\n");
}

/** What a question may be about, and the answer from the record. */
const SUBJECTS: readonly (readonly [about: RegExp, answer: (view: IncidentView) => string | undefined])[] = [
  [
    /\b(tickets?|jira|task|issue)\b/i,
    (view) =>
      view.tickets.length === 0
        ? 'There is no ticket yet. Reply "create Jira task" to create one.'
        : view.tickets.map(({ key, assignee, url }) => `Ticket ${key} (${assignee ?? "unassigned"}): ${url}`).join(
          "\n",
        ),
  ],
  [
    /\b(who|owner|anyone|anybody|somebody|acked|acknowledged)\b/i,
    (view) =>
      view.acknowledged_by === null
        ? "Not acknowledged."
        : `${who(view.acknowledged_by)} acknowledged it at ${clock(view.acknowledged_at ?? "")}.`,
  ],
  [/\b(file|line|where|code|function)\b/i, ({ diagnosis }) => {
    const where = diagnosis === null ? undefined : place(diagnosis);
    return where === undefined ? "No file is known." : `It is in ${where}.`;
  }],
  [/\b(routes?|endpoints?|urls?|paths?|pages?)\b/i, ({ diagnosis }) => list("Routes", diagnosis?.routes)],
  [
    /\b(instances?|servers?|replicas?|nodes?|pods?|hosts?)\b/i,
    ({ diagnosis }) => list("Instances", diagnosis?.instances),
  ],
  [/\b(rate|many|much|bad|percent|failing)\b|%/i, (view) => {
    const rate = errorRate(view);
    return rate === undefined
      ? "The error rate was not measured."
      : `${percent(rate)} of requests failed when it was measured.`;
  }],
  [/\b(when|since|long|started?|began|begin)\b/i, (view) => {
    const start = `It began at ${clock(episodeStart(view))}`;
    return view.resolved_at === null
      ? `${start} and is not resolved.`
      : `${start} and lasted ${spanText(lastedMs(view, view.alerts))}.`;
  }],
  [/\b(fix|do|next|steps?|mend|solve|repair)\b/i, ({ diagnosis }) => {
    const steps = diagnosis === null ? [] : [diagnosis.suggested_fix, ...diagnosis.next_steps].filter((s) => s !== "");
    return steps.length === 0
      ? undefined
      : [...new Set(steps)].slice(0, 4).map((s, i) => `${i + 1}. ${oneLine(s)}`).join("\n");
  }],
  [
    /\b(sure|certain|confiden\w*|true|really)\b/i,
    ({ diagnosis }) =>
      diagnosis === null ? undefined : `Confidence ${percent(diagnosis.confidence)}; "why" shows the evidence.`,
  ],
  [
    /\b(cause|reason|wrong|problem|broken|happened)\b/i,
    (view) => view.diagnosis === null ? undefined : causeOf(view, 600),
  ],
];

/** An answer by what a question is about, from the record; else what may be asked. */
function questionText(question: string, view: IncidentView): string {
  for (const [about, answer] of SUBJECTS) {
    const text = about.test(question) ? answer(view) : undefined;
    if (text !== undefined) return `${view.code}: ${text}`;
  }
  return `${view.code}: I cannot answer that from the record, and nothing was done. Reply "status", "why", "logs" or "help".`;
}

function list(what: string, names: readonly string[] | undefined): string {
  return names === undefined || names.length === 0
    ? `${what}: none in particular.`
    : `${what}: ${names.map(oneLine).join(", ")}.`;
}

function helpText(view: IncidentView): string {
  return [
    `Replies for ${view.code}:`,
    '"ack", "who has it"',
    '"status", "why", "logs", "similar"',
    '"investigate again"',
    '"silence 30m", "unsilence"',
    '"create Jira task and assign to Ravi", also with a priority and a due date',
    '"comment …" adds to the ticket',
    '"scale to 4"',
    '"resolve"',
    `For another incident, put its code first: "${view.code} ack".`,
  ].join("\n");
}

function who(by: string): string {
  return by.replace(/^operator:/, "");
}
