/** Deliveries as Alertmanager sends them, for tests. */

/** An alert of a delivery with plain values. */
export interface SentAlert {
  readonly status?: "firing" | "resolved";
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly fingerprint?: string;
}

/** One alert in the wire's shape. */
export function sentAlert(alert: SentAlert = {}) {
  const status = alert.status ?? "firing";
  return {
    status,
    labels: {
      alertname: "InventoryHighErrorRate",
      service: "inventory",
      severity: "critical",
      ...alert.labels,
    },
    annotations: { summary: "more than a fifth of requests fail", ...alert.annotations },
    startsAt: alert.startsAt ?? "2026-01-01T11:59:00.123456789Z",
    endsAt: alert.endsAt ?? (status === "firing" ? "0001-01-01T00:00:00Z" : "2026-01-01T12:01:10.123456789Z"),
    generatorURL: "http://127.0.0.1:9090/graph?g0.expr=x",
    fingerprint: alert.fingerprint ?? "81d9aa8e049474cb",
  };
}

/** A delivery of `alerts` in the wire's shape. */
export function sentDelivery(alerts: readonly SentAlert[] = [{}], fields: Record<string, unknown> = {}) {
  const sent = alerts.map(sentAlert);
  return {
    receiver: "agent",
    status: sent.some((alert) => alert.status === "firing") ? "firing" : "resolved",
    alerts: sent,
    groupLabels: { alertname: "InventoryHighErrorRate", service: "inventory" },
    commonLabels: { alertname: "InventoryHighErrorRate", service: "inventory", severity: "critical" },
    commonAnnotations: { summary: "more than a fifth of requests fail" },
    externalURL: "http://vm:9093",
    version: "4",
    groupKey: '{}:{alertname="InventoryHighErrorRate", service="inventory"}',
    truncatedAlerts: 0,
    ...fields,
  };
}
