import type { Ref } from "./ref.ts";

/** Lines of one workload's pods; `previous` are those of the container before the last restart. */
export interface Log {
  namespace: string;
  workload: string;
  pod?: string;
  container?: string;
  previous?: boolean;
  lines: string[];
}

export type Metric =
  | "latency_ms"
  | "success_percent"
  | "requests_per_second"
  | "cpu_throttled_seconds"
  | "cpu_cores"
  | "cpu_percent"
  | "memory_percent"
  | "packets_in"
  | "packets_out"
  | "retransmits"
  | "clock_offset_seconds";

/** One figure beside what is normal for it. `now` is absent when the figure vanished. */
export interface Signal {
  object: Ref;
  metric: Metric;
  quantile?: number;
  normal?: number;
  now?: number;
  quote: string;
}

export interface RequestFailure {
  namespace: string;
  service: string;
  path: string;
  status?: number;
  count: number;
  quote: string;
}

/** An alert that fires, and the objects that its labels name. */
export interface Alerted {
  name: string;
  objects: Ref[];
  container?: string;
  /** What it says in its own words. */
  text: string;
}

export interface Call {
  namespace: string;
  from: string;
  to: string;
}

/** One attempt to connect to a service's port, from one node where that is known. */
export interface ReachabilityProbe {
  namespace: string;
  service: string;
  port: number;
  fromNode?: string;
  open: boolean;
  quote: string;
}

export interface NodeDaemon {
  node: string;
  name:
    | "kubelet"
    | "container runtime"
    | "kube-proxy"
    | "kube-scheduler"
    | "kube-controller-manager"
    | "etcd"
    | "kube-apiserver";
  running: boolean;
  quote: string;
}
