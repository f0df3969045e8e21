import type { Alert, Diagnosis, Incident, ToolCall } from "../types.ts";

/** An incident with plain values. */
export function sampleIncident(fields: Partial<Incident> = {}): Incident {
  return {
    id: crypto.randomUUID(),
    code: "K7QF",
    state: "open",
    service: "inventory",
    severity: "critical",
    title: "InventoryHighErrorRate on inventory",
    group_key: '{}:{alertname="InventoryHighErrorRate"}',
    opened_at: "2026-01-01T00:00:00.000Z",
    resolved_at: null,
    truncated_alerts: 0,
    episode: 1,
    acknowledged_at: null,
    acknowledged_by: null,
    ...fields,
  };
}

/** An alert with plain values. */
export function sampleAlert(fields: Partial<Alert> = {}): Alert {
  return {
    fingerprint: "0123456789abcdef",
    status: "firing",
    starts_at: "2026-01-01T00:00:00.000Z",
    ends_at: null,
    labels: { alertname: "InventoryHighErrorRate", service: "inventory" },
    annotations: { summary: "more than a fifth of requests fail" },
    generator_url: "",
    episode: 1,
    ...fields,
  };
}

/** A diagnosis with plain values. */
export function sampleDiagnosis(fields: Partial<Diagnosis> = {}): Diagnosis {
  return {
    verdict: "cause_found",
    root_cause: "TypeError in the supplier's price",
    affected_file: "services/inventory/supplier.ts",
    line_number: 12,
    suggested_fix: "check for null",
    priority: "critical",
    next_steps: ["roll back"],
    confidence: 0.9,
    brain: "rules",
    degraded: false,
    missing: [],
    claims: [{ text: "it fails", evidence: ["E1"], verified: true }],
    episode: 1,
    at: "2026-01-01T00:01:00.000Z",
    ...fields,
  };
}

/** A tool call with plain values. */
export function sampleCall(id: string): ToolCall {
  return {
    id,
    episode: 1,
    step: 1,
    tool: "fetch_logs",
    arguments: { seconds: 300 },
    started_at: "2026-01-01T00:00:01.000Z",
    ended_at: "2026-01-01T00:00:02.000Z",
    ok: true,
    result: { entries: [{ message: 'hostile "quotes" \u2028 <b>' }] },
    hash: "00",
  };
}

/** An outbox row as it is enqueued, with plain values. */
export function outboxRow(key: string, nextAt: Date, fields: { channel?: string; incident_id?: string | null } = {}) {
  return {
    incident_id: null,
    channel: "log",
    kind: "diagnosis",
    payload: { n: 1 },
    next_at: nextAt.toISOString(),
    key,
    ...fields,
  };
}

/** A piece of work as it is enqueued. */
export function work(incidentId: string, rank: number, at: string) {
  return { kind: "investigation" as const, incident_id: incidentId, episode: 1, rank, created_at: at };
}
