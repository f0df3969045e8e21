import type { Cluster } from "./objects.ts";

/** A cluster in which nothing was read yet. */
export function emptyCluster(readAtMs: number): Cluster {
  return {
    readAtMs,
    unread: [],
    nodes: [],
    pods: [],
    workloads: [],
    services: [],
    events: [],
    quotas: [],
    claims: [],
    volumes: [],
    storageClasses: [],
    serviceAccounts: [],
    configMaps: [],
    secrets: [],
    policies: [],
    routes: [],
    logs: [],
    signals: [],
    failures: [],
    calls: [],
    probes: [],
    daemons: [],
    autoscalers: [],
    alerts: [],
    declared: [],
  };
}
