import type { Alerted, Call, Log, NodeDaemon, ReachabilityProbe, RequestFailure, Signal } from "./observations.ts";

import type { Kind, Ref } from "./ref.ts";

export type * from "./observations.ts";
export type * from "./ref.ts";

/**
 * A cluster at one moment, as plain objects: what Kubernetes' API returns, cut to the fields that say why something does
 * not run. A Secret is a name and its keys, never a value. An empty list means "there are none"; a kind that could not be
 * read stands in `unread`, and no rule may conclude from its absence.
 */
export interface Cluster {
  /** When it was read, in milliseconds; ages below are relative to it. */
  readAtMs: number;
  unread: Kind[];
  nodes: Node[];
  pods: Pod[];
  workloads: Workload[];
  services: Service[];
  events: Event[];
  quotas: Quota[];
  claims: Claim[];
  volumes: Volume[];
  storageClasses: StorageClass[];
  serviceAccounts: Named[];
  configMaps: KeyHolder[];
  secrets: KeyHolder[];
  policies: NetworkPolicy[];
  routes: Route[];
  logs: Log[];
  signals: Signal[];
  failures: RequestFailure[];
  calls: Call[];
  probes: ReachabilityProbe[];
  daemons: NodeDaemon[];
  autoscalers: Autoscaler[];
  /** What people are alerted about: measurements of others, with the objects that they name. */
  alerts: Alerted[];
  /** What manifests declare, where they can be read: an object that is declared and missing was refused. */
  declared: { kind: "Service" | "PersistentVolumeClaim"; namespace: string; name: string; storageBytes?: number }[];
}

export interface Named {
  namespace: string;
  name: string;
}

export type Labels = Readonly<Record<string, string>>;

export interface Node {
  name: string;
  labels: Labels;
  annotations: Labels;
  /** Runs the scheduler, the API server or the controller manager. */
  controlPlane: boolean;
  unschedulable: boolean;
  taints: Taint[];
  conditions: Condition[];
  allocatable: { cpu?: number; memoryBytes?: number; pods?: number };
}

export interface Taint {
  key: string;
  value: string;
  effect: string;
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

export interface PodSpec {
  serviceAccount?: string;
  nodeSelector: Labels;
  /** Required node affinity: the terms of which one must match. */
  affinity: Expression[][];
  antiAffinity: { labels: Expression[]; topologyKey: string }[];
  tolerations: Toleration[];
  dnsPolicy?: string;
  nameservers: string[];
  pullSecrets: string[];
  runAsUser?: number;
  annotations: Labels;
  containers: Container[];
  mounts: VolumeSource[];
}

export interface Expression {
  key: string;
  operator: string;
  values: string[];
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

export interface Container {
  name: string;
  image: string;
  init?: boolean;
  ports: { port: number; protocol: string; name?: string; hostPort?: number }[];
  env: {
    name: string;
    value?: string;
    fromKind?: "Secret" | "ConfigMap";
    from?: string;
    key?: string;
    optional?: boolean;
  }[];
  envFrom: { kind: "Secret" | "ConfigMap"; name: string; optional?: boolean }[];
  requests: { cpu?: number; memoryBytes?: number };
  limits: { cpu?: number; memoryBytes?: number };
  liveness?: Probe;
  readiness?: Probe;
  startup?: Probe;
}

export interface Probe {
  kind: "http" | "grpc" | "tcp" | "exec";
  port?: number | string;
  path?: string;
  delaySeconds: number;
  timeoutSeconds: number;
  periodSeconds: number;
  failures: number;
}

export interface VolumeSource {
  name: string;
  kind: "claim" | "secret" | "configMap" | "hostPath" | "other";
  source?: string;
  optional?: boolean;
}

export interface Pod {
  namespace: string;
  name: string;
  labels: Labels;
  /** The workload at the top of its owners, when one is known. */
  owner?: Ref;
  node?: string;
  ip?: string;
  phase: string;
  /** Why it is in its phase: Evicted, NodeLost, UnexpectedAdmissionError… */
  reason?: string;
  message?: string;
  deleting?: boolean;
  ageSeconds?: number;
  conditions: Condition[];
  spec: PodSpec;
  containers: ContainerState[];
}

export interface ContainerState {
  name: string;
  init?: boolean;
  ready: boolean;
  restarts: number;
  state: "waiting" | "running" | "terminated" | "unknown";
  reason?: string;
  message?: string;
  exitCode?: number;
  last?: { reason?: string; exitCode?: number; message?: string; ranSeconds?: number; agoSeconds?: number };
}

export interface Workload {
  kind: "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "CronJob";
  namespace: string;
  name: string;
  selector: Labels;
  replicas: number;
  ready: number;
  /** Whom its pods belong to in between: ReplicaSets of a Deployment. */
  owned: string[];
  suspended?: boolean;
  complete?: boolean;
  failed?: boolean;
  /** A Deployment's rollout stands still until somebody resumes it. */
  paused?: boolean;
  /** Pods of the newest template. */
  updated?: number;
  /** The CronJob that a Job is a run of. */
  parent?: string;
  /** An autoscaler or a person has it at zero on purpose, by an annotation or an object that says so. */
  scaledToZeroBy?: string;
  ageSeconds?: number;
  conditions: Condition[];
  template: PodSpec;
  labels: Labels;
  podLabels: Labels;
}

/** What scales a workload, within which bounds. */
export interface Autoscaler {
  namespace: string;
  name: string;
  target: { kind: string; name: string };
  min: number;
  max: number;
  current: number;
  desired: number;
  conditions: Condition[];
}

export interface Service {
  namespace: string;
  name: string;
  type: string;
  selector: Labels;
  clusterIP?: string;
  /** `targetPort` is absent where it is not known. */
  ports: { name?: string; port: number; targetPort?: number | string; protocol: string }[];
  ready: string[];
  notReady: string[];
  /** False when nothing is known of its endpoints. */
  endpointsKnown: boolean;
}

export interface Event {
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  object: Ref;
  /** The involved object's own kind, as the API spells it: ReplicaSet, Pod, PersistentVolumeClaim… */
  objectKind: string;
  source?: string;
  count: number;
  /** Seconds before the reading that it was last seen, and first. */
  lastSeconds: number;
  firstSeconds?: number;
}

export interface Quota {
  namespace: string;
  name: string;
  kind: "ResourceQuota" | "LimitRange";
  hard: Record<string, string>;
  used: Record<string, string>;
}

export interface Claim {
  namespace: string;
  name: string;
  phase: string;
  volume?: string;
  storageClass?: string;
  requestBytes?: number;
  accessModes: string[];
  selector: Expression[];
  usedBy: string[];
}

export interface Volume {
  name: string;
  phase: string;
  claim?: string;
  storageClass?: string;
  capacityBytes?: number;
  accessModes: string[];
  labels: Labels;
  message?: string;
}

export interface StorageClass {
  name: string;
  provisioner: string;
  isDefault: boolean;
}

export interface KeyHolder extends Named {
  keys: string[];
}

export interface NetworkPolicy {
  namespace: string;
  name: string;
  podSelector: Labels;
  ingress: boolean;
  egress: boolean;
  /** No peer at all may pass in that direction. */
  deniesAllIngress: boolean;
  deniesAllEgress: boolean;
}

/** One path of an Ingress, an HTTPRoute or a gateway's own table, and where it leads. */
export interface Route {
  source: Ref;
  gateway?: string;
  namespace: string;
  id: string;
  paths: string[];
  backend: string;
  backendPort?: number;
}
