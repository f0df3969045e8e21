import fc from "fast-check";
import type { Cluster, Container } from "../objects.ts";
import { Draft, notReady, probe } from "./build.ts";

/** Harmless signs of a healthy cluster. */
const NOISE = [
  "rollout",
  "leaving",
  "late account",
  "old kill",
  "cordon",
  "probe once",
  "surge",
  "log",
  "done job",
  "quota",
] as const;

/** Clusters of any size that are well: their nodes, apps and calls, and what goes on in them without being a fault. */
export const wellClusters: fc.Arbitrary<Cluster> = fc.record({
  nodes: fc.integer({ min: 1, max: 6 }),
  apps: fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/), { minLength: 1, maxLength: 12 }),
  replicas: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 12, maxLength: 12 }),
  ports: fc.array(fc.constantFrom(80, 3000, 3306, 5432, 6379, 8080, 9090), { minLength: 12, maxLength: 12 }),
  calls: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 20 }),
  noise: fc.array(fc.tuple(fc.constantFrom(...NOISE), fc.nat(11)), { maxLength: 8 }),
}).map(({ nodes, apps, replicas, ports, calls, noise }) => {
  const draft = new Draft();
  draft.node("control", { controlPlane: true, unschedulable: true });
  for (let index = 0; index < nodes; index += 1) draft.node(`worker-${index}`);
  const made = apps.map((name, index) => draft.app(name, { replicas: replicas[index] ?? 1, port: ports[index] ?? 80 }));
  const at = (index: number) => made[index % made.length] as (typeof made)[number];
  draft.calls(...calls.map(([from, to]): [string, string] => [at(from).workload.name, at(to).workload.name]));
  for (const app of made) {
    const container = app.workload.template.containers[0] as Container;
    container.liveness = probe({ port: container.ports[0]?.port ?? 80 });
    const called = draft.cluster.calls.filter((one) => one.from === app.workload.name);
    for (const { to } of called) {
      const port = draft.cluster.services.find((one) => one.name === to)?.ports[0]?.port;
      container.env.push({ name: `${to.toUpperCase()}_ADDR`, value: `${to}:${port}` });
    }
  }
  for (const [what, index] of noise) addNoise(draft, what, at(index));
  return draft.cluster;
});

function addNoise(draft: Draft, what: (typeof NOISE)[number], app: ReturnType<Draft["app"]>): void {
  const { name } = app.workload;
  const { pod } = app;
  switch (what) {
    case "rollout":
      notReady(app, { ageSeconds: 5, containers: [{ name, ready: false, restarts: 0, state: "running" }] });
      break;
    case "leaving":
      draft.pod(app.workload, 20, { deleting: true, conditions: [{ type: "Ready", status: "False" }] });
      break;
    case "late account":
      draft.cluster.serviceAccounts.push({ namespace: pod.namespace, name });
      draft.event(
        { kind: "Workload", namespace: pod.namespace, name: `${name}-5d9c` },
        "FailedCreate",
        `serviceaccount "${name}" not found`,
      );
      break;
    case "old kill":
      pod.containers = pod.containers.map((one) => ({
        ...one,
        restarts: 1,
        last: { reason: "OOMKilled", exitCode: 137, agoSeconds: 50_000 },
      }));
      break;
    case "cordon": {
      const free = draft.cluster.nodes.at(-1);
      if (free && !free.controlPlane) free.unschedulable = true;
      break;
    }
    case "probe once":
      draft.event(pod, "Unhealthy", "Liveness probe failed: context deadline exceeded", {
        lastSeconds: 2_000,
        count: 1,
      });
      break;
    case "surge":
      draft.cluster.signals.push({
        object: { kind: "Workload", namespace: pod.namespace, name },
        metric: "requests_per_second",
        normal: 5,
        now: 30,
        quote: "5 -> 30",
      });
      break;
    case "log":
      draft.log(name, "ERROR request 7 failed: connection refused, tried again", "WARN slow query");
      break;
    case "done job":
      Object.assign(
        draft.app(`job-${draft.cluster.pods.length}`, { port: 0, changes: { kind: "Job", complete: true, ready: 0 } })
          .pod,
        {
          phase: "Succeeded",
          conditions: [{ type: "Ready", status: "False" }],
          containers: [{
            name: "job",
            ready: false,
            restarts: 0,
            state: "terminated",
            reason: "Completed",
            exitCode: 0,
          }],
        },
      );
      break;
    case "quota":
      draft.cluster.quotas.push({
        namespace: pod.namespace,
        name: "all",
        kind: "ResourceQuota",
        hard: { pods: "9" },
        used: { pods: "9" },
      });
      break;
  }
}
