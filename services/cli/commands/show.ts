import { CliError, EXIT } from "../exit.ts";
import type { Context, Frame } from "../frame.ts";
import { doubtOf, type IncidentRead, notSeen, told, toldCause } from "../../lib/incident/mod.ts";
import { findIncident, INCIDENT_HELP, placeOf, severityTone, stateTone } from "../incident.ts";
import { bad, type Cell, clean, good, oneLine, percent, quiet, strong, warn, wrap } from "../../lib/terminal/mod.ts";
import { lastedMs, openSince, spanText } from "../../lib/timespan/mod.ts";

/** `oncall show <incident>`: everything about one. */
export function show({ program, action }: Frame): void {
  program.command("show")
    .summary("show one: cause, next steps, evidence, timeline")
    .description("show an incident: cause, next steps, evidence, timeline, conversation")
    .argument("[incident]", INCIDENT_HELP, "latest")
    .option("-e, --evidence <id>", "show the full result of one tool call, e.g. E2")
    .action(action(async (context, name: string, { evidence }: { evidence?: string }) => {
      const incident = await findIncident(context, name);
      if (evidence !== undefined) showEvidence(context, incident, evidence);
      else if (context.json) context.out.json(incident);
      else showIncident(context, incident);
      return 0;
    }));
}

function showEvidence({ out, json }: Context, incident: IncidentRead, id: string): void {
  const call = incident.tool_calls.find((call) => call.id.toLowerCase() === id.toLowerCase());
  if (call === undefined) {
    const known = incident.tool_calls.map((call) => call.id).join(", ") || "none";
    throw new CliError(
      EXIT.notWell,
      `There is no evidence ${JSON.stringify(id)} in ${incident.code}; it has ${known}.`,
    );
  }
  if (json) return out.json(call);
  out.line(strong(`${call.id} ${oneLine(call.tool)}`), quiet(`  ${oneLine(JSON.stringify(call.arguments))}`));
  const { result } = call;
  out.line(clean(typeof result === "string" ? result : JSON.stringify(result, null, 2)));
}

/** Prints everything that is known about an incident, the most useful first. */
export function showIncident(context: Context, incident: IncidentRead): void {
  const page = new Page(context.out);
  showHead(context, incident);
  if (incident.diagnosis === null) page.heading("Cause").paragraph("Not known yet.");
  else showDiagnosis(page, { ...incident, diagnosis: incident.diagnosis });
  showAlerts(page, incident);
  showDoings(page, incident);
  if (incident.messages.length > 0) page.heading("Conversation");
  for (const { at, from, text } of incident.messages) {
    page.out.hang([`  ${clock(at)}  `, strong(oneLine(from)), "  "], oneLine(text));
  }
  // The evidence of the first claim is more useful than the first tool call.
  const example = incident.diagnosis?.claims.flatMap(({ evidence }) => evidence)[0] ?? incident.tool_calls[0]?.id;
  if (example !== undefined) {
    page.out.line();
    page.out.line(quiet(`What a call found: oncall show ${oneLine(incident.code)} --evidence ${oneLine(example)}`));
  }
}

/** Headings, paragraphs and tables below them. */
class Page {
  readonly out: Context["out"];

  constructor(out: Context["out"]) {
    this.out = out;
  }

  heading(text: string): this {
    this.out.line();
    this.out.line(strong(text));
    return this;
  }

  paragraph(text: string): this {
    for (const line of wrap(text, Math.min(this.out.width, 100) - 2)) this.out.line(`  ${line}`);
    return this;
  }

  /** A table with its heading; nothing where it has no rows. */
  section(title: string, rows: Cell[][]): this {
    if (rows.length === 0) return this;
    this.heading(title).out.table(rows, { indent: "  " });
    return this;
  }
}

/** What it is, in which state, and since when. */
function showHead({ out, deps }: Context, incident: IncidentRead): void {
  const since = openSince(incident, incident.alerts);
  const lasted = spanText(
    incident.resolved_at === null ? deps.now().getTime() - Date.parse(since) : lastedMs(incident, incident.alerts),
  );
  out.line(strong(`${oneLine(incident.code)}  ${oneLine(incident.title)}`));
  out.line(
    { text: oneLine(incident.state), tone: stateTone(incident.state) },
    "  ",
    { text: oneLine(incident.severity), tone: severityTone(incident.severity) },
    `  ${oneLine(incident.service)}  since ${clock(since)}`,
    incident.resolved_at === null ? ` (${lasted})` : `, resolved ${clock(incident.resolved_at)} after ${lasted}`,
  );
  const doubt = doubtOf(incident);
  if (doubt !== undefined) out.line(warn(oneLine(doubt)));
}

