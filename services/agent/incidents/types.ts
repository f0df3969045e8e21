/** The records of an incident. Times are RFC 3339 in UTC; nothing here knows how they are stored. */
import type { Alert, OutboxState } from "../../lib/incident/mod.ts";

export type * from "../../lib/incident/mod.ts";

/** An alert that fires as far as is known, in an incident that is not resolved. */
export interface FiringAlert extends Pick<Alert, "fingerprint" | "starts_at"> {
  readonly incident_id: string;
}

/** A piece of work that survives a crash: investigate this episode of this incident. */
export interface Work {
  readonly id: string;
  readonly kind: "investigation";
  readonly incident_id: string;
  readonly episode: number;
  /** 0 is the most severe; claimed in this order, then oldest first. */
  readonly rank: number;
  readonly created_at: string;
  readonly attempts: number;
  /** 1, and one more for each repeated investigation of the same episode. */
  readonly look: number;
}

/** Investigations from this number on were requested by a person; those before are automatic. */
export const FIRST_ASKED_LOOK = 101;

/** Work as it is enqueued. */
export interface NewWork extends Omit<Work, "id" | "attempts" | "look"> {
  /** Default: 1. */
  readonly look?: number;
  /** Not before then (RFC 3339); default: at once. */
  readonly due_at?: string;
}

/** Something that leaves: a message, a ticket, a silence. */
export interface OutboxRow {
  readonly id: string;
  readonly incident_id: string | null;
  /** Two rows with the same key are one. */
  readonly key: string;
  /** `log`, `whatsapp`, `jira`, `alertmanager`. */
  readonly channel: string;
  /** What it is, for the channel to put into words: `diagnosis`, `resolved`, `ticket`, … */
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly created_at: string;
  readonly next_at: string;
  readonly sent_at: string | null;
  readonly text: string | null;
  /** What the other side answered, e.g. a message's SID. */
  readonly receipt: Readonly<Record<string, unknown>> | null;
  readonly last_error: string | null;
}

/** A lease on a row: `fence` grows with each claim, so that a holder whose lease ran out cannot write. */
export interface Lease {
  readonly table: "work" | "outbox";
  readonly id: string;
  readonly owner: string;
  readonly fence: number;
}

/** A delivery of Alertmanager as it was received, but for secrets. */
export interface Delivery {
  readonly id: string;
  readonly received_at: string;
  /** The body; secrets in it are redacted. */
  readonly body: string;
  /** What it led to: `accepted`, `heartbeat`, … */
  readonly outcome?: string;
}
