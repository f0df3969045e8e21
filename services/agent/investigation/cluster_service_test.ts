import assert from "node:assert/strict";
import { parseCatalogue } from "./catalogue/mod.ts";
import type { Container } from "./cluster/mod.ts";
import { shop, SPACE, waiting } from "./cluster/testing/build.ts";
import { investigateCluster } from "./testing/cluster_investigation.ts";

const catalogue = parseCatalogue(`
services:
  - name: front
    match: [{ service: front }]
    kubernetes: { namespace: ${SPACE}, name: web }
`);
const ALERT = { alertname: "HighErrorRate", service: "front" };

function calling() {
  const draft = shop();
  (draft.web.workload.template.containers[0] as Container).env.push({ name: "ORDERS", value: "http://orders:8080" });
  (draft.orders.workload.template.containers[0] as Container).env.push({ name: "STOCK", value: "stock:8080" });
  draft.cluster.calls.length = 0;
  return draft;
}

Deno.test("rules brain looks at the objects of a service that runs in the cluster, and at those that it calls", async () => {
  const draft = calling();
  const pod = waiting(draft.stock, "CreateContainerConfigError", 'secret "stock-db" not found');
  draft.event(pod, "Failed", 'Error: secret "stock-db" not found');
  const { diagnosis } = await investigateCluster(draft.cluster, ALERT, { catalogue });
  assert.equal(diagnosis.category, "kubernetes_missing_secret");
  assert.match(diagnosis.root_cause, /Secret stock-db does not exist/);
});

Deno.test("rules brain blames a workload at zero where one that calls it is alerted about errors", async () => {
  const draft = calling();
  draft.cluster.pods.splice(draft.cluster.pods.indexOf(draft.stock.pod), 1);
  Object.assign(draft.stock.workload, { replicas: 0, ready: 0 });
  draft.stock.service.ready = [];
  const { diagnosis } = await investigateCluster(draft.cluster, ALERT, { catalogue });
  assert.equal(diagnosis.category, "kubernetes_zero_replicas", diagnosis.root_cause);
  const calm = { alertname: "KubePodCrashLooping", namespace: SPACE, pod: draft.web.pod.name };
  const other = await investigateCluster(draft.cluster, calm, { catalogue });
  assert.notEqual(other.diagnosis.verdict, "cause_found", other.diagnosis.root_cause);
});

Deno.test("rules brain blames a policy that lets nothing through where the caller's log names the service", async () => {
  const draft = calling();
  draft.log("web", "ERROR GET http://orders:8080/v1 failed: context deadline exceeded");
  draft.cluster.policies.push({
    namespace: SPACE,
    name: "closed",
    podSelector: { app: "orders" },
    ingress: true,
    egress: false,
    deniesAllIngress: true,
    deniesAllEgress: false,
  });
  const { diagnosis } = await investigateCluster(draft.cluster, ALERT, { catalogue });
  assert.equal(diagnosis.category, "kubernetes_network_policy", diagnosis.root_cause);
});

Deno.test("rules brain names nothing of the cluster that the service does not depend on", async () => {
  const draft = calling();
  const pod = waiting(draft.app("batch"), "CreateContainerConfigError", 'secret "batch" not found');
  draft.event(pod, "Failed", 'Error: secret "batch" not found');
  const { diagnosis } = await investigateCluster(draft.cluster, ALERT, { catalogue });
  assert.equal(diagnosis.verdict, "not_enough_evidence", diagnosis.root_cause);
});
