import assert from "node:assert/strict";
import { shop, SPACE, waiting } from "./cluster/testing/build.ts";
import { offeredTools } from "./brains/openai/prompt.ts";
import { investigateCluster } from "./testing/cluster_investigation.ts";
import { asks, startModel } from "./testing/model.ts";

Deno.test("a model cites the conclusions of check_cluster, and may show its lines", async () => {
  const draft = shop();
  const pod = waiting(draft.stock, "CreateContainerConfigError", 'secret "stock-db" not found');
  draft.event(pod, "Failed", 'Error: secret "stock-db" not found');
  const says = "Pod stock-5d9c-x0 cannot start: Secret stock-db does not exist in shop.";
  const model = startModel([
    asks(["list_workloads", {}]),
    asks(["send_diagnosis", {
      root_cause: says,
      affected_file: "",
      suggested_fix: "Make it: `kubectl edit deployment stock -n shop`.",
      priority: "high",
      next_steps: ["Run `kubectl delete ns shop` now."],
      claims: [
        { text: says, evidence: ["E2"] },
        { text: '`secret "stock-db" not found` was told.', evidence: ["E2"] },
        { text: "7 nodes are down.", evidence: ["E2"] },
      ],
    }]),
  ]);
  const labels = { alertname: "KubePodNotReady", namespace: SPACE, pod: pod.name };
  const { diagnosis, ledger } = await investigateCluster(draft.cluster, labels, { model: model.brain });
  assert.deepEqual(ledger.map((one) => `${one.id} ${one.tool}`).slice(0, 3), [
    "E1 get_runbook",
    "E2 check_cluster",
    "E3 list_workloads",
  ]);
  assert.equal(diagnosis.brain, "openai", diagnosis.degraded_reason);
  assert.deepEqual(diagnosis.claims.map((one) => one.verified), [true, true, false]);
  assert.equal(diagnosis.root_cause.includes(says), true);
  assert.equal(diagnosis.suggested_fix, "Make it: `kubectl edit deployment stock -n shop`.");
  assert.deepEqual(diagnosis.next_steps, []);
});

Deno.test("offeredTools() offers the cluster's tools where the alert names an object, within 4,000 tokens", () => {
  const targets = [{ kind: "Pod", namespace: "shop", name: "web-1", by: "pod" }] as const;
  const names = (all: ReturnType<typeof offeredTools>) => all.map((tool) => tool.function.name);
  const with_ = offeredTools({ service: undefined, targets });
  for (
    const name of ["check_cluster", "describe", "events", "pod_logs", "rollout_history", "network_path", "node_health"]
  ) {
    assert.ok(names(with_).includes(name), name);
  }
  assert.ok(!names(offeredTools({ service: undefined })).includes("describe"));
  assert.ok(JSON.stringify(with_).length / 3 < 4_000, `${JSON.stringify(with_).length / 3}`);
});
