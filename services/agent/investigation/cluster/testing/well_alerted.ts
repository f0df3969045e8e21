import { SPACE } from "./build.ts";
import { well } from "./well_one.ts";

/** What looks like a fault and is none as long as nobody is alerted about it. */
export const WELL_UNTIL_ALERTED = [
  well("an autoscaler at its bound that serves well", (draft) => {
    draft.cluster.autoscalers.push({
      namespace: SPACE,
      name: "web",
      target: { kind: "Deployment", name: "web" },
      min: 1,
      max: 2,
      current: 2,
      desired: 2,
      conditions: [{ type: "ScalingLimited", status: "True", reason: "TooManyReplicas" }],
    });
  }),
  well(
    "a canary that somebody paused",
    (draft) => void Object.assign(draft.web.workload, { paused: true, updated: 1 }),
  ),
  well(
    "a volume that was given back",
    (draft) => void draft.cluster.volumes.push({ name: "disk-3", phase: "Released", accessModes: [], labels: {} }),
  ),
  well("a canary's service without pods beside the one that serves", (draft) => {
    draft.service("web-canary", { app: "web", track: "canary" }, { port: 8080, ready: [] });
  }),
  well("a nightly run that failed, and the one after it did not", (draft) => {
    const run = { kind: "Job" as const, ready: 0, parent: "nightly" };
    draft.app("nightly-1", { port: 0, replicas: 0, changes: { ...run, failed: true, ageSeconds: 90_000 } });
    draft.app("nightly-2", { port: 0, replicas: 0, changes: { ...run, complete: true, ageSeconds: 3_600 } });
  }),
];
