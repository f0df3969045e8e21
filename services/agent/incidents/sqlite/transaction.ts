import { CODE, newId, randomCode } from "../ids.ts";
import { LeaseLost, type Transaction } from "../store.ts";
import type {
  Alert,
  Delivery,
  Diagnosis,
  Incident,
  Lease,
  Message,
  OutboxRow,
  Ticket,
  TimelineEntry,
  ToolCall,
  Work,
} from "../types.ts";
import type { Clocks } from "./clock.ts";
import { INCIDENT_COLUMNS, toAlert, toIncident, toOutboxRow } from "./rows.ts";
import type { Connection, Row } from "./statements.ts";

// A code is not given again while an incident has it that is younger than this.
const CODE_REST_MS = 30 * 24 * 3_600_000;

/** What a transaction did, for those who are told after its commit. */
export interface Touched {
  readonly incidents: Set<string>;
  work: boolean;
  outbox: boolean;
}

/** What a transaction works with. */
export interface TransactionDeps extends Clocks {
  readonly connection: Connection;
  readonly random: () => number;
}

/** One body's view of the database; of no use once the body has ended. */
export class SqliteTransaction implements Transaction {
  readonly #sql: Connection;
  readonly #deps: TransactionDeps;
  // Incidents whose words changed: by saveIncident(), which marks them itself, and otherwise.
  readonly #marked = new Set<string>();
  readonly #unindexed = new Set<string>();
  readonly touched: Touched = { incidents: new Set(), work: false, outbox: false };
  #ended = false;

  constructor(deps: TransactionDeps) {
    this.#sql = deps.connection;
    this.#deps = deps;
  }

  /** Marks what the search index does not know yet, and ends. */
  finish(): void {
    for (const id of this.#unindexed) this.#sql.run("UPDATE incidents SET indexed = 0 WHERE id = ?", id);
    this.#ended = true;
  }

  /** Makes further calls fail: the body has ended, or took too long and was given up. */
  end(): void {
    this.#ended = true;
  }

  // deno-lint-ignore require-await
  async addDelivery(delivery: Delivery): Promise<void> {
    this.#connection().run(
      "INSERT INTO deliveries (id, received_at, outcome, body) VALUES (?, ?, ?, ?)",
      delivery.id,
      delivery.received_at,
      delivery.outcome ?? "",
      delivery.body,
    );
  }

