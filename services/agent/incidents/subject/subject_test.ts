import assert from "node:assert/strict";
import { isMeasurer, leadAlert, nameOf, objectOf, serviceOfLabels, severityOf, summaryOf } from "./mod.ts";

const KSM = {
  job: "kube-state-metrics",
  service: "monitoring-kube-state-metrics",
  instance: "10.42.9.1:8080",
  endpoint: "http",
};

Deno.test("serviceOfLabels() and objectOf() name what is measured, not what measures it", () => {
  const cases: [labels: Record<string, string>, service: string, object: string | undefined][] = [
    [
      { ...KSM, namespace: "pay", pod: "ledger-7c9f8b6d5-x2v4z", container: "ledger" },
      "pay/ledger",
      "pay/ledger-7c9f8b6d5-x2v4z",
    ],
    [{ ...KSM, namespace: "pay", deployment: "ledger" }, "pay/ledger", "pay/ledger"],
    [{ ...KSM, namespace: "pay", statefulset: "db" }, "pay/db", "pay/db"],
    [{ ...KSM, namespace: "pay", daemonset: "agent" }, "pay/agent", "pay/agent"],
    [{ ...KSM, namespace: "pay", job_name: "nightly-28450" }, "pay/nightly-28450", "pay/nightly-28450"],
    [{ ...KSM, namespace: "pay", horizontalpodautoscaler: "ledger" }, "pay/ledger", "pay/ledger"],
    [{ ...KSM, namespace: "pay", pod: "db-0" }, "pay/db", "pay/db-0"],
    [
      {
        ...KSM,
        exported_namespace: "pay",
        exported_pod: "web-66d4bdf9c-xk2vd",
        namespace: "monitoring",
        pod: "kube-state-metrics-5f-x2v4z",
      },
      "pay/web",
      "pay/web-66d4bdf9c-xk2vd",
    ],
    [{ ...KSM, node: "worker-3" }, "worker-3", "worker-3"],
    [{ job: "node-exporter", instance: "worker-3:9100", nodename: "worker-3" }, "worker-3", "worker-3"],
    [{ job: "node_exporter", instance: "10.0.0.3:9100" }, "10.0.0.3:9100", "10.0.0.3:9100"],
    [
      { job: "blackbox", instance: "blackbox:9115", target: "https://shop.example" },
      "https://shop.example",
      "https://shop.example",
    ],
    [{ job: "blackbox-exporter", instance: "https://shop.example" }, "https://shop.example", "https://shop.example"],
    [
      { job: "cadvisor", namespace: "pay", pod: "ledger-7c9f8b6d5-x2v4z", container: "ledger" },
      "pay/ledger",
      "pay/ledger-7c9f8b6d5-x2v4z",
    ],
    [
      { job: "kubelet", service: "kubelet", namespace: "pay", persistentvolumeclaim: "data-db-0" },
      "pay/data-db-0",
      "pay/data-db-0",
    ],
    [{ job: "mysqld-exporter", service: "orders-mysql", instance: "db-1:3306" }, "orders-mysql", "db-1:3306"],
    [{ job: "postgres_exporter", service: "postgres-exporter", instance: "db-1:5432" }, "db-1:5432", "db-1:5432"],
    [
      { job: "redis-exporter", instance: "redis-exporter:9121", exported_instance: "cache-1:6379" },
      "cache-1:6379",
      "cache-1:6379",
    ],
    [{ job: "snmp", instance: "switch-4", sysName: "switch-4" }, "switch-4", "switch-4"],
    [
      { job: "pushgateway", exported_job: "nightly-import", instance: "pushgateway:9091" },
      "nightly-import",
      "pushgateway:9091",
    ],
    [{ service: "shop", job: "web", instance: "10.0.0.1:80", namespace: "prod" }, "shop", undefined],
    [{ exported_service: "cart", service: "prometheus-exporter", job: "apps" }, "cart", undefined],
    [{ app: "cart", namespace: "prod" }, "cart", undefined],
    [{ job: "api", instance: "10.0.0.1:80" }, "api", undefined],
    [{ namespace: "prod" }, "prod", undefined],
    [{}, "", undefined],
  ];
  for (const [labels, service, object] of cases) {
    assert.deepEqual([serviceOfLabels(labels), objectOf(labels)], [service, object], JSON.stringify(labels));
  }
});

Deno.test("isMeasurer() knows exporters by what they are called, and nothing else", () => {
  for (
    const name of ["kube-prometheus-stack-kube-state-metrics", "prod-node-exporter-2", "MySQLd_exporter", "pushgateway"]
  ) {
    assert(isMeasurer(name), name);
  }
  for (const name of ["shop", "exports", "kubernetes-api", "node", "problem-report", "metrics", "snmpd-config-ui"]) {
    assert(!isMeasurer(name), name);
  }
});

Deno.test("summaryOf() takes the plainest text there is, and labels where there is none", () => {
  const of = (annotations: Record<string, string>, labels: Record<string, string> = {}) =>
    summaryOf({ labels, annotations });
  assert.equal(of({ description: "d", summary: "s" }), "s");
  assert.equal(of({ summary: "<no value>", description: "d" }), "d");
  assert.equal(of({ message: "m" }), "m");
  assert.equal(of({ Summary: "S" }), "S");
  assert.equal(of({ runbook_url: "https://x", what: "it burns" }), "what: it burns");
  assert.equal(of({}, { alertname: "A", severity: "critical", zone: "b", instance: "i" }), "zone=b, instance=i");
});

Deno.test("severityOf() looks for other labels than severity, and for annotations", () => {
  const of = (labels: Record<string, string>, annotations: Record<string, string> = {}) =>
    severityOf({ labels, annotations });
  assert.equal(of({ priority: "P2" }), "high");
  assert.equal(of({ urgency: "high" }), "high");
  assert.equal(of({ Severity: "Disaster" }), "critical");
  assert.equal(of({ severity: "team-blue", priority: "P1" }), "critical");
  assert.equal(of({}, { severity: "warn" }), "warning");
  assert.equal(of({ severity: "team-blue" }), "team-blue");
  assert.equal(of({}), "");
});

Deno.test("leadAlert() is the most severe that fires", () => {
  const alert = (severity: string, status: "firing" | "resolved" = "firing") => ({
    status,
    labels: { severity },
    annotations: {},
  });
  assert.equal(leadAlert([alert("warning"), alert("P1"), alert("critical")])!.labels.severity, "P1");
  assert.equal(leadAlert([alert("warning"), alert("critical", "resolved")])!.labels.severity, "warning");
  assert.equal(leadAlert([]), undefined);
});

Deno.test("nameOf() names the rule that has no data", () => {
  assert.equal(nameOf({ alertname: "DatasourceNoData", rulename: "Stock" }), "Stock (DatasourceNoData: no data)");
  assert.equal(nameOf({ alertname: "DatasourceNoData" }), "DatasourceNoData");
  assert.equal(nameOf({ alertname: "A" }), "A");
});
