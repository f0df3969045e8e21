import type { Container, Probe } from "../objects.ts";
import { crashing, notReady, probe, SPACE, waiting } from "./build.ts";
import { fault, type Shop } from "./fault.ts";

function liveness(draft: Shop, changes: Partial<Probe>, message: string): void {
  const container = draft.orders.workload.template.containers[0] as Container;
  container.liveness = probe(changes);
  const pod = crashing(draft.orders, 137);
  draft.event(pod, "Unhealthy", `Liveness probe failed: ${message}`);
  draft.event(pod, "Killing", "Container orders failed liveness probe, will be restarted", { type: "Normal" });
}

function readiness(draft: Shop, changes: Partial<Probe>, message: string): void {
  const container = draft.orders.workload.template.containers[0] as Container;
  container.readiness = probe(changes);
  const pod = notReady(draft.orders, {
    ageSeconds: 600,
    containers: [{ name: "orders", ready: false, restarts: 0, state: "running" }],
  });
  draft.event(pod, "Unhealthy", `Readiness probe failed: ${message}`);
}

function database(draft: Shop) {
  const app = draft.app("ledger", { port: 5432 });
  (app.workload.template.containers[0] as Container).image = "registry.example/postgres:16";
  draft.calls(["orders", "ledger"], ["stock", "ledger"]);
  return app;
}

export const RUNTIME_FAULTS = [
  fault(
    "killed at its memory limit",
    ["out_of_memory", "orders"],
    (draft) => void crashing(draft.orders, 137, "OOMKilled"),
  ),
  fault("memory limit too small to start at all", ["out_of_memory", "orders"], (draft) => {
    const pod = waiting(draft.orders, "ContainerCreating");
    draft.event(
      pod,
      "FailedCreatePodSandBox",
      "Failed to create pod sandbox: container init was OOM-killed (memory limit too low?)",
    );
  }),
  fault(
    "liveness probe on a port that is not open",
    ["liveness_probe_port", "orders"],
    (draft) =>
      liveness(
        draft,
        { port: 9_090 },
        'Get "http://10.1.0.1:9090/healthz": dial tcp 10.1.0.1:9090: connect: connection refused',
      ),
  ),
  fault(
    "liveness probe by http against grpc",
    ["liveness_probe_protocol", "orders"],
    (draft) =>
      liveness(
        draft,
        {},
        'Get "http://10.1.0.1:8080/": net/http: HTTP/1.x transport connection broken: malformed HTTP response',
      ),
  ),
  fault(
    "liveness probe gives up too early",
    ["liveness_probe_timing", "orders"],
    (draft) =>
      liveness(
        draft,
        { delaySeconds: 1, periodSeconds: 1, failures: 1 },
        "dial tcp 10.1.0.1:8080: connect: connection refused",
      ),
  ),
  fault(
    "liveness probe on a path that is not there",
    ["liveness_probe_path", "orders"],
    (draft) => liveness(draft, { path: "/helth" }, "HTTP probe failed with statuscode: 404"),
  ),
  fault(
    "readiness probe on a port that is not open",
    ["readiness_probe_port", "orders"],
    (draft) =>
      readiness(draft, { kind: "grpc", port: 9_091 }, 'timeout: failed to connect service "10.1.0.1:9091" within 1s'),
  ),
  fault(
    "readiness probe by http against tls",
    ["readiness_probe_protocol", "orders"],
    (draft) => readiness(draft, {}, 'Get "http://10.1.0.1:8080/": net/http: malformed HTTP response "\\x15\\x03\\x01"'),
  ),
  fault("liveness probe on a wrong port behind a mesh's sidecar", ["liveness_probe_port", "orders"], (draft) => {
    const table = '{"/app-health/orders/livez":{"grpc":{"port":9090}}}';
    draft.orders.workload.template.containers.push({
      ...draft.orders.workload.template.containers[0] as Container,
      name: "istio-proxy",
      ports: [],
      env: [{ name: "ISTIO_KUBE_APP_PROBERS", value: table }],
    });
    liveness(draft, { port: 15_020, path: "/app-health/orders/livez" }, "HTTP probe failed with statuscode: 500");
  }),
  fault("readiness probe by http where another asks by grpc", ["readiness_probe_protocol", "orders"], (draft) => {
    (draft.orders.workload.template.containers[0] as Container).liveness = probe({ kind: "grpc" });
    readiness(
      draft,
      {},
      'Get "http://10.1.0.1:8080/": read tcp 10.1.0.9:4->10.1.0.1:8080: read: connection reset by peer',
    );
  }),
  fault("sidecar has the app's port", ["port_conflict", "orders"], (draft) => {
    draft.orders.workload.template.annotations = { "proxy.example/config": '{"statusPort": 8080}' };
    (draft.orders.workload.template.containers[0] as Container).readiness = probe({
      port: 15_020,
      path: "/app-health/orders/readyz",
    });
    const pod = crashing(draft.orders, 1);
    Object.assign(pod.containers[0] ?? {}, { state: "running", reason: undefined });
    draft.event(pod, "Unhealthy", "Readiness probe failed: dial tcp 10.1.0.1:15020: connect: connection refused");
    draft.log("orders", "Error: listen tcp :8080: bind: address already in use");
  }),
  fault("wrong password of the database", ["database_credentials", "orders"], (draft) => {
    database(draft);
    crashing(draft.orders, 1);
    draft.log("orders", 'pq: password authentication failed for user "orders"');
  }),
  fault("wrong port of the database", ["database_address", "orders"], (draft) => {
    database(draft);
    crashing(draft.orders, 1);
    draft.log(
      "orders",
      "SQLException: could not open JDBC connection",
      "Caused by: java.net.ConnectException: Connection refused",
    );
  }),
  fault("database without connections left", ["database_connections", "ledger"], (draft) => {
    database(draft);
    for (const app of [draft.orders, draft.stock]) {
      crashing(app, 1);
      draft.log(app.workload.name, "FATAL: sorry, too many clients already");
    }
  }),
  fault("database takes no writes", ["database_read_only", "ledger"], (draft) => {
    database(draft);
    draft.log("orders", "ERROR: cannot execute INSERT in a read-only transaction");
    draft.cluster.failures.push({
      namespace: SPACE,
      service: "orders",
      path: "/orders",
      status: 500,
      count: 12,
      quote: "500 x12",
    });
  }),
  fault("scaled to zero and still called", ["zero_replicas", "stock"], (draft) => {
    draft.cluster.pods.splice(draft.cluster.pods.indexOf(draft.stock.pod), 1);
    Object.assign(draft.stock.workload, { replicas: 0, ready: 0 });
    draft.stock.service.ready = [];
    draft.cluster.failures.push({
      namespace: SPACE,
      service: "web",
      path: "/buy",
      status: 500,
      count: 9,
      quote: "500 x9",
    });
  }),
  fault("ends with an error of its own", ["crash_loop", "stock"], (draft) => {
    crashing(draft.stock, 1);
    draft.log("stock", "panic: setting MODE is missing");
  }),
  fault("evicted and not replaced", ["evicted", "stock"], (draft) => {
    Object.assign(draft.stock.workload, { ready: 0 });
    draft.stock.service.ready = [];
    Object.assign(draft.stock.pod, {
      phase: "Failed",
      reason: "Evicted",
      message: "The node was low on resource: ephemeral-storage.",
      conditions: [],
      containers: [],
    });
  }),
];
