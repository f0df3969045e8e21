import { incidentPage, type IncidentRead, incidentView } from "../lib/incident/mod.ts";
import type { Context } from "./frame.ts";
import { CliError, EXIT } from "./exit.ts";
import { RefusedError } from "./api.ts";
import { type Tone } from "../lib/terminal/mod.ts";

/** Help for the argument that names an incident. */
export const INCIDENT_HELP = 'an incident\'s id, its code (e.g. K7QF), or "latest"';

/**
 * The incident that `name` means: its id, its code in either case, or `latest`.
 *
 * @throws {CliError} when there is no such incident.
 */
export async function findIncident({ api, agent }: Context, name: string): Promise<IncidentRead> {
  const get = (id: string) =>
    api.call(agent, { path: `/api/incidents/${encodeURIComponent(id)}`, schema: incidentView });
  if (name === "latest") {
    const page = await api.call(agent, { path: "/api/incidents", query: { limit: 1 }, schema: incidentPage });
    const newest = page.incidents[0];
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
