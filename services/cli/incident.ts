import * as v from "valibot";
import type { Context } from "./frame.ts";
import { CliError, EXIT } from "./exit.ts";
import { RefusedError } from "./api.ts";
import { type Tone } from "../lib/terminal/mod.ts";

const time = v.nullish(v.string(), null);
const words = v.nullish(v.string(), "");

const alert = v.looseObject({
  fingerprint: words,
  status: words,
  starts_at: words,
  ends_at: time,
  episode: v.optional(v.number()),
  labels: v.nullish(v.record(v.string(), v.string()), {}),
  annotations: v.nullish(v.record(v.string(), v.string()), {}),
});

const claim = v.looseObject({
  text: words,
  evidence: v.nullish(v.array(v.string()), []),
  verified: v.nullish(v.boolean(), false),
});

const diagnosis = v.looseObject({
  verdict: words,
  root_cause: words,
  affected_file: time,
  line_number: v.nullish(v.number(), null),
  suggested_fix: words,
  priority: words,
  next_steps: v.nullish(v.array(v.string()), []),
  confidence: v.nullish(v.number(), 0),
  brain: words,
  degraded: v.nullish(v.boolean(), false),
  missing: v.nullish(v.array(v.string()), []),
  claims: v.nullish(v.array(claim), []),
  error_rate: v.optional(v.nullable(v.number())),
  routes: v.optional(v.array(v.string())),
  instances: v.optional(v.array(v.string())),
});

const summaryFields = {
  id: v.string(),
  code: words,
  state: v.string(),
  service: words,
  severity: words,
  title: words,
  opened_at: v.string(),
  episode: v.optional(v.number()),
  resolved_at: time,
  alerts: v.nullish(v.array(alert), []),
  truncated_alerts: v.nullish(v.number(), 0),
  diagnosis: v.nullish(diagnosis, null),
};

/** A row of `GET /api/incidents`; what this program does not know is kept. */
export const incidentSummary = v.looseObject(summaryFields);

/** What `GET /api/incidents` answers. */
export const incidentPage = v.looseObject({
  incidents: v.array(incidentSummary),
  next: v.nullish(v.union([v.string(), v.number()]), null),
});

/** What `GET /api/incidents/{id}` answers. */
export const incidentView = v.looseObject({
  ...summaryFields,
  timeline: v.nullish(v.array(v.looseObject({ at: v.string(), kind: words, text: words })), []),
  tool_calls: v.nullish(
    v.array(v.looseObject({
      id: v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
      step: v.nullish(v.number(), 0),
      tool: words,
      arguments: v.nullish(v.unknown(), {}),
      started_at: words,
      ended_at: time,
      ok: v.nullish(v.boolean(), false),
      result: v.nullish(v.unknown(), null),
    })),
    [],
  ),
  notifications: v.nullish(
    v.array(v.looseObject({
      channel: words,
      state: words,
      attempts: v.nullish(v.number(), 0),
      sent_at: time,
      text: words,
      kind: v.optional(v.string()),
      last_error: v.optional(v.nullable(v.string())),
      message_id: v.optional(v.string()),
    })),
    [],
  ),
  messages: v.nullish(v.array(v.looseObject({ at: words, from: words, text: words })), []),
  tickets: v.nullish(v.array(v.looseObject({ key: words, url: words, assignee: time })), []),
});

export type IncidentSummary = v.InferOutput<typeof incidentSummary>;
export type IncidentView = v.InferOutput<typeof incidentView>;

/** Help for the argument that names an incident. */
export const INCIDENT_HELP = 'an incident\'s id, its code (e.g. K7QF), or "latest"';

/**
 * The incident that `name` means: its id, its code in either case, or `latest`.
 *
 * @throws {CliError} when there is no such incident.
 */
export async function findIncident({ api, agent }: Context, name: string): Promise<IncidentView> {
  const get = (id: string) =>
    api.call(agent, { path: `/api/incidents/${encodeURIComponent(id)}`, schema: incidentView });
  if (name === "latest") {
    const page = await api.call(agent, { path: "/api/incidents", query: { limit: 1 }, schema: incidentPage });
    const newest = page.incidents[0];
    if (newest === undefined) throw new CliError(EXIT.notWell, "There is no incident yet.");
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

/** The colour of a state. */
export function stateTone(state: string): Tone {
  return state === "resolved" ? "good" : state === "diagnosed" ? "warn" : "bad";
}

/** The colour of a severity. */
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
