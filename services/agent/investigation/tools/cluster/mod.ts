/** The instruments that look at a Kubernetes cluster. */
export { checkCluster } from "./check_cluster.ts";
export type { AboutObject, ClusterCause, ClusterResult, Shown } from "./result.ts";
export { targetsOf } from "./targets.ts";
