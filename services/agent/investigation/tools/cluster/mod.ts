/** The instruments that look at a Kubernetes cluster. */
import type { Tool } from "../tool.ts";
import { checkCluster } from "./check_cluster.ts";
import { describe } from "./describe.ts";
import { events } from "./events.ts";
import { listWorkloads } from "./list_workloads.ts";
import { networkPath } from "./network_path.ts";
import { nodeHealth } from "./node_health.ts";
import { podLogs } from "./pod_logs.ts";
import { rolloutHistory } from "./rollout_history.ts";

export type { AboutObject, ClusterCause, ClusterResult, Shown } from "./result.ts";
export { targetsOf } from "./targets.ts";

export const clusterTools = [
  checkCluster,
  listWorkloads,
  describe,
  events,
  podLogs,
  rolloutHistory,
  networkPath,
  nodeHealth,
] as unknown as Tool[];
