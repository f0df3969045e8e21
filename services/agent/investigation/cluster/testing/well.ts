import type { Container } from "../objects.ts";
import { notReady, probe, SPACE } from "./build.ts";
import { WELL_UNTIL_ALERTED } from "./well_alerted.ts";
import { WELL_AGAIN } from "./well_again.ts";
import { type Well, well } from "./well_one.ts";

const starting = (name: string) => [{ name, ready: false, restarts: 0, state: "running" as const }];

/** Clusters that are well, or on their way to be. */
export const WELL: readonly Well[] = [
  ...WELL_AGAIN,
  ...WELL_UNTIL_ALERTED,
  well("nothing going on"),
  well("a rollout under way", (draft) => {
    draft.orders.workload.replicas = 2;
    draft.pod(draft.orders.workload, 7, {
      ageSeconds: 8,
      conditions: [{ type: "Ready", status: "False" }],
      containers: starting("orders"),
    });
  }),
  well("a pod whose probe fails while it starts", (draft) => {
    (draft.orders.workload.template.containers[0] as Container).readiness = probe({});
    const pod = notReady(draft.orders, { ageSeconds: 9, containers: starting("orders") });
    draft.event(pod, "Unhealthy", "Readiness probe failed: dial tcp 10.1.0.1:8080: connect: connection refused");
  }),
  well("a pod that was not ready once and is now", (draft) => {
    (draft.orders.workload.template.containers[0] as Container).liveness = probe({});
    draft.event(draft.orders.pod, "Unhealthy", "Liveness probe failed: context deadline exceeded", {
      lastSeconds: 3_000,
    });
  }),
  well("a service account that came a moment late", (draft) => {
    draft.cluster.serviceAccounts.push({ namespace: SPACE, name: "orders" });
    draft.event(
      { kind: "Workload", namespace: SPACE, name: "orders-5d9c" },
      "FailedCreate",
      'serviceaccount "orders" not found',
    );
  }),
  well("a worker cordoned on purpose, its pods elsewhere", (draft) => {
    Object.assign(draft.cluster.nodes[2] ?? {}, {
      unschedulable: true,
      taints: [{ key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule" }],
    });
    for (const pod of draft.cluster.pods) pod.node = "left";
  }),
  well("a node drained, its pods on their way out", (draft) => {
    Object.assign(draft.cluster.nodes[2] ?? {}, { unschedulable: true });
    draft.pod(draft.stock.workload, 8, { deleting: true, conditions: [{ type: "Ready", status: "False" }] });
  }),
  well("a job that is done", (draft) => {
    const job = draft.app("report", { port: 0, changes: { kind: "Job", complete: true, ready: 0 } });
    Object.assign(job.pod, {
      phase: "Succeeded",
      conditions: [{ type: "Ready", status: "False", reason: "PodCompleted" }],
      containers: [{
        name: "report",
        ready: false,
        restarts: 0,
        state: "terminated",
        reason: "Completed",
        exitCode: 0,
      }],
    });
  }),
  well("a job that runs", (draft) => {
    draft.app("report", { port: 0, changes: { kind: "Job", ready: 0 } });
  }),
  well("a cron job that is suspended", (draft) => {
    draft.app("nightly", { replicas: 0, port: 0, changes: { kind: "CronJob", suspended: true } });
  }),
  well("an autoscaler adds pods", (draft) => {
    draft.web.workload.replicas = 5;
    for (const index of [5, 6, 7]) {
      draft.pod(draft.web.workload, index, {
        ageSeconds: 4,
        phase: "Pending",
        conditions: [],
        containers: [{ name: "web", ready: false, restarts: 0, state: "waiting", reason: "ContainerCreating" }],
      });
    }
  }),
  well("an autoscaler takes pods away", (draft) => {
    draft.pod(draft.web.workload, 9, { deleting: true, conditions: [{ type: "Ready", status: "False" }] });
  }),
  well("at zero by an event-driven autoscaler", (draft) => {
    const idle = draft.app("resize", { replicas: 0, changes: { scaledToZeroBy: "ScaledObject/resize" } });
    idle.service.ready = [];
  }),
  well("at zero and called by nobody", (draft) => {
    draft.app("old-api", { replicas: 0 });
  }),
  well("a new pod waits its first seconds for a node", (draft) => {
    const pod = notReady(draft.stock, { phase: "Pending", ageSeconds: 3, containers: [] });
    delete pod.node;
  }),
  well(
    "a quota that is full and stops nobody",
    (draft) =>
      void draft.cluster.quotas.push({
        namespace: SPACE,
        name: "team",
        kind: "ResourceQuota",
        hard: { pods: "4", services: "3" },
        used: { pods: "4", services: "3" },
      }),
  ),
  well("one kill for memory long ago", (draft) => {
    draft.orders.pod.containers = [{
      name: "orders",
      ready: true,
      restarts: 1,
      state: "running",
      last: { reason: "OOMKilled", exitCode: 137, agoSeconds: 90_000 },
    }];
  }),
  well("restarts after the nodes were rebooted", (draft) => {
    for (const pod of draft.cluster.pods) {
      pod.containers = pod.containers.map((one) => ({
        ...one,
        restarts: 3,
        last: { reason: "Unknown", exitCode: 255, agoSeconds: 7_000 },
      }));
    }
  }),
  well(
    "a taint that keeps a node for others",
    (draft) => void draft.cluster.nodes[2]?.taints.push({ key: "gpu", value: "true", effect: "NoSchedule" }),
  ),
  well("a policy that the network does not enforce", (draft) => {
    for (const node of draft.cluster.nodes) node.annotations = { "flannel.alpha.coreos.com/backend-type": "vxlan" };
    draft.cluster.policies.push({
      namespace: SPACE,
      name: "closed",
      podSelector: { app: "stock" },
      ingress: true,
      egress: false,
      deniesAllIngress: true,
      deniesAllEgress: false,
    });
  }),
  well(
    "an address of a service that is not used",
    (draft) =>
      void (draft.web.workload.template.containers[0] as Container).env.push({ name: "CHAT_ADDR", value: "chat:80" }),
  ),
  well("a service without a selector", (draft) => {
    draft.service("outside", {}, { port: 443, ready: [] });
  }),
  well("a claim that waits for its first pod", (draft) => {
    draft.cluster.storageClasses.push({ name: "lazy", provisioner: "disk.example", isDefault: true });
    draft.cluster.claims.push({
      namespace: SPACE,
      name: "spare",
      phase: "Pending",
      storageClass: "lazy",
      accessModes: ["ReadWriteOnce"],
      selector: [],
      usedBy: [],
    });
    draft.event(
      { kind: "PersistentVolumeClaim", namespace: SPACE, name: "spare" },
      "WaitForFirstConsumer",
      "waiting for first consumer to be created before binding",
      { type: "Normal" },
    );
  }),
  well(
    "a little slower than normal",
    (draft) =>
      void draft.cluster.signals.push({
        object: { kind: "Workload", namespace: SPACE, name: "web" },
        metric: "latency_ms",
        quantile: 0.5,
        normal: 20,
        now: 31,
        quote: "20 -> 31",
      }),
  ),
  well(
    "throttled a little and not slower",
    (draft) =>
      void draft.cluster.signals.push({
        object: { kind: "Workload", namespace: SPACE, name: "web" },
        metric: "cpu_throttled_seconds",
        now: 0.3,
        quote: "0.3 s",
      }),
  ),
  well(
    "errors in a log that the service survives",
    (draft) => draft.log("orders", "ERROR retry 1: connection refused", "WARN duplicate entry 'x' for key 'y'"),
  ),
  well("every daemon of every node runs", (draft) => {
    for (const node of draft.cluster.nodes) {
      draft.cluster.daemons.push({
        node: node.name,
        name: "kubelet",
        running: true,
        quote: "Active: active (running)",
      });
    }
  }),
];