  // deno-lint-ignore require-await
  async latestIncident(groupKey: string): Promise<Incident | undefined> {
    return optional(
      this.#connection().get(
        `SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE group_key = ? ORDER BY seq DESC LIMIT 1`,
        groupKey,
      ),
      toIncident,
    );
  }

  // deno-lint-ignore require-await
  async incident(idOrCode: string): Promise<Incident | undefined> {
    return findIncident(this.#connection(), idOrCode);
  }

  // deno-lint-ignore require-await
  async saveIncident(incident: Incident): Promise<void> {
    this.#connection().run(
      `INSERT INTO incidents (${INCIDENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET code = excluded.code, state = excluded.state, service = excluded.service,
         severity = excluded.severity, title = excluded.title, group_key = excluded.group_key,
         opened_at = excluded.opened_at, resolved_at = excluded.resolved_at,
         truncated_alerts = excluded.truncated_alerts, episode = excluded.episode,
         acknowledged_at = excluded.acknowledged_at, acknowledged_by = excluded.acknowledged_by, indexed = 0`,
      incident.id,
      incident.code,
      incident.state,
      incident.service,
      incident.severity,
      incident.title,
      incident.group_key,
      incident.opened_at,
      incident.resolved_at,
      incident.truncated_alerts,
      incident.episode,
      incident.acknowledged_at,
      incident.acknowledged_by,
    );
    this.#marked.add(incident.id);
    this.touched.incidents.add(incident.id);
  }

  // deno-lint-ignore require-await
  async freeCode(): Promise<string> {
    const since = new Date(this.#deps.now().getTime() - CODE_REST_MS).toISOString();
    for (let tries = 0;; tries++) {
      const code = randomCode(this.#deps.random, 4 + Math.min(2, Math.floor(tries / 8)));
      const taken = this.#connection().get(
        "SELECT 1 FROM incidents WHERE code = ? AND (opened_at > ? OR state <> 'resolved')",
        code,
        since,
      );
      if (taken === undefined) return code;
      if (tries > 1_000) throw new Error("Cannot find a free incident code in 1000 tries");
    }
  }

  // deno-lint-ignore require-await
  async alerts(incidentId: string): Promise<Alert[]> {
    return this.#connection().all(
      "SELECT * FROM alerts WHERE incident_id = ? ORDER BY starts_at, fingerprint",
      incidentId,
    ).map(toAlert);
  }

  // deno-lint-ignore require-await
  async alert(incidentId: string, fingerprint: string, startsAt: string): Promise<Alert | undefined> {
    return optional(
      this.#connection().get(
        "SELECT * FROM alerts WHERE incident_id = ? AND fingerprint = ? AND starts_at = ?",
        incidentId,
        fingerprint,
        startsAt,
      ),
      toAlert,
    );
  }

  // deno-lint-ignore require-await
  async countFiring(incidentId: string): Promise<number> {
    const row = this.#connection().get(
      "SELECT count(*) AS n FROM alerts WHERE incident_id = ? AND status = 'firing'",
      incidentId,
    );
    return row!.n as number;
  }

  // deno-lint-ignore require-await
  async saveAlert(incidentId: string, alert: Alert): Promise<void> {
    this.#connection().run(
      `INSERT INTO alerts
         (incident_id, fingerprint, starts_at, status, ends_at, labels, annotations, generator_url, episode, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (incident_id, fingerprint, starts_at) DO UPDATE SET status = excluded.status,
         ends_at = excluded.ends_at, labels = excluded.labels, annotations = excluded.annotations,
         generator_url = excluded.generator_url, episode = excluded.episode, updated_at = excluded.updated_at`,
      incidentId,
      alert.fingerprint,
      alert.starts_at,
      alert.status,
      alert.ends_at,
      JSON.stringify(alert.labels),
      JSON.stringify(alert.annotations),
      alert.generator_url,
      alert.episode,
      alert.updated_at ?? null,
    );
    if (!this.#marked.has(incidentId)) this.#unindexed.add(incidentId);
    this.touched.incidents.add(incidentId);
  }

  // deno-lint-ignore require-await
  async addTimeline(incidentId: string, entry: TimelineEntry): Promise<void> {
    this.#connection().run(
      `INSERT INTO timeline (incident_id, seq, at, kind, text, author, delivery_id)
       VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM timeline WHERE incident_id = ?1), ?2, ?3, ?4, ?5, ?6)`,
      incidentId,
      entry.at,
      entry.kind,
      entry.text,
      entry.by,
      entry.delivery_id ?? null,
    );
    this.touched.incidents.add(incidentId);
  }

  // deno-lint-ignore require-await
  async enqueueWork(work: Omit<Work, "id" | "attempts">): Promise<boolean> {
    const added = this.#connection().run(
      `INSERT INTO work (id, kind, incident_id, episode, rank, created_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
      `${work.kind}/${work.incident_id}/${work.episode}`,
      work.kind,
      work.incident_id,
      work.episode,
      work.rank,
      work.created_at,
    ) === 1;
    if (added) this.touched.work = true;
    return added;
  }

  // deno-lint-ignore require-await
  async assertLease(lease: Lease): Promise<void> {
    const held = this.#connection().get(
      `SELECT 1 FROM ${lease.table} WHERE id = ? AND owner = ? AND fence = ?`,
      lease.id,
      lease.owner,
      lease.fence,
    );
    if (held === undefined) throw new LeaseLost(`${lease.owner} no longer holds ${lease.table} ${lease.id}`);
  }

  async finishWork(lease: Lease): Promise<void> {
    await this.assertLease(lease);
    this.#connection().run("UPDATE work SET done = 1, owner = NULL, lease_until = NULL WHERE id = ?", lease.id);
    this.touched.work = true;
  }

  // deno-lint-ignore require-await
  async toolCalls(incidentId: string): Promise<ToolCall[]> {
    return documents(
      this.#connection().all("SELECT document FROM tool_calls WHERE incident_id = ? ORDER BY seq", incidentId),
    );
  }

  // deno-lint-ignore require-await
  async addToolCall(incidentId: string, call: ToolCall): Promise<void> {
    this.#connection().run(
      "INSERT INTO tool_calls (incident_id, id, document) VALUES (?, ?, ?)",
      incidentId,
      call.id,
      JSON.stringify(call),
    );
    this.touched.incidents.add(incidentId);
  }

  // deno-lint-ignore require-await
  async addBrainAnswer(workId: string, step: number, answer: unknown): Promise<void> {
    this.#connection().run(
      "INSERT OR REPLACE INTO brain_answers (work_id, step, answer) VALUES (?, ?, ?)",
      workId,
      step,
      JSON.stringify(answer) ?? "null",
    );
  }

  // deno-lint-ignore require-await
  async brainAnswers(workId: string): Promise<{ step: number; answer: unknown }[]> {
    return this.#connection().all("SELECT step, answer FROM brain_answers WHERE work_id = ? ORDER BY step", workId)
      .map((row) => ({ step: row.step as number, answer: JSON.parse(row.answer as string) }));
  }

  // deno-lint-ignore require-await
  async saveDiagnosis(incidentId: string, diagnosis: Diagnosis): Promise<void> {
    this.#connection().run(
      "INSERT INTO diagnoses (incident_id, document) VALUES (?, ?)",
      incidentId,
      JSON.stringify(diagnosis),
    );
    if (!this.#marked.has(incidentId)) this.#unindexed.add(incidentId);
    this.touched.incidents.add(incidentId);
  }

  // deno-lint-ignore require-await
  async enqueueOutbox(
    row: Pick<OutboxRow, "incident_id" | "key" | "channel" | "kind" | "payload" | "next_at">,
  ): Promise<boolean> {
    const added = this.#connection().run(
      `INSERT INTO outbox (id, incident_id, key, channel, kind, payload, state, created_at, next_at)
       VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT (key) DO NOTHING`,
      newId({ now: this.#deps.now }),
      row.incident_id,
      row.key,
      row.channel,
      row.kind,
      JSON.stringify(row.payload),
      this.#deps.now().toISOString(),
      Date.parse(row.next_at),
    ) === 1;
    if (added) this.#touchOutbox(row.incident_id);
    return added;
  }

  // deno-lint-ignore require-await
  async amendOutbox(key: string, payload: OutboxRow["payload"]): Promise<boolean> {
    return this.#connection().run(
      "UPDATE outbox SET payload = ? WHERE key = ? AND state = 'pending' AND attempts = 0",
      JSON.stringify(payload),
      key,
    ) === 1;
  }

  // deno-lint-ignore require-await
  async outboxRow(idOrKey: string): Promise<OutboxRow | undefined> {
    return optional(
      this.#connection().get("SELECT * FROM outbox WHERE id = ? OR key = ?", idOrKey, idOrKey),
      toOutboxRow,
    );
  }

  async updateOutbox(lease: Lease, update: Parameters<Transaction["updateOutbox"]>[1]): Promise<void> {
    await this.assertLease(lease);
    const row = (await this.outboxRow(lease.id))!;
    const next = { ...row, ...update };
    const kept = next.state === "sending" || (update.state === undefined);
    this.#connection().run(
      `UPDATE outbox SET state = ?, attempts = ?, next_at = ?, sent_at = ?, text = ?, receipt = ?, last_error = ?,
         owner = CASE WHEN ? THEN owner END, lease_until = CASE WHEN ? THEN lease_until END
       WHERE id = ?`,
      next.state,
      next.attempts,
      Date.parse(next.next_at),
      next.sent_at,
      next.text,
      next.receipt === null ? null : JSON.stringify(next.receipt),
      next.last_error,
      Number(kept),
      Number(kept),
      lease.id,
    );
    this.#touchOutbox(row.incident_id);
  }

  // deno-lint-ignore require-await
  async addMessage(incidentId: string, message: Message): Promise<void> {
    this.#connection().run(
      "INSERT INTO messages (incident_id, at, author, text) VALUES (?, ?, ?, ?)",
      incidentId,
      message.at,
      message.from,
      message.text,
    );
    this.touched.incidents.add(incidentId);
  }

  // deno-lint-ignore require-await
  async addTicket(incidentId: string, ticket: Ticket): Promise<void> {
    this.#connection().run(
      "INSERT OR REPLACE INTO tickets (incident_id, key, url, assignee) VALUES (?, ?, ?, ?)",
      incidentId,
      ticket.key,
      ticket.url,
      ticket.assignee,
    );
    this.touched.incidents.add(incidentId);
  }

  // deno-lint-ignore require-await
  async claimInbound(id: string): Promise<boolean> {
    const at = this.#deps.now().toISOString();
    return this.#connection().run("INSERT OR IGNORE INTO inbound (id, at) VALUES (?, ?)", id, at) === 1;
  }

  // deno-lint-ignore require-await
  async setting(name: string): Promise<string | undefined> {
    return this.#connection().get("SELECT value FROM settings WHERE name = ?", name)?.value as string | undefined;
  }

  // deno-lint-ignore require-await
  async saveSetting(name: string, value: string, of?: { readonly incident_id: string }): Promise<void> {
    this.#connection().run(
      "INSERT OR REPLACE INTO settings (name, value, incident_id) VALUES (?, ?, ?)",
      name,
      value,
      of?.incident_id ?? null,
    );
  }

  #touchOutbox(incidentId: string | null): void {
    this.touched.outbox = true;
    if (incidentId !== null) this.touched.incidents.add(incidentId);
  }

  #connection(): Connection {
    if (this.#ended) throw new Error("Cannot use a transaction after its body has ended");
    return this.#sql;
  }
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

function optional<T>(row: Row | undefined, read: (row: Row) => T): T | undefined {
  return row === undefined ? undefined : read(row);
}
