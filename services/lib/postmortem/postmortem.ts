import { block, code, inline, lines as multiline, prose, table } from "./markdown.ts";
import type { IncidentRead } from "../incident/mod.ts";
import { doubtOf, notSeen, toldCause, withTime } from "../incident/mod.ts";
import { lastedMs, spanText } from "../timespan/mod.ts";

/** What a postmortem is made of. */
export type PostmortemIncident = Pick<
  IncidentRead,
  | "code"
  | "title"
  | "state"
  | "service"
  | "severity"
  | "opened_at"
  | "episode"
  | "resolved_at"
  | "alerts"
  | "timeline"
  | "tool_calls"
  | "diagnosis"
  | "messages"
  | "tickets"
>;

/**
 * The incident as Markdown: what happened, how it was noticed, what it came from and on which evidence, what was done.
 * Only what was measured or said is in it; what people have to judge is left for them to write.
 */
export function postmortem(incident: PostmortemIncident): string {
  const parts = [
    `# ${inline(incident.code)}: ${inline(incident.title)}`,
    summary(incident),
    ...impact(incident),
    ...alertsOf(incident),
    ...cause(incident),
    ...timeline(incident),
    ...evidence(incident),
    ...actions(incident),
    ...conversation(incident),
    "## Lessons\n\nTo be written: what went well, what did not, where we were lucky.",
  ];
  return `${parts.join("\n\n")}\n`;
}

function summary(incident: PostmortemIncident): string {
  const { service, severity, state, opened_at, resolved_at, alerts } = incident;
  const began = alerts.map(({ starts_at }) => starts_at).filter((at) => at !== "").sort()[0];
  const lasted = resolved_at === null ? undefined : spanText(lastedMs(incident, alerts));
  const doubt = doubtOf(incident);
  const names = [...new Set(alerts.map(({ labels }) => labels.alertname ?? ""))].filter((name) => name !== "");
  return table(["", ""], [
    ["Service", inline(service)],
    ["Severity", inline(severity)],
    ["State", inline(state)],
    ...(began === undefined ? [] : [["Began (first alert)", moment(began)]]),
    ["Noticed", moment(opened_at)],
    ["Resolved", resolved_at === null ? "not yet" : moment(resolved_at)],
    ...(lasted === undefined ? [] : [["Lasted", lasted]]),
    ...(doubt === undefined ? [] : [["Open question", inline(doubt)]]),
    ...(names.length === 0 ? [] : [["Alerts", names.map(code).join(", ")]]),
  ]);
}

/** Most alerts that are listed one by one. */
const MOST_ALERTS = 12;

/** Each alert by its name, with what it said of itself. */
function alertsOf({ alerts }: PostmortemIncident): string[] {
  const said = alerts.map(({ labels, annotations }) => {
    const { summary, description, message } = annotations;
    const words = [summary, description, message].find((text) => (text ?? "") !== "") ?? "";
    return `- ${code(labels.alertname ?? "") || "alert"}${words === "" ? "" : `: ${prose(words)}`}`;
  });
  const lines = [...new Set(said)];
  const more = lines.length > MOST_ALERTS ? [`- … and ${lines.length - MOST_ALERTS} more`] : [];
  return lines.length === 0 ? [] : [`## Alerts\n\n${[...lines.slice(0, MOST_ALERTS), ...more].join("\n")}`];
}

function impact({ diagnosis }: PostmortemIncident): string[] {
  if (diagnosis === null) return [];
  const lines: string[] = [];
  if (typeof diagnosis.error_rate === "number") {
    lines.push(`- ${(diagnosis.error_rate * 100).toFixed(1)} % of requests failed when it was measured`);
  }
  for (const [what, names] of [["Routes", diagnosis.routes], ["Instances", diagnosis.instances]] as const) {
    if (Array.isArray(names) && names.length > 0) lines.push(`- ${what}: ${names.map(code).join(", ")}`);
  }
  return lines.length === 0 ? [] : [`## Impact\n\n${lines.join("\n")}`];
}

