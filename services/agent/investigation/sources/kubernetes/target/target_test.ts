import assert from "node:assert/strict";
import { exporterOf, type Target, targetOf } from "./target.ts";
import { PUBLISHED_ALERTS, shown } from "./testing/cases.ts";

for (const { names, labels, object, looks } of PUBLISHED_ALERTS) {
  for (const alertname of names) {
    Deno.test(`targetOf() finds the object of ${alertname}`, () => {
      assert.equal(shown(targetOf({ alertname, severity: "warning", ...labels })), object);
      const meansNode = looks.startsWith("the exporter's node");
      assert.equal(exporterOf(labels)?.address, meansNode ? "10.0.0.5" : undefined);
    });
  }
}

Deno.test("targetOf() finds objects by other exporters' labels, too", () => {
  const cases: [Record<string, string>, string | null][] = [
    [{ namespace: "shop", deployment: "web", pod: "web-1" }, "Deployment shop/web"],
    [{ exported_namespace: "shop", exported_pod: "web-1", namespace: "monitoring", pod: "ksm-1" }, "Pod shop/web-1"],
    [{ namespace: "shop", workload: "db", workload_type: "statefulset" }, "StatefulSet shop/db"],
    [{ namespace: "shop", workload: "web" }, "Workload shop/web"],
    [{ namespace: "shop", workload: "x", workload_type: "rollout" }, "Namespace /shop"],
    [{ namespace: "shop", pod_name: "web-1", container_name: "web" }, "Pod shop/web-1"],
    [{ namespace: "shop", cronjob: "nightly" }, "CronJob shop/nightly"],
    [{ namespace: "shop", app_kubernetes_io_name: "web" }, "Workload shop/web"],
    [{ namespace: "shop", app: "web" }, "Workload shop/web"],
    [{ namespace: "shop", service: "web" }, "Service shop/web"],
    [{ namespace: "shop", ingress: "edge" }, "Ingress shop/edge"],
    [{ namespace: "shop" }, "Namespace /shop"],
    [{ kubernetes_node: "left" }, "Node /left"],
    [{ deployment: "web" }, null],
    [{ service: "checkout", severity: "critical" }, null],
    [{}, null],
  ];
  for (const [labels, expected] of cases) assert.equal(shown(targetOf(labels)), expected, JSON.stringify(labels));
});

Deno.test("targetOf() keeps the container that an alert names", () => {
  const { container } = targetOf({ namespace: "shop", pod: "web-1", container: "proxy" }) as Target;
  assert.equal(container, "proxy");
});

Deno.test("docs/kubernetes.md has a row for each published alert", () => {
  const docs = new URL("../../../../../../docs/kubernetes.md", import.meta.url);
  const text = Deno.readTextFileSync(docs).replaceAll(/\s+/g, " ");
  for (const { names, object, looks } of PUBLISHED_ALERTS) {
    const found = looks.startsWith("the exporter's node") ? "the exporter's node" : object ?? "none";
    const row = `- ${names.join(", ")}: ${found.replace("Component kube-system/", "control plane: ")}; ${looks}.`;
    assert.ok(text.includes(row), row);
  }
});
