import assert from "node:assert/strict";
import { readCluster } from "./read_cluster.ts";
import { probeOf } from "./containers.ts";
import { ageSeconds, readTable } from "./tables.ts";
import { alertsOf, callsOf, daemonOf, logsOf, probesOf } from "./telemetry.ts";
import { manifestsOf, routesOf } from "./manifests.ts";
import { play } from "../../services/agent/investigation/testing/frozen_cluster.ts";
import { inWords } from "./words.ts";

const POD = `Name:             till-6c9f-abcde
Namespace:        market
Service Account:  default
Node:             n7/10.0.0.7
Start Time:       Sun, 01 Mar 2026 12:00:00 +0000
Labels:           app=till
                  pod-template-hash=6c9f
Status:           Running
IP:               10.2.0.9
Controlled By:  ReplicaSet/till-6c9f
Init Containers:
  prepare:
    Image:         till-tools:2
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
    Ready:          True
    Restart Count:  0
Containers:
  till:
    Image:          till:3
    Port:           8443/TCP
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Reason:       OOMKilled
      Exit Code:    137
      Started:      Sun, 01 Mar 2026 12:08:00 +0000
      Finished:     Sun, 01 Mar 2026 12:09:00 +0000
    Ready:          False
    Restart Count:  5
    Limits:
      cpu:     250m
      memory:  64Mi
    Liveness:   http-get https://:8443/live delay=3s timeout=2s period=7s #success=1 #failure=4
    Environment Variables from:
      till-db  Secret  Optional: false
    Environment:
      STORE:  store:5432
      TOKEN:  <set to the key 'token' in secret 'till-db'>  Optional: false
    Mounts:
      /data from data (rw)
Conditions:
  Type    Status
  Ready   False 
Volumes:
  data:
    Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:  till-data
Node-Selectors:  disk=fast
Tolerations:     gpu=true:NoSchedule
                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
Events:
  Type     Reason   Age                  From     Message
  ----     ------   ----                 ----     -------
  Warning  BackOff  30s (x9 over 8m10s)  kubelet  Back-off restarting failed container till
`;

const DEPLOYMENT = `Name:                   till
Namespace:              market
CreationTimestamp:      Sun, 01 Mar 2026 12:00:00 +0000
Labels:                 app=till
Selector:               app=till
Replicas:               1 desired | 1 updated | 1 total | 0 available | 1 unavailable
Pod Template:
  Labels:  app=till
  Containers:
   till:
    Image:      till:3
    Port:       8443/TCP
    Limits:
      memory:  64Mi
NewReplicaSet:   till-6c9f (1/1 replicas created)
`;

const key = (tool: string, args: Record<string, unknown>) => `${tool}:${JSON.stringify(args)}`;
const CACHE = {
  collection_timestamp: "2026-03-01T12:10:00+00:00",
  [key("DescribeResource", { resource_type: "pod", name: "till-6c9f-abcde", namespace: "market" })]: POD,
  [key("DescribeResource", { resource_type: "deployments", name: "till", namespace: "market" })]: DEPLOYMENT,
};

Deno.test("readCluster() reads a pod with its containers, states and events from its description", () => {
  const { pods: [pod], events } = readCluster(CACHE, "market");
  assert.equal(pod?.owner?.name, "till");
  assert.equal(pod?.node, "n7");
  assert.deepEqual(pod?.spec.nodeSelector, { disk: "fast" });
  assert.deepEqual(pod?.spec.tolerations[0], { key: "gpu", operator: "Equal", value: "true", effect: "NoSchedule" });
  assert.deepEqual(pod?.spec.mounts[0], { name: "data", kind: "claim", source: "till-data" });
  const own = pod?.containers.find((one) => one.name === "till");
  assert.deepEqual(own?.last, { reason: "OOMKilled", exitCode: 137, ranSeconds: 60, agoSeconds: 60 });
  const container = pod?.spec.containers.find((one) => one.name === "till");
  assert.equal(container?.limits.memoryBytes, 64 * 2 ** 20);
  assert.deepEqual(container?.envFrom, [{ kind: "Secret", name: "till-db", optional: false }]);
  assert.deepEqual(container?.env[1], { name: "TOKEN", fromKind: "Secret", from: "till-db", key: "token" });
  assert.deepEqual([events[0]?.reason, events[0]?.count, events[0]?.lastSeconds], ["BackOff", 9, 30]);
});

