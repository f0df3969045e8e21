import type { IncidentQuery, ViewOptions } from "../store.ts";
import type { Diagnosis, FiringAlert, IncidentSummary, IncidentView, Notification, ToolCall } from "../types.ts";
import {
  documents,
  findIncident,
  INCIDENT_COLUMNS,
  toAlert,
  toIncident,
  toMessage,
  toOutboxRow,
  toTicket,
  toTimelineEntry,
} from "./rows.ts";
import { matchExpression } from "./search.ts";
import type { Connection, Row } from "./statements.ts";

// A list shows the shape of a storm, not all of it; the view of one incident has every alert.
const MAX_LISTED_ALERTS = 20;

/** Everything about an incident. */
export function readView(sql: Connection, idOrCode: string, options: ViewOptions = {}): IncidentView | undefined {
  const found = findIncident(sql, idOrCode);
  if (found === undefined) return undefined;
  const ofEpisode = options.episode === undefined ? null : diagnosisOf(sql, found.id, options.episode);
  const incident = ofEpisode === null ? found : { ...found, episode: ofEpisode.episode };
  const of = (query: string) => sql.all(query, incident.id);
  return {
    ...incident,
    alerts: of("SELECT * FROM alerts WHERE incident_id = ? ORDER BY starts_at, fingerprint").map(toAlert),
    timeline: of("SELECT * FROM timeline WHERE incident_id = ? ORDER BY seq").map(toTimelineEntry),
    tool_calls: documents<ToolCall>(of("SELECT document FROM tool_calls WHERE incident_id = ? ORDER BY seq")),
    diagnosis: ofEpisode ?? newestDiagnosis(sql, incident.id),
    notifications: of("SELECT * FROM outbox WHERE incident_id = ? ORDER BY seq").map(toNotification),
    messages: of("SELECT * FROM messages WHERE incident_id = ? ORDER BY seq").map(toMessage),
    tickets: of("SELECT * FROM tickets WHERE incident_id = ? ORDER BY rowid").map(toTicket),
  };
}

/** Every alert that fires as far as is known, of the incidents that are not resolved. */
export function readFiring(sql: Connection): FiringAlert[] {
  return sql.all(
    `SELECT alerts.incident_id, alerts.fingerprint, alerts.starts_at
     FROM incidents JOIN alerts ON alerts.incident_id = incidents.id AND alerts.status = 'firing'
     WHERE incidents.state IN ('open', 'investigating', 'diagnosed') ORDER BY incidents.seq`,
  ).map((row) => ({ ...row }) as unknown as FiringAlert);
}

/** A page of incidents in the order that is asked for; `next` is the cursor of the page after it. */
export function readList(sql: Connection, query: IncidentQuery): { incidents: IncidentSummary[]; next: string | null } {
  return query.order === "open_first" ? readOpenFirst(sql, query) : readNewest(sql, query);
}

function readNewest(sql: Connection, query: IncidentQuery): { incidents: IncidentSummary[]; next: string | null } {
  const { conditions, values } = filterOf(query);
  if (query.cursor !== undefined) {
    conditions.push("seq < ?");
    values.push(Number(query.cursor));
  }
  const rows = sql.all(
    `SELECT seq, ${INCIDENT_COLUMNS} FROM incidents ${whereOf(conditions)} ORDER BY seq DESC LIMIT ?`,
    ...values,
    query.limit + 1,
  );
  const page = rows.slice(0, query.limit);
  return {
    incidents: page.map((row) => toSummary(sql, row)),
    next: rows.length > query.limit ? String(page.at(-1)!.seq) : null,
  };
}

/** What stands before how many of the open ones were on the pages before; a cursor without it is among the resolved. */
const AMONG_OPEN = "o";
const BEFORE_ALL = String(Number.MAX_SAFE_INTEGER).slice(0, 15);

/** Those that are open, by when their newest episode began; after them the resolved ones. */
function readOpenFirst(sql: Connection, query: IncidentQuery): { incidents: IncidentSummary[]; next: string | null } {
  const { cursor = `${AMONG_OPEN}0`, limit, ...rest } = query;
  const resolved = (cursor: string, limit: number) =>
    query.state === undefined || query.state === "resolved"
      ? readNewest(sql, { ...rest, state: "resolved", cursor, limit })
      : { incidents: [], next: null };
  if (!cursor.startsWith(AMONG_OPEN)) return resolved(cursor, limit);
  const skipped = Number(cursor.slice(AMONG_OPEN.length));
  const { conditions, values } = filterOf(query);
  const rows = sql.all(
    `SELECT seq, ${INCIDENT_COLUMNS}, iif(episode = 1, opened_at, coalesce((SELECT min(starts_at) FROM alerts
       WHERE alerts.incident_id = incidents.id AND alerts.episode = incidents.episode), opened_at)) AS since
     FROM incidents ${whereOf(["state IN ('open', 'investigating', 'diagnosed')", ...conditions])}
     ORDER BY since DESC, seq DESC LIMIT ? OFFSET ?`,
    ...values,
    limit + 1,
    skipped,
  );
  const open = rows.slice(0, limit).map((row) => toSummary(sql, row));
  if (rows.length > limit) return { incidents: open, next: `${AMONG_OPEN}${skipped + limit}` };
  if (open.length < limit) {
    const { incidents, next } = resolved(BEFORE_ALL, limit - open.length);
    return { incidents: [...open, ...incidents], next };
  }
  return { incidents: open, next: resolved(BEFORE_ALL, 1).incidents.length > 0 ? BEFORE_ALL : null };
}

