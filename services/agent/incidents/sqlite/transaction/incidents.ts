import { randomCode } from "../../ids.ts";
import type { Alert, Delivery, Diagnosis, Incident, Message, Ticket, TimelineEntry } from "../../types.ts";
import { newestDiagnosis } from "../reads.ts";
import { findIncident, INCIDENT_COLUMNS, optional, toAlert, toIncident, toTicket } from "../rows.ts";
import { TransactionBase } from "./base.ts";

// A code is not given again while an incident has it that is younger than this.
const CODE_REST_MS = 30 * 24 * 3_600_000;

/** Incidents with what belongs to them, and deliveries. */
export class IncidentTransaction extends TransactionBase {
  // deno-lint-ignore require-await
  async addDelivery(delivery: Delivery): Promise<void> {
    this.sql.run(
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
      this.sql.get(
        `SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE group_key = ? ORDER BY seq DESC LIMIT 1`,
        groupKey,
      ),
      toIncident,
    );
  }

  // deno-lint-ignore require-await
  async openIncidentWith(fingerprint: string, startsAt: string): Promise<Incident | undefined> {
    return optional(
      this.sql.get(
        `SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE state <> 'resolved' AND id IN
           (SELECT incident_id FROM alerts WHERE fingerprint = ? AND starts_at = ? AND status = 'firing')
         ORDER BY seq DESC LIMIT 1`,
        fingerprint,
        startsAt,
      ),
      toIncident,
    );
  }

  // deno-lint-ignore require-await
  async incidentWith(fingerprint: string): Promise<Incident | undefined> {
    return optional(
      this.sql.get(
        `SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE id IN (SELECT incident_id FROM alerts WHERE fingerprint = ?)
         ORDER BY seq DESC LIMIT 1`,
        fingerprint,
      ),
      toIncident,
    );
  }

  // deno-lint-ignore require-await
  async openIncidentsNamed(alertname: string): Promise<Incident[]> {
    return this.sql.all(
      `SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE state IN ('open', 'investigating', 'diagnosed') AND id IN
         (SELECT incident_id FROM alerts WHERE status = 'firing' AND json_extract(labels, '$.alertname') = ?)
       ORDER BY seq DESC LIMIT 20`,
      alertname,
    ).map(toIncident);
  }

  // deno-lint-ignore require-await
  async openIncidents(): Promise<{ incident: Incident; diagnosis: Diagnosis | null }[]> {
    return this.sql.all(
      `SELECT ${INCIDENT_COLUMNS} FROM incidents WHERE state IN ('open', 'investigating', 'diagnosed')
       ORDER BY seq DESC LIMIT 50`,
    ).map(toIncident).map((incident) => ({ incident, diagnosis: newestDiagnosis(this.sql, incident.id) }));
  }

  async moveAlerts(
    from: string,
    { incident, episode, fingerprints }: { incident: string; episode: number; fingerprints?: readonly string[] },
  ): Promise<void> {
    for (const alert of await this.alerts(from)) {
      if (fingerprints !== undefined && !fingerprints.includes(alert.fingerprint)) continue;
      await this.saveAlert(incident, { ...alert, episode });
      this.sql.run(
        "DELETE FROM alerts WHERE incident_id = ? AND fingerprint = ? AND starts_at = ?",
        from,
        alert.fingerprint,
        alert.starts_at,
      );
    }
    this.touched.incidents.add(from);
  }

  // deno-lint-ignore require-await
  async incident(idOrCode: string): Promise<Incident | undefined> {
    return findIncident(this.sql, idOrCode);
  }

  // deno-lint-ignore require-await
  async saveIncident(incident: Incident): Promise<void> {
    this.sql.run(
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
    this.marked.add(incident.id);
    this.touched.incidents.add(incident.id);
  }

  // deno-lint-ignore require-await
  async freeCode(): Promise<string> {
    const since = new Date(this.deps.now().getTime() - CODE_REST_MS).toISOString();
    for (let tries = 0;; tries++) {
      const code = randomCode(this.deps.random, 4 + Math.min(2, Math.floor(tries / 8)));
      const taken = this.sql.get(
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
    return this.sql.all(
      "SELECT * FROM alerts WHERE incident_id = ? ORDER BY starts_at, fingerprint",
      incidentId,
    ).map(toAlert);
  }

  // deno-lint-ignore require-await
  async alert(incidentId: string, fingerprint: string, startsAt: string): Promise<Alert | undefined> {
    return optional(
      this.sql.get(
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
    const row = this.sql.get(
      "SELECT count(*) AS n FROM alerts WHERE incident_id = ? AND status = 'firing'",
      incidentId,
    );
    return row!.n as number;
  }

  // deno-lint-ignore require-await
  async saveAlert(incidentId: string, alert: Alert): Promise<void> {
    this.sql.run(
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
    if (!this.marked.has(incidentId)) this.unindexed.add(incidentId);
    this.touched.incidents.add(incidentId);
  }

  // deno-lint-ignore require-await
  async addTimeline(incidentId: string, entry: TimelineEntry): Promise<void> {
    this.sql.run(
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
  async addMessage(incidentId: string, message: Message): Promise<void> {
    this.sql.run(
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
    this.sql.run(
      "INSERT OR REPLACE INTO tickets (incident_id, key, url, assignee) VALUES (?, ?, ?, ?)",
      incidentId,
      ticket.key,
      ticket.url,
      ticket.assignee,
    );
    this.touched.incidents.add(incidentId);
  }

  // deno-lint-ignore require-await
  async tickets(incidentId: string): Promise<Ticket[]> {
    return this.sql.all("SELECT * FROM tickets WHERE incident_id = ? ORDER BY rowid", incidentId).map(toTicket);
  }
}