Deno.test("inWords() says what the rules conclude in the data set's words", async () => {
  const { causes, verdict, calls } = await play(readCluster(CACHE, "market"), { namespace: "market", query: "why?" });
  assert.deepEqual([verdict, calls], ["cause_found", 1]);
  assert.deepEqual(inWords(causes), {
    fault_taxonomy: "Runtime_Fault",
    fault_object: "app/till",
    root_cause: "oom_killed",
  });
  assert.deepEqual(inWords([]), { fault_taxonomy: null, fault_object: null, root_cause: null });
});

Deno.test("readCluster() reads what it can when keys are missing, unknown, or hold an error", () => {
  const odd = {
    ...CACHE,
    "GetResources-pods-market": "NAME  READY",
    "GetAlerts:{}": "Error from server",
    [key("GetAppYAML", { app_name: "till" })]: "a: [unclosed",
    [key("GetErrorLogs", { service_name: "till" })]: null,
    [key("GetResources", { resource_type: "pods", name: "", namespace: "market" })]: 17,
    [key("DescribeResource", { resource_type: "services", name: "till" })]:
      'Error from server (NotFound): services "till" not found',
  };
  const { pods, services, unread } = readCluster(odd, "market");
  assert.deepEqual([pods.length, services.length], [1, 0]);
  assert.ok(unread.includes("Service"));
  assert.equal(readCluster({}, "market").pods.length, 0);
});

Deno.test("readCluster() takes a pod from a list when it has no description", () => {
  const list =
    "NAME          STATUS             READY  NODE  AGE   RESTARTS\ntill-6c9f-zz  CrashLoopBackOff   0/1    n2    5m2s  7 (20s ago)\n";
  const { pods: [pod] } = readCluster({
    [key("GetResources", { resource_type: "pods", name: "", namespace: "market" })]: list,
    [key("DescribeResource", { resource_type: "deployments", name: "till", namespace: "market" })]: DEPLOYMENT,
  }, "market");
  assert.deepEqual([pod?.owner?.name, pod?.node, pod?.ageSeconds], ["till", "n2", 302]);
  assert.deepEqual(pod?.containers[0]?.last, { agoSeconds: 20 });
});

Deno.test("readTable() goes by the header when columns change places or names change length", () => {
  assert.deepEqual(readTable("AGE   NAME\n3d    a-name-longer-than-its-column   \n"), [{
    AGE: "3d",
    NAME: "a-name-longer-than-its-column",
  }]);
  assert.equal(readTable("NAME   VOLUME   AGE\nx               9s\n")[0]?.AGE, "9s");
  assert.deepEqual(readTable("No resources found"), []);
});

Deno.test("ageSeconds() reads every unit and several together", () => {
  assert.deepEqual(["62s", "2m15s", "4d20h", "1y", "<unknown>"].map(ageSeconds), [
    62,
    135,
    417_600,
    31_536_000,
    undefined,
  ]);
});

Deno.test("probeOf() reads each kind of probe", () => {
  assert.deepEqual(probeOf("http-get https://:8443/live delay=3s timeout=2s period=7s #success=1 #failure=4"), {
    kind: "http",
    port: 8443,
    path: "/live",
    delaySeconds: 3,
    timeoutSeconds: 2,
    periodSeconds: 7,
    failures: 4,
  });
  assert.deepEqual([probeOf("grpc <pod>:9000  delay=0s")?.port, probeOf("tcp-socket :redis delay=0s")?.port], [
    9_000,
    "redis",
  ]);
  assert.equal(probeOf("exec [cat /tmp/up] delay=0s")?.kind, "exec");
  assert.equal(probeOf("<none>"), undefined);
});

Deno.test("callsOf() reads a tree and who stands above it", () => {
  const text =
    "[Service]: till\n[Upstream (Called By)]: door, (User Traffic)\n[Downstream (Calls)]:\ntill\n├── store\n└── bank\n    └── vault  <-- (Database)\n";
  const calls = callsOf(text, "m").map((one) => `${one.from}>${one.to}`);
  assert.deepEqual(calls, ["door>till", "till>store", "till>bank", "bank>vault"]);
});

