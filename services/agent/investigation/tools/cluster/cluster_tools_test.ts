import assert from "node:assert/strict";
import type { Container } from "../../cluster/mod.ts";
import { shop, SPACE, waiting } from "../../cluster/testing/build.ts";
import { Evidence } from "../../check/mod.ts";
import { FakeCluster } from "../../sources/kubernetes/testing/fake_cluster.ts";
import { toApi } from "../../sources/kubernetes/testing/to_api.ts";
import { toolRun } from "../../testing/cluster_tool.ts";

function world() {
  const draft = shop();
  const container = draft.web.workload.template.containers[0] as Container;
  container.env.push({ name: "ORDERS", value: "orders:8080" }, { name: "DB_PASSWORD", value: "hunter2hunter2" });
  const pod = waiting(draft.stock, "ImagePullBackOff", "Back-off");
  draft.event(pod, "Failed", 'Failed to pull image "registry.example/team/stock:1.4": not found');
  draft.log("orders", "ready", "ERROR no stock", "token=abcdef0123456789abcdef");
  draft.cluster.policies.push({
    namespace: SPACE,
    name: "closed",
    podSelector: { app: "orders" },
    ingress: true,
    egress: false,
    deniesAllIngress: true,
    deniesAllEgress: false,
  });
  draft.cluster.configMaps.push({ namespace: SPACE, name: "settings", keys: ["a.yaml"] });
  const { objects, logs } = toApi(draft.cluster);
  const template = (image: string) => ({ metadata: {}, spec: { containers: [{ name: "web", image }] } });
  const set = (revision: number, image: string) => ({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      namespace: SPACE,
      name: `web-r${revision}`,
      creationTimestamp: `2026-03-01T1${revision}:00:00Z`,
      annotations: { "deployment.kubernetes.io/revision": `${revision}` },
      ownerReferences: [{ kind: "Deployment", name: "web", controller: true }],
    },
    spec: { replicas: revision === 2 ? 2 : 0, template: template(image) },
  });
  const metrics = ["web-5d9c-x0", "web-5d9c-x1"].map((name) => ({
    apiVersion: "metrics.k8s.io/v1beta1",
    kind: "PodMetrics",
    metadata: { namespace: SPACE, name },
    containers: [{ name: "web", usage: { cpu: "250m", memory: "64Mi" } }],
  }));
  return new FakeCluster([...objects, set(1, "web:1.3"), set(2, "web:1.4"), ...metrics], { logs });
}

const ALERT = { alertname: "KubePodNotReady", namespace: SPACE, deployment: "web" };

const CASES: readonly [tool: string, args: Record<string, unknown>, expected: readonly RegExp[]][] = [
  ["list_workloads", {}, [
    /"workload":"deployment\/stock","ready":0,"replicas":1/,
    /stock-5d9c-x0 is Pending/,
    /"cpu_cores":0.5,"memory_mb":128/,
  ]],
  ["describe", { kind: "Deployment", name: "web" }, [/deployment\/web/, /name: DB_PASSWORD\\n\s+hidden: true/]],
  ["describe", { kind: "pod", name: "stock-5d9c-x0" }, [/Failed to pull image/, /ImagePullBackOff/]],
  ["describe", { kind: "configmap", name: "settings" }, [/a\.yaml \(not shown\)/]],
  ["describe", { kind: "node", name: "left" }, [/kubernetes\.io\/hostname: left/]],
  ["events", {}, [/"reason":"Failed","object":"pod\/stock-5d9c-x0"/]],
  ["events", { object: "web" }, [/"count":0/]],
  ["pod_logs", { pod: "orders-5d9c-x0", lines: 2 }, [/"lines":\["ERROR no stock"/]],
  ["rollout_history", { workload: "web" }, [/"revision":2/, /spec\.containers\[0\]\.image: web:1\.3 -> web:1\.4/]],
  ["network_path", { to: "orders" }, [
    /web names orders in its environment/,
    /NetworkPolicy closed lets nothing in/,
    /1 ready and 0 unready/,
  ]],
  ["node_health", {}, [/"node":"left","ready":"True"/]],
  ["node_health", { node: "left" }, [/"pods":[1-9]/, /"requested_cores":0\./]],
];

for (const [tool, args, expected] of CASES) {
  Deno.test(`${tool} reads ${JSON.stringify(args)}, and quotes of it are evidence`, async () => {
    const fake = world();
    const entry = await toolRun(fake, { tool, arguments: args, labels: ALERT });
    const text = JSON.stringify(entry.result);
    for (const pattern of expected) assert.match(text, pattern);
    assert.ok(!/hunter2|abcdef0123456789/.test(text), text);
    assert.ok(text.length < 20_000);
    const evidence = new Evidence([entry]);
    assert.ok(evidence.has(entry.id));
    assert.deepEqual(fake.requests.filter(({ method, path }) => method !== "GET" || /secret/i.test(path)), []);
  });
}

Deno.test("the cluster's tools say what they cannot read, and take no other kind of name", async () => {
  const refused: [string, Record<string, unknown>, RegExp][] = [
    ["describe", { kind: "secret", name: "db" }, /Secrets are never read/],
    ["describe", { kind: "gizmo", name: "db" }, /kind is one of Pod, Service/],
    ["describe", { kind: "pod", name: "gone" }, /no such object \(404\)/],
    ["pod_logs", { pod: "gone" }, /there is no pod gone in shop/],
    ["network_path", { to: "gone" }, /there is no service gone in shop/],
    ["node_health", { node: "gone" }, /there is no node gone/],
    ["rollout_history", { workload: "gone" }, /there are no revisions of gone/],
  ];
  for (const [tool, args, expected] of refused) {
    const entry = await toolRun(world(), { tool, arguments: args, labels: ALERT });
    assert.equal(entry.ok, false);
    assert.match((entry.result as { message: string }).message, expected);
  }
  for (const name of ["../secrets", "a/b", "", "x?y", "a b"]) {
    await assert.rejects(
      toolRun(world(), { tool: "pod_logs", arguments: { pod: name }, labels: ALERT }),
      /invalid arguments/,
    );
  }
});

Deno.test("the cluster's tools name the connection that is missing where there is none", async () => {
  const entry = await toolRun(undefined, { tool: "list_workloads", arguments: {}, labels: ALERT });
  assert.match((entry.result as { message: string }).message, /has no connection of kind kubernetes/);
});
