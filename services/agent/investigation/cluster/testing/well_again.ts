import type { Container } from "../objects.ts";
import { notReady, SPACE } from "./build.ts";
import { well } from "./well_one.ts";

/** Clusters in which something was wrong, or looks so, and is not. */
export const WELL_AGAIN = [
  well("a stateful set that is renewed pod by pod", (draft) => {
    const store = draft.app("store", { replicas: 3, changes: { kind: "StatefulSet" } });
    notReady(store, {
      phase: "Pending",
      ageSeconds: 6,
      containers: [{ name: "store", ready: false, restarts: 0, state: "waiting", reason: "ContainerCreating" }],
    });
  }),
  well("an image that is still pulled", (draft) => {
    const pod = notReady(draft.stock, {
      phase: "Pending",
      ageSeconds: 40,
      containers: [{ name: "stock", ready: false, restarts: 0, state: "waiting", reason: "ContainerCreating" }],
    });
    draft.event(pod, "Pulling", 'Pulling image "registry.example/team/stock:1.4"', { type: "Normal" });
  }),
  well(
    "an image that was pulled at the second try",
    (draft) =>
      draft.event(draft.stock.pod, "Failed", 'Failed to pull image "registry.example/team/stock:1.4": i/o timeout', {
        lastSeconds: 900,
      }),
  ),
  well(
    "a pod that found a node after a while",
    (draft) =>
      draft.event(draft.stock.pod, "FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu.", {
        lastSeconds: 700,
      }),
  ),
  well("an init container that works", (draft) => {
    notReady(draft.stock, {
      phase: "Pending",
      ageSeconds: 20,
      containers: [
        { name: "migrate", init: true, ready: false, restarts: 0, state: "running" },
        { name: "stock", ready: false, restarts: 0, state: "waiting", reason: "PodInitializing" },
      ],
    });
  }),
  well("a service that stands for a name outside", (draft) => {
    const service = draft.service("payments", { app: "payments" }, { port: 443, ready: [] });
    service.type = "ExternalName";
    service.endpointsKnown = false;
  }),
  well("a node that was away and is back", (draft) => {
    draft.event(
      { kind: "Node", namespace: "", name: "left" },
      "NodeNotReady",
      "Node left status is now: NodeNotReady",
      { lastSeconds: 4_000 },
    );
    draft.event(draft.stock.pod, "NodeNotReady", "Node is not ready", { lastSeconds: 4_000 });
  }),
  well("evicted pods that were replaced", (draft) => {
    draft.pod(draft.stock.workload, 6, { phase: "Failed", reason: "Evicted", conditions: [], containers: [] });
  }),
  well("a daemon set on every node", (draft) => {
    draft.app("collector", { replicas: 2, port: 0, changes: { kind: "DaemonSet" } });
  }),
  well("a database that refuses strangers and serves its clients", (draft) => {
    const ledger = draft.app("ledger", { port: 3306 });
    (ledger.workload.template.containers[0] as Container).image = "registry.example/mysql:8";
    draft.log("ledger", "Access denied for user 'root'@'10.9.9.9' (using password: NO)");
  }),
  well("a refusal that a later try did not meet", (draft) =>
    draft.event(
      { kind: "Workload", namespace: SPACE, name: "stock-5d9c" },
      "FailedCreate",
      "Error creating: exceeded quota: team, requested: pods=1, used: pods=9, limited: pods=9",
      { lastSeconds: 300 },
    )),
  well("a route to a service that nobody has or misses", (draft) =>
    void draft.cluster.routes.push({
      source: { kind: "Route", namespace: SPACE, name: "edge" },
      namespace: SPACE,
      id: "promo",
      paths: ["/promo"],
      backend: "promo",
    })),
  well("more traffic, served as fast as before", (draft) =>
    void draft.cluster.signals.push({
      object: { kind: "Workload", namespace: SPACE, name: "web" },
      metric: "requests_per_second",
      normal: 10,
      now: 40,
      quote: "10 -> 40",
    })),
  well("a few segments sent again", (draft) =>
    void draft.cluster.signals.push({
      object: { kind: "Node", namespace: "", name: "left" },
      metric: "retransmits",
      normal: 0.1,
      now: 0.4,
      quote: "0.1 -> 0.4",
    })),
  well("a claim that is bound and used", (draft) =>
    void draft.cluster.claims.push({
      namespace: SPACE,
      name: "stock-data",
      phase: "Bound",
      volume: "disk-1",
      accessModes: ["ReadWriteOnce"],
      selector: [],
      usedBy: [draft.stock.pod.name],
    })),
  well("services could not be read", (draft) => {
    draft.cluster.unread.push("Service");
    draft.cluster.services.length = 0;
    (draft.orders.workload.template.containers[0] as Container).env.push({ name: "STOCK_ADDR", value: "stock:8080" });
  }),
];