type WithDiagnosis = IncidentRead & { readonly diagnosis: NonNullable<IncidentRead["diagnosis"]> };

/** The cause with what it rests on. */
function showDiagnosis(page: Page, incident: WithDiagnosis): void {
  const { out } = page;
  const { diagnosis } = incident;
  page.heading("Cause");
  page.paragraph(toldCause(diagnosis, incident));
  const place = placeOf(diagnosis);
  if (place !== "") out.line("  at ", strong(oneLine(place)));
  const said = [
    oneLine(diagnosis.verdict).replaceAll("_", " "),
    `confidence ${percent(diagnosis.confidence)}`,
    diagnosis.priority && `priority ${oneLine(diagnosis.priority)}`,
    diagnosis.brain && `by ${oneLine(diagnosis.brain)}`,
  ].filter(Boolean).join(", ");
  out.line(quiet(`  ${said}`), ...(diagnosis.degraded ? [warn("  degraded: the model did not finish")] : []));
  if (diagnosis.suggested_fix !== "") {
    page.heading("Suggested fix");
    page.paragraph(diagnosis.suggested_fix);
  }
  if (diagnosis.next_steps.length > 0) {
    page.heading("Next steps");
    diagnosis.next_steps.forEach((step, i) => page.paragraph(`${i + 1}. ${oneLine(step)}`));
  }
  if (diagnosis.claims.length > 0) {
    page.heading("Claims and their evidence");
    for (const { text, evidence, verified } of diagnosis.claims) {
      const sign = verified ? good("verified  ") : warn("unverified");
      out.hang(
        ["  ", sign, "  "],
        `${oneLine(told(text, diagnosis, incident))}${evidence.length > 0 ? ` [${oneLine(evidence.join(", "))}]` : ""}`,
      );
    }
  }
  const { failed, unconfigured } = notSeen(diagnosis.missing);
  if (diagnosis.missing.length > 0) page.heading("Missing");
  failed.forEach((what) => page.paragraph(`- ${oneLine(what)}`));
  if (unconfigured.length > 0) {
    page.paragraph(
      `- not configured: ${unconfigured.map(oneLine).join(", ")} (config/oncall.yaml says where they are)`,
    );
  }
}

function showAlerts(page: Page, incident: IncidentRead): void {
  page.section(
    "Alerts",
    incident.alerts.map(({ status, labels, annotations, starts_at }) => [
      status === "firing" ? bad("firing") : good(oneLine(status)),
      clock(starts_at),
      oneLine(labels.alertname ?? ""),
      oneLine(labels.instance ?? labels.pod ?? labels.host ?? ""),
      oneLine(annotations.summary ?? annotations.description ?? ""),
    ]),
  );
  if (incident.truncated_alerts > 0) {
    page.out.line(
      warn(
        `  ${incident.truncated_alerts} more ${
          incident.truncated_alerts === 1 ? "alert" : "alerts"
        } left out by Alertmanager`,
      ),
    );
  }
}

/** What was done, and what was told to whom. */
function showDoings(page: Page, incident: IncidentRead): void {
  page.section(
    "Timeline",
    incident.timeline.map(({ at, kind, text }) => [clock(at), quiet(oneLine(kind)), oneLine(text)]),
  );
  page.section(
    "Tool calls",
    incident.tool_calls.map((call) => [
      oneLine(call.id),
      call.ok ? good("ok") : bad("failed"),
      tookMs(call.started_at, call.ended_at),
      oneLine(call.tool),
      quiet(oneLine(JSON.stringify(call.arguments))),
    ]),
  );
  page.section(
    "Notifications",
    // The conversation shows its own answers.
    incident.notifications.filter(({ channel }) => channel !== "conversation").map((
      { channel, kind = "", state, sent_at, attempts, last_error },
    ) => [
      oneLine(channel),
      oneLine(kind).replaceAll("_", " "),
      { text: oneLine(state), tone: state === "sent" ? "good" : state === "failed" ? "bad" : "plain" },
      sent_at === null ? "" : clock(sent_at),
      [attempts > 1 ? `${attempts} attempts` : "", oneLine(last_error ?? "")].filter(Boolean).join(", "),
    ]),
  );
  page.section(
    "Tickets",
    incident.tickets.map(({ key, url, assignee }) => [oneLine(key), oneLine(assignee ?? ""), oneLine(url)]),
  );
}

/** The time of day in UTC; with the date when it isn't parsed. */
export function clock(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? oneLine(at) : `${date.toISOString().slice(0, 19).replace("T", " ")}Z`;
}

function tookMs(from: string, to: string | null): string {
  const ms = to === null ? NaN : Date.parse(to) - Date.parse(from);
  return Number.isNaN(ms) ? "" : `${ms} ms`;
}