function filterOf(query: IncidentQuery): { conditions: string[]; values: (string | number)[] } {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const where = (condition: string, value: string | number) => {
    conditions.push(condition);
    values.push(value);
  };
  if (query.state !== undefined) where("state = ?", query.state);
  if (query.service !== undefined) where("service = ?", query.service);
  if (query.severity !== undefined) where("severity = ?", query.severity);
  if (query.q !== undefined && query.q.trim() !== "") {
    const match = matchExpression(query.q, "AND");
    if (match === undefined) conditions.push("0");
    else where("seq IN (SELECT rowid FROM incident_text WHERE incident_text MATCH ?)", match);
  }
  return { conditions, values };
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
}

/** The incidents whose words are most like `text` (BM25), best first. */
export function readSimilar(
  sql: Connection,
  text: string,
  options: { readonly limit: number; readonly except?: string },
): IncidentSummary[] {
  const match = matchExpression(text, "OR");
  if (match === undefined) return [];
  return sql.all(
    `SELECT incidents.seq, ${INCIDENT_COLUMNS} FROM incident_text JOIN incidents ON incidents.seq = incident_text.rowid
     WHERE incident_text MATCH ? AND incidents.id <> ? ORDER BY incident_text.rank LIMIT ?`,
    match,
    options.except ?? "",
    options.limit,
  ).map((row) => toSummary(sql, row));
}

/** Rows by state. */
export function readCounts(sql: Connection, now: Date) {
  const byState = (table: string) =>
    Object.fromEntries(
      sql.all(`SELECT state, count(*) AS n FROM ${table} GROUP BY state`).map((row) => [row.state, row.n as number]),
    ) as Record<string, number>;
  const work = sql.get(
    // Work that is not due yet does not count as queued.
    `SELECT count(*) FILTER (WHERE owner IS NULL) AS queued, count(*) FILTER (WHERE owner IS NOT NULL) AS running,
       min(max(created_at, coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', due_at / 1000.0, 'unixepoch'), '')))
         FILTER (WHERE owner IS NULL) AS oldest
     FROM work WHERE done = 0 AND (owner IS NOT NULL OR due_at IS NULL OR due_at <= ?)`,
    now.getTime(),
  )!;
  return {
    work: {
      queued: work.queued as number,
      running: work.running as number,
      oldest_seconds: work.oldest === null
        ? 0
        : Math.max(0, (now.getTime() - Date.parse(work.oldest as string)) / 1_000),
    },
    outbox: byState("outbox"),
    incidents: byState("incidents"),
  };
}

function toSummary(sql: Connection, row: Row): IncidentSummary {
  const incident = toIncident(row);
  return {
    ...incident,
    alerts: sql.all(
      "SELECT * FROM alerts WHERE incident_id = ? ORDER BY fingerprint, starts_at LIMIT ?",
      incident.id,
      MAX_LISTED_ALERTS,
    ).map(toAlert),
    diagnosis: newestDiagnosis(sql, incident.id),
  };
}

export function newestDiagnosis(sql: Connection, incidentId: string): Diagnosis | null {
  const row = sql.get("SELECT document FROM diagnoses WHERE incident_id = ? ORDER BY seq DESC LIMIT 1", incidentId);
  return row === undefined ? null : JSON.parse(row.document as string);
}

function diagnosisOf(sql: Connection, incidentId: string, episode: number): Diagnosis | null {
  const row = sql.get(
    "SELECT document FROM diagnoses WHERE incident_id = ? AND json_extract(document, '$.episode') = ? " +
      "ORDER BY seq DESC LIMIT 1",
    incidentId,
    episode,
  );
  return row === undefined ? null : JSON.parse(row.document as string);
}

function toNotification(row: Row): Notification {
  const { channel, kind, state, attempts, sent_at, text, last_error, payload } = toOutboxRow(row);
  const { message_id } = payload;
  const asked = typeof message_id === "string" ? { message_id } : {};
  return { channel, kind, state, attempts, sent_at, text, last_error, ...asked };
}
