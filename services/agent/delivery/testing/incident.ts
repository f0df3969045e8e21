import { sampleAlert, sampleCall, sampleDiagnosis, sampleIncident } from "../../incidents/conformance/mod.ts";
import { decode, type Diagnosis, type IncidentView, type OutboxEntry, type OutboxRow } from "../../incidents/mod.ts";

/** An incident as the tests of this room need it: diagnosed, with an error rate. */
export function anIncident(overrides: Partial<IncidentView> = {}): IncidentView {
  const at = "2026-01-01T12:00:00.000Z";
  return {
    ...sampleIncident({
      id: "0197c0de-0000-7000-8000-000000000001",
      state: "diagnosed",
      title: "InventoryHighErrorRate: more than a fifth of requests fail",
      opened_at: at,
    }),
    alerts: [sampleAlert({
      starts_at: "2026-01-01T11:59:00.000Z",
      labels: { alertname: "InventoryHighErrorRate", service: "inventory", severity: "critical" },
    })],
    timeline: [{ at, kind: "alert_firing", text: "InventoryHighErrorRate fires", by: "alertmanager" }],
    tool_calls: [{
      ...sampleCall("E2"),
      tool: "compute_error_rate",
      arguments: {},
      started_at: "2026-01-01T12:00:01.000Z",
      ended_at: "2026-01-01T12:00:01.100Z",
      result: { error_percent: 38.17 },
    }],
    diagnosis: aDiagnosis(),
    notifications: [],
    messages: [],
    tickets: [],
    ...overrides,
  };
}

export function aDiagnosis(overrides: Partial<Diagnosis> = {}): Diagnosis {
  return sampleDiagnosis({
    root_cause: "Cannot read properties of null (reading 'price') is thrown in priceOf(). It began at 11:58.",
    affected_file: "services/inventory/items.ts",
    line_number: 42,
    suggested_fix: "Check for null before reading price",
    priority: "high",
    next_steps: ["Guard items.ts:42 against a missing item", "Deploy and watch the error rate"],
    claims: [{ text: "The stack names items.ts:42", evidence: ["E1"], verified: true }],
    at: "2026-01-01T12:00:03.000Z",
    routes: ["/random-endpoint/{trigger}"],
    instances: ["inv1", "inv2"],
    ...overrides,
  });
}

/** A row as channels get it. */
export function aRow(overrides: Partial<OutboxRow> = {}): OutboxEntry {
  const read = decode({
    id: "0197c0de-0000-7000-8000-00000000000a",
    incident_id: "0197c0de-0000-7000-8000-000000000001",
    key: "0197c0de-0000-7000-8000-000000000001/1/diagnosis/whatsapp",
    channel: "whatsapp",
    kind: "diagnosis",
    payload: {},
    state: "sending",
    attempts: 1,
    created_at: "2026-01-01T12:00:03.000Z",
    next_at: "2026-01-01T12:00:03.000Z",
    sent_at: null,
    text: null,
    receipt: null,
    last_error: null,
    ...overrides,
  });
  if (!read.ok) throw new TypeError(read.problem);
  return read.entry;
}

/** The same incident after its alert has ended: it lasted 2 min 10 s. */
export function aResolvedIncident(overrides: Partial<IncidentView> = {}): IncidentView {
  const incident = anIncident();
  const ends_at = "2026-01-01T12:01:10.000Z";
  const alerts = incident.alerts.map((alert) => ({ ...alert, status: "resolved" as const, ends_at }));
  return { ...incident, state: "resolved", resolved_at: "2026-01-01T12:01:15.000Z", alerts, ...overrides };
}
