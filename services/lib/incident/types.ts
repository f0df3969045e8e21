/** An incident in the shape in which the agent's API gives it. Times are RFC 3339 in UTC. */

/** Where an incident is in its life; `life.ts` has the moves between them. */
export type IncidentState = "open" | "investigating" | "diagnosed" | "resolved";

/** One alert of Alertmanager, known by `fingerprint` and `starts_at`. */
export interface Alert {
  readonly fingerprint: string;
  readonly status: "firing" | "resolved";
  readonly starts_at: string;
  /** Null while it fires. */
  readonly ends_at: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Prometheus' page of the rule's expression; empty when it sent none. */
  readonly generator_url: string;
  /** The episode of the incident in which it fired, from 1. */
  readonly episode: number;
  /** When the agent last learned of a change of its status, by the agent's clock. */
  readonly updated_at?: string;
}

/** What one person is called to: a groupKey with the alerts in it. */
export interface Incident {
  readonly id: string;
  /** Short code that a person can type on a phone, unique among recent incidents, e.g. `K7QF`. */
  readonly code: string;
  readonly state: IncidentState;
  readonly service: string;
  /** The most severe `severity` label of its alerts. */
  readonly severity: string;
  /** The alert's name and its summary as the newest episode began. */
  readonly title: string;
  readonly group_key: string;
  readonly opened_at: string;
  readonly resolved_at: string | null;
  /** Alerts that Alertmanager left out of its deliveries. */
  readonly truncated_alerts: number;
  /** 1, and one more for each re-fire within the window. */
  readonly episode: number;
  readonly acknowledged_at: string | null;
  readonly acknowledged_by: string | null;
}

/** One line of the append-only timeline. */
export interface TimelineEntry {
  readonly at: string;
  /** Stable word, e.g. `alert_firing`, `investigation_started`, `diagnosis`, `notified`, `resolved`. */
  readonly kind: string;
  readonly text: string;
  /** Who did it: `alertmanager`, `agent`, or `operator:<sender>`. */
  readonly by: string;
  /** The delivery that caused it. */
  readonly delivery_id?: string;
}

/** A tool call with its result: an entry of the evidence ledger. */
export interface ToolCall {
  /** `E1`, `E2`, … within the incident; what claims cite. */
  readonly id: string;
  readonly episode: number;
  /** Calls made in the same step carry the same number, from 1. */
  readonly step: number;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly started_at: string;
  readonly ended_at: string;
  readonly ok: boolean;
  /** What the tool measured; when not ok, `{error, message}`. */
  readonly result: unknown;
  /** SHA-256 of the canonical JSON of `result`, in hex. */
  readonly hash: string;
}

/** A statement of a diagnosis and the tool calls that it rests on. */
export interface Claim {
  readonly text: string;
  readonly evidence: readonly string[];
  /** Found in the cited evidence by code, not by the brain that claims it. */
  readonly verified: boolean;
}

export type Verdict = "cause_found" | "not_enough_evidence" | "no_fault_found";
export type Priority = "low" | "medium" | "high" | "critical";

/** What an investigation ends with. */
export interface Diagnosis {
  readonly verdict: Verdict;
  readonly root_cause: string;
  /** Path in the repository, or null where the cause is not code. */
  readonly affected_file: string | null;
  readonly line_number: number | null;
  readonly suggested_fix: string;
  readonly priority: Priority;
  readonly next_steps: readonly string[];
  /** 0 to 1, from the checks of its claims. */
  readonly confidence: number;
  readonly brain: "rules" | "openai";
  /** A model was asked and could not finish. */
  readonly degraded: boolean;
  /** What could not be fetched, in words. */
  readonly missing: readonly string[];
  readonly claims: readonly Claim[];
  readonly episode: number;
  readonly at: string;
  /** What kind of trouble it is, e.g. `code_error`, `latency`, `cpu`, `memory`, `crash`, `traffic_surge`. */
  readonly category?: string;
  /** Share of requests that failed when it was measured, 0 to 1; null or absent when it was not measured. */
  readonly error_rate?: number | null;
  /** Instances that have the trouble, by name where they have one; empty when it is not tied to any. */
  readonly instances?: readonly string[];
  /** Route templates that have the trouble. */
  readonly routes?: readonly string[];
  /** The service at fault, by its name in the catalogue, or the address of something outside; absent: the incident's own. */
  readonly service_at_fault?: string;
  /** The other side, by its address or name, where a call to it fails. */
  readonly peer?: string;
  /** From the symptom to the cause, with what was seen at each. */
  readonly path?: readonly { readonly service: string; readonly text: string; readonly evidence: readonly string[] }[];
  /** Services that only suffer from it. */
  readonly victims?: readonly string[];
  /** Who owns the service at fault. */
  readonly owner?: string;
  /** Why the model did not finish, when `degraded`. */
  readonly degraded_reason?: string;
  /** Tokens that a model used for it; absent without a model. */
  readonly tokens?: number;
}

/** A message to a person, as far as it got. */
export interface Notification {
  readonly channel: string;
  /** `diagnosis`, `resolved`, … */
  readonly kind: string;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly sent_at: string | null;
  /** What was, or is to be, sent; null until it has been put into words. */
  readonly text: string | null;
  /** Why it has not been sent, in words. */
  readonly last_error: string | null;
  /** The operator's message that requested it, if any. */
  readonly message_id?: string;
}

export interface Message {
  readonly at: string;
  /** `agent`, or `operator:<sender>`. */
  readonly from: string;
  readonly text: string;
}

export interface Ticket {
  readonly key: string;
  readonly url: string;
  readonly assignee: string | null;
}

/** Everything about an incident, as `GET /api/incidents/{id}` answers it. */
export interface IncidentView extends Incident {
  readonly alerts: readonly Alert[];
  readonly timeline: readonly TimelineEntry[];
  readonly tool_calls: readonly ToolCall[];
  /** The newest one. */
  readonly diagnosis: Diagnosis | null;
  readonly notifications: readonly Notification[];
  readonly messages: readonly Message[];
  readonly tickets: readonly Ticket[];
}

/** A row of `GET /api/incidents`. */
export interface IncidentSummary extends Incident {
  /** At most twenty of them. */
  readonly alerts: readonly Alert[];
  /** The newest one. */
  readonly diagnosis: Diagnosis | null;
}

/** `uncertain`: it was being sent when the agent died, so the receiver is asked before it is sent again. */
export type OutboxState = "pending" | "sending" | "uncertain" | "sent" | "failed" | "cancelled";
