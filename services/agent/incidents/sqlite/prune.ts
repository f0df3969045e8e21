import type { Pruned, PruneOptions } from "../store.ts";
import type { Connection } from "./statements.ts";

// Incidents deleted at once: few enough to block nothing for long.
const BATCH = 50;
const VACUUM_PAGES = 2_000;

const OF_INCIDENT = ["alerts", "timeline", "tool_calls", "diagnoses", "messages", "tickets", "outbox", "settings"];

/** Forgets a batch of what is too old, or too much; `more` when another batch waits. */
export function pruneSome(sql: Connection, { before, maxBytes }: PruneOptions): Pruned {
  const over = usedBytes(sql) > maxBytes;
  const at = before.toISOString();
  // What still has work or a message under way is not over, whatever its state says.
  const old = sql.all(
    `SELECT seq, id FROM incidents
     WHERE state = 'resolved' AND (? OR resolved_at < ?)
       AND NOT EXISTS (SELECT 1 FROM work WHERE work.incident_id = incidents.id AND done = 0)
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.incident_id = incidents.id
                       AND outbox.state IN ('pending', 'sending', 'uncertain'))
     ORDER BY resolved_at, seq LIMIT ?`,
    Number(over),
    at,
    BATCH,
  );
  for (const { seq, id } of old as { seq: number; id: string }[]) {
    for (const table of OF_INCIDENT) sql.run(`DELETE FROM ${table} WHERE incident_id = ?`, id);
    sql.run(
      "DELETE FROM brain_answers WHERE work_id IN (SELECT id FROM work WHERE incident_id = ?)",
      id,
    );
    sql.run("DELETE FROM work WHERE incident_id = ?", id);
    sql.run("DELETE FROM incident_text WHERE rowid = ?", seq);
    sql.run("DELETE FROM incidents WHERE seq = ?", seq);
  }
  let rows = sql.run(
    `DELETE FROM deliveries WHERE id IN (
       SELECT id FROM (SELECT id, received_at FROM deliveries ORDER BY id LIMIT ?) WHERE received_at < ?)`,
    BATCH,
    at,
  );
  // A raw body is the first thing that can be spared when there is no room: what it said is in its incident.
  if (over) {
    rows += sql.run("DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries ORDER BY id LIMIT ?)", BATCH);
  }
  rows += sql.run(
    `DELETE FROM outbox WHERE seq IN (
       SELECT seq FROM outbox WHERE incident_id IS NULL AND created_at < ?
         AND state NOT IN ('pending', 'sending', 'uncertain') LIMIT ?)`,
    at,
    BATCH,
  );
  rows += sql.run("DELETE FROM inbound WHERE id IN (SELECT id FROM inbound WHERE at < ? LIMIT ?)", at, BATCH);
  return { incidents: old.length, more: old.length === BATCH || rows > 0 };
}

/** Gives pages that are free back to the disk. */
export function returnPages(sql: Connection): void {
  sql.db.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
}

function usedBytes(sql: Connection): number {
  const number = (pragma: string) => Object.values(sql.get(`PRAGMA ${pragma}`)!)[0] as number;
  return (number("page_count") - number("freelist_count")) * number("page_size");
}
