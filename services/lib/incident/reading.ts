import * as v from "valibot";
import type { IncidentSummary, IncidentView, Notification } from "./types.ts";

/** The same shape where each word may be one that this version does not know: another version of the agent wrote it. */
export type AsRead<T> = T extends string ? string
  : T extends readonly (infer E)[] ? readonly AsRead<E>[]
  : T extends object ?
      & { readonly [K in keyof T as K extends Added ? never : K]: AsRead<T[K]> }
      & { readonly [K in keyof T as K extends Added ? K : never]?: AsRead<T[K]> }
  : T;

/** Fields that an older agent does not send; they stay absent. */
type Added =
  | "episode"
  | "hash"
  | "by"
  | "generator_url"
  | "group_key"
  | "acknowledged_at"
  | "acknowledged_by"
  | "last_error";

/** An older agent does not say what a message is about. */
type NotificationRead = Omit<AsRead<Notification>, "kind"> & { readonly kind?: string };

export type IncidentRead = Omit<AsRead<IncidentView>, "notifications"> & {
  readonly notifications: readonly NotificationRead[];
};
export type IncidentSummaryRead = AsRead<IncidentSummary>;

/** What `GET /api/incidents` answers. */
export interface IncidentPageRead {
  readonly incidents: readonly IncidentSummaryRead[];
  /** Of the next page. */
  readonly next: string | number | null;
}

const time = v.nullish(v.string(), null);
const words = v.nullish(v.string(), "");
const number = v.exactOptional(v.number());
const text = v.exactOptional(v.string());
const timeOrNull = v.exactOptional(v.nullable(v.string()));

const alert = v.looseObject({
  fingerprint: words,
  status: words,
  starts_at: words,
  ends_at: time,
  episode: number,
  labels: v.nullish(v.record(v.string(), v.string()), {}),
  annotations: v.nullish(v.record(v.string(), v.string()), {}),
  generator_url: text,
  updated_at: v.exactOptional(v.string()),
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
  episode: number,
  at: words,
  category: v.exactOptional(v.string()),
  error_rate: v.exactOptional(v.nullable(v.number())),
  routes: v.exactOptional(v.array(v.string())),
  instances: v.exactOptional(v.array(v.string())),
  service_at_fault: v.exactOptional(v.string()),
  peer: v.exactOptional(v.string()),
  path: v.exactOptional(v.array(v.object({ service: words, text: words, evidence: v.array(v.string()) }))),
  victims: v.exactOptional(v.array(v.string())),
  owner: v.exactOptional(v.string()),
  degraded_reason: v.exactOptional(v.string()),
  tokens: v.exactOptional(v.number()),
});

const summaryFields = {
  id: v.string(),
  code: words,
  state: v.string(),
  service: words,
  severity: words,
  title: words,
  group_key: text,
  opened_at: v.string(),
  episode: number,
  resolved_at: time,
  acknowledged_at: timeOrNull,
  acknowledged_by: timeOrNull,
  alerts: v.nullish(v.array(alert), []),
  truncated_alerts: v.nullish(v.number(), 0),
  diagnosis: v.nullish(diagnosis, null),
};

/** A row of `GET /api/incidents`; what this program does not know is kept. */
export const incidentSummary: v.GenericSchema<unknown, IncidentSummaryRead> = v.looseObject(summaryFields);

/** What `GET /api/incidents` answers. */
export const incidentPage: v.GenericSchema<unknown, IncidentPageRead> = v.looseObject({
  incidents: v.array(incidentSummary),
  next: v.nullish(v.union([v.string(), v.number()]), null),
});

/** What `GET /api/incidents/{id}` answers. */
export const incidentView: v.GenericSchema<unknown, IncidentRead> = v.looseObject({
  ...summaryFields,
  timeline: v.nullish(
    v.array(
      v.looseObject({ at: v.string(), kind: words, text: words, by: text, delivery_id: v.exactOptional(v.string()) }),
    ),
    [],
  ),
  tool_calls: v.nullish(
    v.array(v.looseObject({
      id: v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
      episode: number,
      step: v.nullish(v.number(), 0),
      tool: words,
      arguments: v.nullish(v.record(v.string(), v.unknown()), {}),
      started_at: words,
      ended_at: words,
      ok: v.nullish(v.boolean(), false),
      result: v.nullish(v.unknown(), null),
      hash: text,
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
      kind: text,
      last_error: timeOrNull,
      message_id: v.exactOptional(v.string()),
    })),
    [],
  ),
  messages: v.nullish(v.array(v.looseObject({ at: words, from: words, text: words })), []),
  tickets: v.nullish(v.array(v.looseObject({ key: words, url: words, assignee: time })), []),
});
