import {
  incidentPage,
  type IncidentRead,
  type IncidentSummaryRead,
  incidentView,
  toldCause,
} from "../lib/incident/mod.ts";
import { openSince } from "../lib/timespan/mod.ts";
import type { Context } from "./frame.ts";
import { CliError, EXIT } from "./exit.ts";
import { RefusedError } from "./api.ts";
import { oneLine, percent, type Tone } from "../lib/terminal/mod.ts";

/** Help for the argument that names an incident. */
export const INCIDENT_HELP = 'an incident\'s id, its code (e.g. K7QF), or "latest"';

/** Among so many of the newest is the one that fired last, be it again. */
const RECENT = 20;

/**
 * The incident that `name` means: its id, its code in either case, or `latest`.
 *
 * @throws {CliError} when there is no such incident.
 */
export async function findIncident({ api, agent }: Context, name: string): Promise<IncidentRead> {
  const get = (id: string) =>
    api.call(agent, { path: `/api/incidents/${encodeURIComponent(id)}`, schema: incidentView });
  if (name === "latest") {
    const page = await api.call(agent, { path: "/api/incidents", query: { limit: RECENT }, schema: incidentPage });
    const began = (incident: IncidentSummaryRead) => Date.parse(openSince(incident, incident.alerts));
    const newest = page.incidents.toSorted((a, b) => began(b) - began(a))[0];
    if (newest === undefined) throw new CliError(EXIT.notWell, "There are no incidents yet.");
    return await get(newest.id);
  }
  try {
    return await get(name);
  } catch (error) {
    if (!(error instanceof RefusedError) || (error.status !== 404 && error.status !== 400)) throw error;
  }
  const page = await api.call(agent, { path: "/api/incidents", query: { limit: 500 }, schema: incidentPage });
  const found = page.incidents.find(({ code }) => code.toLowerCase() === name.toLowerCase());
  if (found === undefined) {
    throw new CliError(EXIT.notWell, `There is no incident ${JSON.stringify(name)}; "oncall incidents" lists them.`);
  }
  return await get(found.id);
}

/** The color of a state. */
export function stateTone(state: string): Tone {
  return state === "resolved" ? "good" : state === "diagnosed" ? "warn" : "bad";
}

/** The color of a severity. */
export function severityTone(severity: string): Tone {
  return severity === "critical" ? "bad" : severity === "warning" ? "warn" : "plain";
}

/** `file:line` of a diagnosis, or nothing. */
export function placeOf(diagnosis: { affected_file: string | null; line_number: number | null } | null): string {
  if (!diagnosis?.affected_file) return "";
  return diagnosis.line_number === null
    ? diagnosis.affected_file
    : `${diagnosis.affected_file}:${diagnosis.line_number}`;
}

/** The cause in one line, as it is to be read now, with how sure it is; empty without a diagnosis. */
export function causeLine(incident: IncidentSummaryRead): string {
  const { diagnosis } = incident;
  if (diagnosis === null || diagnosis.root_cause === "") return "";
  const sure = diagnosis.verdict === "cause_found" ? ` (${percent(diagnosis.confidence)} sure)` : "";
  return `${oneLine(toldCause(diagnosis, incident))}${sure}`;
}
