/** Where a cluster's API is and as whom it is read: a pod's own account, or a kubeconfig's context. */
export type { Connection, Credentials, Tls } from "./connection.ts";
export { fixedToken, NO_CREDENTIALS, tokenFile } from "./connection.ts";
export { ACCOUNT_FOLDER, IN_CLUSTER_SERVER, inCluster } from "./in_cluster.ts";
export { kubeconfig, type KubeconfigOptions } from "./kubeconfig.ts";
