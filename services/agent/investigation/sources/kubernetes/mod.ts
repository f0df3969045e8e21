/** A Kubernetes cluster, read through its API: only what is listed in `api/resources.ts`, and never a Secret. */
export { type Json, KubernetesClient, KubernetesError, RESOURCES } from "./api/mod.ts";
export { type Connection, inCluster, kubeconfig } from "./connection/mod.ts";
export { type ClusterSource, LiveCluster, liveCluster } from "./live.ts";
export { type Readable, readable } from "./readable.ts";
export { readRights, type Right } from "./rights.ts";
export { exporterOf, type Target, type TargetKind, targetOf } from "./target/mod.ts";
export { at, type Budget, labels as labelsOf, objects as objectsOf, text as textOf } from "./read/mod.ts";
export { readCluster, type Scope, type Snapshot } from "./view/mod.ts";
