export type Kind =
  | "Node"
  | "Pod"
  | "Workload"
  | "Service"
  | "Event"
  | "ResourceQuota"
  | "PersistentVolumeClaim"
  | "PersistentVolume"
  | "StorageClass"
  | "ServiceAccount"
  | "ConfigMap"
  | "Secret"
  | "NetworkPolicy"
  | "Route"
  | "Namespace";

/** An object by kind, namespace ("" for one without) and name. */
export interface Ref {
  kind: Kind;
  namespace: string;
  name: string;
  /** Which kind of workload it is, where `kind` says only that it is one. */
  as?: string;
}
