import assert from "node:assert/strict";
import { checkDraft } from "./check/mod.ts";
import type { Cluster } from "./cluster/mod.ts";
import { SPACE } from "./cluster/testing/build.ts";
import { FAULTS } from "./cluster/testing/faults.ts";
import { WELL } from "./cluster/testing/well.ts";
import { investigateCluster } from "./testing/cluster_investigation.ts";

/** Labels of an alert about the object at fault. */
function labelsOf({ cluster, object, cause }: { cluster: Cluster; object: string; cause: string }) {
  const waiting = cluster.pods.find((one) => one.node === undefined);
  if (cause === "scheduler" && waiting) return { alertname: "KubePodNotReady", namespace: SPACE, pod: waiting.name };
  if (cluster.nodes.some((one) => one.name === object)) return { alertname: "KubeNodeNotReady", node: object };
  if (object === SPACE) return { alertname: "KubeQuotaExceeded", namespace: SPACE };
  return { alertname: "KubeDeploymentReplicasMismatch", namespace: SPACE, deployment: object };
}

/** Faults that show in what an API server tells; the others need calls, figures or failed requests from elsewhere. */
const STATED = FAULTS.filter(({ cluster }) =>
  cluster.signals.length + cluster.failures.length + cluster.probes.length + cluster.declared.length === 0 &&
  cluster.daemons.length === 0
);

for (const fault of STATED) {
  Deno.test(`rules brain names the cluster's fault when there is: ${fault.name}`, async () => {
    const { diagnosis, ledger, fake } = await investigateCluster(fault.cluster, labelsOf(fault));
    assert.equal(diagnosis.category, `kubernetes_${fault.cause}`, diagnosis.root_cause);
    assert.equal(diagnosis.verdict, "cause_found");
    assert.deepEqual(checkDraft(diagnosis, ledger).problems, []);
    assert.deepEqual(diagnosis.claims.filter((one) => !one.verified), []);
    assert.match(diagnosis.suggested_fix, /`[a-z]+ /);
    assert.deepEqual(fake.requests.filter(({ method, path }) => method !== "GET" || path.includes("secrets")), []);
  });
}

for (const { name, cluster } of WELL) {
  Deno.test(`rules brain blames nothing in the cluster when there is: ${name}`, async () => {
    const labels = { alertname: "KubeDeploymentReplicasMismatch", namespace: SPACE, deployment: "orders" };
    const { diagnosis, ledger } = await investigateCluster(cluster, labels);
    assert.notEqual(diagnosis.verdict, "cause_found", diagnosis.root_cause);
    assert.deepEqual(checkDraft(diagnosis, ledger).problems, []);
  });
}
