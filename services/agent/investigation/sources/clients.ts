import * as v from "valibot";
import { ToolError } from "../tool_error.ts";
import { type Ask, getJson } from "./http.ts";

/** An alert as Alertmanager has it now. */
export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly starts_at: string;
  readonly state: string;
}

const alertsSchema = v.array(v.object({
  labels: v.record(v.string(), v.string()),
  annotations: v.optional(v.record(v.string(), v.string()), {}),
  startsAt: v.string(),
  status: v.optional(v.object({ state: v.string() }), { state: "unknown" }),
}));

/** What Alertmanager at `url` has active. */
export async function activeAlerts(url: string, ask: Pick<Ask, "fetch" | "signal">): Promise<ActiveAlert[]> {
  const answer = await getJson(`${url}/api/v2/alerts?active=true&silenced=true&inhibited=true`, {
    ...ask,
    who: "Alertmanager",
  });
  const parsed = v.safeParse(alertsSchema, answer.body);
  if (answer.status !== 200 || !parsed.success) {
    throw new ToolError("bad_answer", `Alertmanager at ${url} answered ${answer.status}, not in the form of its API`);
  }
  return parsed.output.map((alert) => ({
    labels: alert.labels,
    annotations: alert.annotations,
    starts_at: alert.startsAt,
    state: alert.status.state,
  }));
}

/** Something that happened to instances. */
export interface InstanceEvent {
  readonly at: string;
  readonly kind: string;
  readonly text: string;
  readonly service?: string | undefined;
  readonly port?: number | undefined;
}

const eventsSchema = v.object({
  events: v.array(v.object({
    at: v.string(),
    kind: v.string(),
    text: v.string(),
    service: v.optional(v.string()),
    port: v.optional(v.number()),
  })),
});

/** What happened to instances lately, from the manager at `url`, oldest first. */
export async function instanceEvents(url: string, ask: Pick<Ask, "fetch" | "signal">): Promise<InstanceEvent[]> {
  const answer = await getJson(`${url}/events`, { ...ask, who: "the manager" });
  const parsed = v.safeParse(eventsSchema, answer.body);
  if (answer.status !== 200 || !parsed.success) {
    throw new ToolError("bad_answer", `the manager at ${url} answered ${answer.status} to GET /events`);
  }
  return parsed.output.events;
}
