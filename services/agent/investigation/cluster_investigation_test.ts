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
  if (cluster.nodes.some((one) => one.name === object)) return { alertname: "KubeletTooManyPods", node: object };
  if (cluster.volumes.some((one) => one.name === object)) {
    return { alertname: "KubePersistentVolumeErrors", persistentvolume: object };
  }
  if (cluster.workloads.some((one) => one.name === object && one.kind === "Job")) {
    return { alertname: "KubeJobFailed", namespace: SPACE, job_name: object };
  }
  if (object === SPACE && cluster.alerts.length === 0) return { alertname: "KubeQuotaExceeded", namespace: SPACE };
  const labels = alertOf(cluster);
  return labels ?? { alertname: "KubeDeploymentReplicasMismatch", namespace: SPACE, deployment: object };
}

/** Labels of the alert that a fixture holds. */
function alertOf({ alerts: [alert], claims, autoscalers }: Cluster): Record<string, string> | undefined {
  const [object] = alert?.objects ?? [];
  if (alert === undefined || object === undefined) return undefined;
  const base = { alertname: alert.name, namespace: SPACE };
  switch (object.kind) {
    case "Pod":
      return { ...base, pod: object.name };
    case "ResourceQuota":
      return { ...base, resourcequota: object.name };
    case "PersistentVolumeClaim":
      return { ...base, persistentvolumeclaim: claims[0]!.name };
    default:
      return autoscalers.length > 0
        ? { ...base, horizontalpodautoscaler: autoscalers[0]!.name }
        : { ...base, deployment: object.name };
  }
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