function cause(incident: PostmortemIncident): string[] {
  const { diagnosis } = incident;
  if (diagnosis === null) return ["## Cause\n\nNot known."];
  const { affected_file, line_number, suggested_fix, confidence, brain, verdict, degraded, missing } = diagnosis;
  const lines = [prose(toldCause(diagnosis, incident))];
  if (affected_file) {
    lines.push(`At ${code(line_number === null ? affected_file : `${affected_file}:${line_number}`)}.`);
  }
  if (suggested_fix !== "") lines.push(`Suggested fix: ${prose(suggested_fix)}`);
  const how = [
    inline(verdict.replaceAll("_", " ")),
    `confidence ${(confidence * 100).toFixed(0)} %`,
    brain && `by ${brain === "rules" ? "the built-in rules" : "a model"}`,
    degraded ? "degraded: the model did not finish" : "",
  ].filter(Boolean).join(", ");
  lines.push(`(${how})`);
  const { failed, unconfigured } = notSeen(missing);
  if (failed.length > 0) lines.push(`Could not be looked at: ${failed.map(prose).join("; ")}.`);
  if (unconfigured.length > 0) lines.push(`Not configured: ${unconfigured.map(prose).join(", ")}.`);
  return [`## Cause\n\n${lines.join("\n\n")}`];
}

function timeline({ timeline }: PostmortemIncident): string[] {
  if (timeline.length === 0) return [];
  const rows = timeline.map(({ at, kind, text }) => [moment(at), inline(kind.replaceAll("_", " ")), prose(text)]);
  return [`## Timeline\n\nTimes are UTC.\n\n${table(["When", "What", ""], rows)}`];
}

function evidence({ diagnosis, tool_calls }: PostmortemIncident): string[] {
  const claims = diagnosis?.claims ?? [];
  if (claims.length === 0) return [];
  const cited = new Set(claims.flatMap((claim) => claim.evidence));
  const lines = claims.map(({ text, evidence, verified }) => {
    const found = evidence.length === 0 ? "" : ` (${evidence.map(code).join(", ")})`;
    return `- ${prose(withTime(text, diagnosis?.at ?? ""))}${found}${verified ? "" : " (not verified)"}`;
  });
  const results = tool_calls.filter(({ id }) => cited.has(id)).map(({ id, tool, arguments: given, result }) => {
    const text = typeof result === "string" ? result : JSON.stringify(result ?? null, null, 2);
    const shown = excerpt(result, diagnosis?.line_number ?? null) ?? block(text);
    return `### ${inline(id)}: ${code(`${tool}(${JSON.stringify(given ?? {})})`)}\n\n${shown}`;
  });
  return [`## Evidence\n\n${lines.join("\n")}`, ...results];
}

/** Lines of code that are shown before and after the one that matters. */
const AROUND = 8;

/** Code as it was read, around the line that matters; undefined where a result is none. */
function excerpt(result: unknown, blamed: number | null): string | undefined {
  const { file, lines, line } = (result ?? {}) as { file?: unknown; lines?: unknown; line?: unknown };
  if (typeof file !== "string" || !Array.isArray(lines) || lines.length === 0) return undefined;
  const isLine = (one: { line?: unknown; text?: unknown } | null) =>
    typeof one?.line === "number" && typeof one.text === "string";
  if (!lines.every(isLine)) return undefined;
  const read = lines as { line: number; text: string }[];
  const wanted = [line, blamed].find((number) => read.some((one) => one.line === number)) ?? read[0]!.line;
  const place = read.findIndex((one) => one.line === wanted);
  const some = read.slice(Math.max(0, place - AROUND), Math.max(0, place - AROUND) + 2 * AROUND + 1);
  const width = String(some.at(-1)!.line).length;
  const shown = some.map((one) =>
    `${one.line === line || one.line === blamed ? ">" : " "} ${String(one.line).padStart(width)}  ${one.text}`
  );
  return `${code(file)}\n\n${block(shown.join("\n"))}`;
}

function actions({ diagnosis, tickets }: PostmortemIncident): string[] {
  const lines = [
    ...tickets.map(({ key, url, assignee }) => {
      const who = assignee === null || assignee === "" ? "" : `, ${inline(assignee)}`;
      return `- [ ] ${/^https?:\/\/[^\s<>()[\]]+$/.test(url) ? `[${inline(key)}](${url})` : inline(key)}${who}`;
    }),
    ...(diagnosis?.next_steps ?? []).map((step) => `- [ ] ${prose(step)}`),
  ];
  return lines.length === 0 ? [] : [`## Action items\n\n${lines.join("\n")}`];
}

function conversation({ messages }: PostmortemIncident): string[] {
  if (messages.length === 0) return [];
  const lines = messages.map(({ at, from, text }) => `- ${moment(at)} **${inline(from)}**: ${multiline(text)}`);
  return [`## Conversation\n\n${lines.join("\n")}`];
}

/** To the second, UTC. */
function moment(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? inline(at) : `${date.toISOString().slice(0, 19).replace("T", " ")}Z`;
}
