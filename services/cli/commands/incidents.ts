import { Option } from "commander";
import { integer } from "../../lib/configuration/mod.ts";
import { checked, type Context, type Frame } from "../frame.ts";
import { incidentPage, type IncidentSummaryRead } from "../../lib/incident/mod.ts";
import { placeOf, severityTone, stateTone } from "../incident.ts";
import { type Cell, oneLine, quiet } from "../../lib/terminal/mod.ts";
import { lastedMs, openSince, spanText } from "../../lib/timespan/mod.ts";

const STATES = ["open", "investigating", "diagnosed", "resolved"] as const;

/** Columns from which a terminal has room for what happened beside the rest. */
const WIDE = 120;

interface Flags {
  readonly state?: string;
  readonly service?: string;
  readonly severity?: string;
  readonly query?: string;
  readonly limit: number;
}

/** `oncall incidents`: the newest first. */
export function incidents({ program, action }: Frame): void {
  program.command("incidents")
    .description("list incidents, newest first")
    .addOption(new Option("--state <state>", "only incidents in this state").choices(STATES))
    .option("--service <name>", "only incidents of this service")
    .option("--severity <name>", "only incidents of this severity, e.g. critical")
    .option("-q, --query <text>", "only incidents that contain this text")
    .option("-n, --limit <n>", "most incidents to list", checked(integer({ help: "" }, 20, 1, 100_000)), 20)
    .action(action(async (context, flags: Flags) => {
      const found = await list(context, flags);
      const { out, json } = context;
      if (json) out.json({ incidents: found.incidents, next: found.next });
      else if (found.incidents.length === 0) out.line(nothing(flags));
      else {
        const rows = found.incidents.map((incident) => row(incident, context.deps.now()));
        const head = ["CODE", "STATE", "SEVERITY", "SERVICE", "OPENED", "LASTED", "WHAT"].map(quiet);
        if (out.width >= WIDE) out.table([head, ...rows]);
        else {
          out.table([head.slice(0, -1), ...rows.map((cells) => cells.slice(0, -1))], {
            below: ["", ...rows.map((cells) => `      ${cells.at(-1)}`)],
          });
        }
        if (found.next !== null) out.line(quiet(`There are more: --limit ${flags.limit * 2}`));
      }
      return 0;
    }));
}

/** At most so many come in one answer. */
const PAGE = 500;

async function list({ api, agent }: Context, flags: Flags) {
  const incidents: IncidentSummaryRead[] = [];
  let next: string | number | null = null;
  do {
    const page: { incidents: readonly IncidentSummaryRead[]; next: string | number | null } = await api.call(agent, {
      path: "/api/incidents",
      query: {
        limit: Math.min(PAGE, flags.limit - incidents.length),
        state: flags.state,
        service: flags.service,
        severity: flags.severity,
        q: flags.query,
        cursor: next ?? undefined,
      },
      schema: incidentPage,
    });
    incidents.push(...page.incidents);
    next = page.incidents.length === 0 ? null : page.next;
  } while (next !== null && incidents.length < flags.limit);
  return { incidents, next };
}

function row(incident: IncidentSummaryRead, now: Date): [...Cell[], string] {
  const { code, id, state, severity, service, resolved_at, title, diagnosis } = incident;
  const opened = new Date(openSince(incident, incident.alerts));
  const cause = diagnosis?.root_cause ? oneLine(diagnosis.root_cause) : oneLine(title);
  const place = placeOf(diagnosis);
  return [
    oneLine(code || id),
    { text: oneLine(state), tone: stateTone(state) },
    { text: oneLine(severity), tone: severityTone(severity) },
    oneLine(service),
    moment(opened),
    spanText(resolved_at === null ? now.getTime() - opened.getTime() : lastedMs(incident, incident.alerts)),
    place === "" ? cause : `${oneLine(place)}  ${cause}`,
  ];
}

/** A moment to the minute, in UTC. */
function moment(at: Date): string {
  return Number.isNaN(at.getTime()) ? "?" : at.toISOString().slice(0, 16).replace("T", " ");
}

function nothing({ state, service, severity, query }: Flags): string {
  return state ?? service ?? severity ?? query ? "No incident matches." : "No incidents.";
}
