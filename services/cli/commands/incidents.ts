import { Option } from "commander";
import { integer } from "../../lib/configuration/mod.ts";
import { checked, type Context, type Frame } from "../frame.ts";
import { incidentPage, type IncidentSummaryRead } from "../../lib/incident/mod.ts";
import { causeLine, placeOf, severityTone, stateTone } from "../incident.ts";
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

/** `oncall incidents`: the open ones first, the newest episode before older ones. */
export function incidents({ program, action }: Frame): void {
  program.command("incidents")
    .description("list incidents, open ones first")
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
        const head = ["CODE", "STATE", "SEVERITY", "SERVICE", "SINCE", "LASTED"].map(quiet);
        const below = (lines: readonly string[]) => lines.filter((line) => line !== "").map((line) => `      ${line}`);
        if (!out.isTerminal) {
          // A line each, for programs that read lines.
          out.table([
            [...head, quiet("ALERT"), quiet("CAUSE")],
            ...rows.map(({ cells, alert, cause }) => [...cells, alert, cause]),
          ]);
        } else if (out.width >= WIDE) {
          out.table([[...head, quiet("ALERT")], ...rows.map(({ cells, alert }) => [...cells, alert])], {
            below: [[], ...rows.map(({ cause }) => below([cause]))],
          });
        } else {
          out.table([head, ...rows.map(({ cells }) => cells)], {
            below: [[], ...rows.map(({ alert, cause }) => below([alert, cause]))],
          });
        }
        if (found.next !== null) out.line(quiet(`There are more: --limit ${flags.limit * 2}`));
      }
      return 0;
    }));
}

/** Most items of one response. */
const PAGE = 500;

async function list({ api, agent }: Context, flags: Flags) {
  const incidents: IncidentSummaryRead[] = [];
  let next: string | number | null = null;
  do {
    const page: { incidents: readonly IncidentSummaryRead[]; next: string | number | null } = await api.call(agent, {
      path: "/api/incidents",
      query: {
        limit: Math.min(PAGE, flags.limit - incidents.length),
        order: "open_first",
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

interface Row {
  readonly cells: readonly Cell[];
  readonly alert: string;
  readonly cause: string;
}

function row(incident: IncidentSummaryRead, now: Date): Row {
  const { code, id, state, severity, service, resolved_at, title, diagnosis } = incident;
  const opened = new Date(openSince(incident, incident.alerts));
  const place = placeOf(diagnosis);
  return {
    cells: [
      oneLine(code || id),
      { text: oneLine(state), tone: stateTone(state) },
      { text: oneLine(severity), tone: severityTone(severity) },
      oneLine(service),
      moment(opened),
      spanText(resolved_at === null ? now.getTime() - opened.getTime() : lastedMs(incident, incident.alerts)),
    ],
    alert: oneLine(title),
    cause: [oneLine(place), causeLine(incident)].filter((part) => part !== "").join("  "),
  };
}

/** A moment to the minute, in UTC. */
function moment(at: Date): string {
  return Number.isNaN(at.getTime()) ? "?" : at.toISOString().slice(0, 16).replace("T", " ");
}

function nothing({ state, service, severity, query }: Flags): string {
  return state ?? service ?? severity ?? query ? "No incident matches." : "No incidents.";
}
