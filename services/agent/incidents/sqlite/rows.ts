import type { Alert, Incident, Message, OutboxRow, OutboxState, Ticket, TimelineEntry, Work } from "../types.ts";
import { CODE } from "../ids.ts";
import type { Connection, Row } from "./statements.ts";

/** How SQLite's rows become records; column names are the records' own but for `author`, which SQL words better. */

export const INCIDENT_COLUMNS = "id, code, state, service, severity, title, group_key, opened_at, resolved_at, " +
  "truncated_alerts, episode, acknowledged_at, acknowledged_by";

export function toIncident(row: Row): Incident {
  const { seq: _, ...incident } = row;
  return incident as unknown as Incident;
}

export function toAlert(row: Row): Alert {
  const alert = {
    fingerprint: row.fingerprint as string,
    status: row.status as Alert["status"],
    starts_at: row.starts_at as string,
    ends_at: row.ends_at as string | null,
    labels: JSON.parse(row.labels as string),
    annotations: JSON.parse(row.annotations as string),
    generator_url: row.generator_url as string,
    episode: row.episode as number,
  };
  return row.updated_at === null ? alert : { ...alert, updated_at: row.updated_at as string };
}

export function toTimelineEntry(row: Row): TimelineEntry {
  const entry = {
    at: row.at as string,
    kind: row.kind as string,
    text: row.text as string,
    by: row.author as string,
  };
  return row.delivery_id === null ? entry : { ...entry, delivery_id: row.delivery_id as string };
}

export function toWork(row: Row): Work {
  return {
    id: row.id as string,
    kind: row.kind as Work["kind"],
    incident_id: row.incident_id as string,
    episode: row.episode as number,
    rank: row.rank as number,
    created_at: row.created_at as string,
    attempts: row.attempts as number,
    look: row.look as number,
  };
}

export function toOutboxRow(row: Row): OutboxRow {
  return {
    id: row.id as string,
    incident_id: row.incident_id as string | null,
    key: row.key as string,
    channel: row.channel as string,
    kind: row.kind as string,
    payload: JSON.parse(row.payload as string),
    state: row.state as OutboxState,
    attempts: row.attempts as number,
    created_at: row.created_at as string,
    next_at: new Date(row.next_at as number).toISOString(),
    sent_at: row.sent_at as string | null,
    text: row.text as string | null,
    receipt: row.receipt === null ? null : JSON.parse(row.receipt as string),
    last_error: row.last_error as string | null,
  };
}

export function toMessage(row: Row): Message {
  return { at: row.at as string, from: row.author as string, text: row.text as string };
}

export function toTicket(row: Row): Ticket {
  return { key: row.key as string, url: row.url as string, assignee: row.assignee as string | null };
}

/** The incident of an id, or the newest one with a code. */
export function findIncident(sql: Connection, idOrCode: string): Incident | undefined {
  const code = idOrCode.toUpperCase();
  const row = CODE.test(code)
    ? sql.get(`SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE code = ? ORDER BY seq DESC LIMIT 1`, code)
    : sql.get(`SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE id = ?`, idOrCode);
  return optional(row, toIncident);
}

/** What JSON documents hold. */
export function documents<T>(rows: readonly Row[]): T[] {
  return rows.map((row) => JSON.parse(row.document as string) as T);
}

/** A row read, if there is one. */
export function optional<T>(row: Row | undefined, read: (row: Row) => T): T | undefined {
  return row === undefined ? undefined : read(row);
}