Deno.test("alertsOf() reads figures with any unit, and requests that failed", () => {
  const { signals, failures } = alertsOf({
    alerts: [
      {
        type: "Service",
        name: "till",
        evidence: ["LATENCY_DEGRADATION [Slow Response] | till-p90latency: Normal=4.5ms -> Current=90.0ms (+1%)"],
      },
      {
        type: "Node",
        name: "n1",
        evidence: ["NETWORK_QUALITY_DEGRADED [TCP Retransmission] | Normal=0.1retrans -> Current=9.5retrans (+1%)"],
      },
      {
        type: "Service",
        name: "bank",
        evidence: [
          "RESOURCE_SATURATION [cpu core] | Normal=0.01 cores -> Current=0.2 cores (+1%)",
          "LATENCY_MISSING [Data Vanished] | gone",
        ],
      },
      { entry_service: "till", url: "/pay", occurrences: 3, raw_error: "HTTPError('503 Server Error')" },
    ],
  }, "m");
  assert.deepEqual(signals.map((one) => [one.object.name, one.metric, one.quantile, one.normal, one.now]), [
    ["till", "latency_ms", 0.9, 4.5, 90],
    ["n1", "retransmits", undefined, 0.1, 9.5],
    ["bank", "cpu_cores", undefined, 0.01, 0.2],
    ["bank", "latency_ms", 0.5, undefined, undefined],
  ]);
  assert.deepEqual([failures[0]?.status, failures[0]?.count], [503, 3]);
});

Deno.test("logsOf() reads patterns, lines by container and plain text", () => {
  assert.deepEqual(logsOf({ patterns: [{ sample: "a\nb" }] }, "m", "till")[0]?.lines, ["a", "b"]);
  assert.deepEqual(
    logsOf({ app: ["x"], previous: ["y"], proxy: ["z"] }, "m", "till").map((
      one,
    ) => [one.previous ?? false, one.container]),
    [
      [false, undefined],
      [true, undefined],
      [false, "proxy"],
    ],
  );
  assert.deepEqual(logsOf({}, "m", "till"), []);
});

Deno.test("probesOf() and daemonOf() read one answer, and one from each node", () => {
  const about = { namespace: "m", service: "till", port: 80 };
  assert.deepEqual(probesOf("Connection Failed", about).map((one) => one.open), [false]);
  const report =
    "=== report ===\nTest deployed on n1: no\nConnection Failed\nTest deployed on n2: open\nConnection Succeeded\n";
  assert.deepEqual(probesOf(report, about).map((one) => [one.fromNode, one.open]), [["n1", false], ["n2", true]]);
  assert.deepEqual(
    daemonOf("Active: inactive (dead) since", "n1", "containerd").map((one) => [one.name, one.running]),
    [["container runtime", false]],
  );
  assert.deepEqual(
    ["active (running)", "activating (auto-restart)", "failed (Result: exit-code)"].map((one) =>
      daemonOf(`Active: ${one} since`, "n1", "kubelet")[0]?.running
    ),
    [true, false, false],
  );
  assert.deepEqual(daemonOf("not found", "n1", "kubelet"), []);
});

Deno.test("manifestsOf() keeps a Secret's keys and nothing that it holds", () => {
  const [secret] = manifestsOf(
    "kind: Secret\nmetadata: {name: s}\nstringData:\n  password: hunter-2\ndata:\n  user: YWRtaW4=\n",
  );
  assert.deepEqual(secret?.keys, ["user", "password"]);
  assert.ok(!JSON.stringify(secret).includes("hunter") && !JSON.stringify(secret).includes("YWRtaW4"));
});

Deno.test("routesOf() reads the table that a gateway keeps in a ConfigMap, and an Ingress", () => {
  const table = "routes:\n  - id: pay\n    uri: lb://${PAY_HOST:till}\n    predicates:\n      - Path=/pay/**\n";
  const [config] = manifestsOf(
    `kind: ConfigMap\nmetadata: {name: c, namespace: m}\ndata:\n  app.yml: |\n${table.replace(/^/gm, "    ")}`,
  );
  assert.deepEqual(routesOf(config ?? {}, "door").map((one) => [one.gateway, one.id, one.paths, one.backend]), [[
    "door",
    "pay",
    ["/pay/**"],
    "till",
  ]]);
  const ingress = {
    kind: "Ingress",
    metadata: { name: "i" },
    spec: { rules: [{ http: { paths: [{ path: "/", backend: { service: { name: "till" } } }] } }] },
  };
  assert.equal(routesOf(ingress, "")[0]?.backend, "till");
});
