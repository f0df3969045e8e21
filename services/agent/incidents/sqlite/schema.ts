import type { DatabaseSync } from "node:sqlite";

/**
 * The schema, one step per version: `PRAGMA user_version` counts how many have been taken. A step that has shipped is
 * never edited; a change is a new step.
 *
 * Leases hold milliseconds of the process's monotonic clock: one agent holds the file, and opening it frees every
 * lease, so that neither a clock that jumps nor a crash keeps a row away.
 */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY, received_at TEXT NOT NULL, outcome TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE incidents (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, code TEXT NOT NULL, state TEXT NOT NULL,
    service TEXT NOT NULL, severity TEXT NOT NULL, title TEXT NOT NULL, group_key TEXT NOT NULL,
    opened_at TEXT NOT NULL, resolved_at TEXT, truncated_alerts INTEGER NOT NULL, episode INTEGER NOT NULL,
    acknowledged_at TEXT, acknowledged_by TEXT, indexed INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX incidents_group ON incidents (group_key, seq);
  CREATE INDEX incidents_code ON incidents (code, seq);
  CREATE INDEX incidents_state ON incidents (state, seq);
  CREATE INDEX incidents_service ON incidents (service, seq);
  CREATE INDEX incidents_over ON incidents (resolved_at, seq) WHERE state = 'resolved';
  CREATE INDEX incidents_unindexed ON incidents (seq) WHERE indexed = 0;
  CREATE VIRTUAL TABLE incident_text USING fts5 (text, content='', contentless_delete=1);

  CREATE TABLE alerts (
    incident_id TEXT NOT NULL, fingerprint TEXT NOT NULL, starts_at TEXT NOT NULL, status TEXT NOT NULL, ends_at TEXT,
    labels TEXT NOT NULL, annotations TEXT NOT NULL, generator_url TEXT NOT NULL, episode INTEGER NOT NULL,
    updated_at TEXT, PRIMARY KEY (incident_id, fingerprint, starts_at)) WITHOUT ROWID;
  CREATE INDEX alerts_firing ON alerts (incident_id) WHERE status = 'firing';

  CREATE TABLE timeline (
    incident_id TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
    author TEXT NOT NULL, delivery_id TEXT, PRIMARY KEY (incident_id, seq)) WITHOUT ROWID;

  CREATE TABLE work (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, incident_id TEXT NOT NULL, episode INTEGER NOT NULL,
    rank INTEGER NOT NULL, created_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0, owner TEXT, fence INTEGER NOT NULL DEFAULT 0, lease_until REAL) WITHOUT ROWID;
  CREATE INDEX work_open ON work (rank, created_at, id) WHERE done = 0;
  CREATE TABLE brain_answers (
    work_id TEXT NOT NULL, step INTEGER NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (work_id, step)) WITHOUT ROWID;

  CREATE TABLE tool_calls (
    seq INTEGER PRIMARY KEY, incident_id TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL,
    UNIQUE (incident_id, id));
  CREATE TABLE diagnoses (seq INTEGER PRIMARY KEY, incident_id TEXT NOT NULL, document TEXT NOT NULL);
  CREATE INDEX diagnoses_incident ON diagnoses (incident_id, seq);

  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, incident_id TEXT, key TEXT NOT NULL UNIQUE, channel TEXT NOT NULL,
    kind TEXT NOT NULL, payload TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL, next_at INTEGER NOT NULL, sent_at TEXT, text TEXT, receipt TEXT, last_error TEXT,
    owner TEXT, fence INTEGER NOT NULL DEFAULT 0, lease_until REAL);
  CREATE INDEX outbox_waiting ON outbox (channel, next_at) WHERE state IN ('pending', 'sending', 'uncertain');
  CREATE INDEX outbox_incident ON outbox (incident_id, seq);
  CREATE INDEX outbox_state ON outbox (state);

  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY, incident_id TEXT NOT NULL, at TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL);
  CREATE INDEX messages_incident ON messages (incident_id, seq);
  CREATE TABLE tickets (
    incident_id TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, assignee TEXT, PRIMARY KEY (incident_id, key));
  CREATE TABLE inbound (id TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  `,
  // Which incident each message was about was kept for ever.
  `
  ALTER TABLE settings ADD COLUMN incident_id TEXT;
  DELETE FROM settings WHERE name LIKE 'message/%' AND value NOT IN (SELECT id FROM incidents);
  UPDATE settings SET incident_id = value WHERE name LIKE 'message/%';
  CREATE INDEX settings_incident ON settings (incident_id) WHERE incident_id IS NOT NULL;
  `,
  `
  CREATE INDEX incidents_severity ON incidents (severity, seq);
  `,
  // Repeated investigations.
  `
  ALTER TABLE work ADD COLUMN look INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE work ADD COLUMN due_at INTEGER;
  `,
  // One alert may come by two routes.
  `
  CREATE INDEX alerts_by_fingerprint ON alerts (fingerprint, starts_at) WHERE status = 'firing';
  `,
  // What Alertmanager has as active is looked for among all that was ever told.
  `
  CREATE INDEX alerts_of_fingerprint ON alerts (fingerprint);
  `,
  // People with names, what they sign in with, and what they did.
  `
  CREATE TABLE accounts (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, subject TEXT UNIQUE, phone TEXT UNIQUE,
    document TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE credentials (
    hash TEXT PRIMARY KEY, account_id TEXT NOT NULL, expires_at TEXT NOT NULL, document TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX credentials_account ON credentials (account_id);
  CREATE TABLE audit (seq INTEGER PRIMARY KEY, document TEXT NOT NULL);
  `,
];

/** The version that {@linkcode migrate} leads to. */
export const SCHEMA_VERSION = STEPS.length;

/**
 * Brings the schema to `steps`, each step in a transaction of its own.
 *
 * @throws {RangeError} when the file was written by a newer version.
 */
export function migrate(db: DatabaseSync, steps: readonly string[] = STEPS): void {
  const { user_version: found } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  if (found > steps.length) {
    throw new RangeError(
      `the store has schema ${found} and this version knows up to ${steps.length}: use a newer agent`,
    );
  }
  for (let version = found; version < steps.length; version++) {
    db.exec("BEGIN IMMEDIATE");
    try {
      db.exec(steps[version]!);
      db.exec(`PRAGMA user_version = ${version + 1}`);
      db.exec("COMMIT");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }
}
