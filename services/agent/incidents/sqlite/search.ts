import type { Connection, Row } from "./statements.ts";

// Bounds on what one incident adds to the index: a storm's thousand alerts repeat the same words.
const MAX_ALERTS = 100;
const MAX_CHARACTERS = 16_384;

/**
 * Brings up to `limit` incidents' words into the full-text index; true when more wait. Writing an incident only marks
 * it: its words are gathered when someone searches, or when there is time.
 */
export function indexSome(sql: Connection, limit: number): boolean {
  const incidents = sql.all(
    "SELECT seq, id, code, title, service, severity FROM incidents WHERE indexed = 0 ORDER BY seq LIMIT ?",
    limit,
  );
  for (const incident of incidents) {
    indexIncident(sql, incident);
    sql.run("UPDATE incidents SET indexed = 1 WHERE seq = ?", incident.seq as number);
  }
  return incidents.length === limit;
}

/** Whether incidents wait to be indexed. */
export function someUnindexed(sql: Connection): boolean {
  return sql.get("SELECT 1 FROM incidents WHERE indexed = 0 LIMIT 1") !== undefined;
}

/** Writes the words of an incident: title, service, labels, annotations, newest diagnosis. */
function indexIncident(sql: Connection, incident: Row): void {
  const incidentId = incident.id as string;
  const words = new Set<string>([incident.code, incident.title, incident.service, incident.severity] as string[]);
  const alerts = sql.all(
    "SELECT labels, annotations FROM alerts WHERE incident_id = ? LIMIT ?",
    incidentId,
    MAX_ALERTS,
  );
  for (const alert of alerts) {
    for (const value of values(alert, "labels")) words.add(value);
    for (const value of values(alert, "annotations")) words.add(value);
  }
  const diagnosis = sql.get(
    "SELECT document FROM diagnoses WHERE incident_id = ? ORDER BY seq DESC LIMIT 1",
    incidentId,
  );
  if (diagnosis !== undefined) {
    const { root_cause, affected_file, suggested_fix } = JSON.parse(diagnosis.document as string);
    for (const value of [root_cause, affected_file, suggested_fix]) if (value !== null) words.add(String(value));
  }
  const text = [...words].join("\n").slice(0, MAX_CHARACTERS);
  sql.run("INSERT OR REPLACE INTO incident_text (rowid, text) VALUES (?, ?)", incident.seq as number, text);
}

/** An FTS5 expression for what a person typed: every word (`AND`) or any word (`OR`), each as a beginning; or none. */
export function matchExpression(typed: string, operator: "AND" | "OR"): string | undefined {
  const words = typed.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).slice(0, 64);
  if (words.length === 0) return undefined;
  return words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(` ${operator} `);
}

function values(row: Row, column: string): string[] {
  return Object.values(JSON.parse(row[column] as string));
}
