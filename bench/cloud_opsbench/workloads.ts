import type { Workload } from "../../services/agent/investigation/cluster/mod.ts";
import { pairsOf, readDescription, selectorOf, valueOf } from "./describe.ts";
import { conditionsOf, templateOf } from "./pods.ts";
import { ageSeconds, type Row } from "./tables.ts";

const KINDS: Record<string, Workload["kind"]> = {
  deployments: "Deployment",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
  jobs: "Job",
};

export function isWorkloadType(type: string): boolean {
  return type in KINDS;
}

export function workloadOf(type: string, text: string, readAtMs: number): Workload | undefined {
  const sections = readDescription(text);
  const name = valueOf(sections, "Name");
  const kind = KINDS[type];
  if (!name || !kind) return undefined;
  const template = templateOf(sections.get("Pod Template")?.lines ?? []);
  const created = Date.parse(valueOf(sections, "CreationTimestamp") ?? "");
  const replicas = valueOf(sections, "Replicas") ?? valueOf(sections, "Desired Number of Nodes Scheduled") ?? "";
  const number = (pattern: RegExp) => Number(replicas.match(pattern)?.[1] ?? 0);
  const workload: Workload = {
    kind,
    namespace: valueOf(sections, "Namespace") ?? "",
    name,
    selector: pairsOf(sections.get("Selector")),
    replicas: number(/(\d+) desired/) || Number(replicas.match(/^\d+/)?.[0] ?? 0),
    ready: number(/(\d+) available/),
    owned: [valueOf(sections, "NewReplicaSet"), valueOf(sections, "OldReplicaSets")].flatMap((one) =>
      (one ?? "").match(/[a-z0-9][a-z0-9.-]*(?= \(\d+\/)/g) ?? []
    ),
    conditions: conditionsOf(sections.get("Conditions")?.lines ?? []),
    template: template.spec,
    labels: pairsOf(sections.get("Labels")),
    podLabels: template.labels,
  };
  if (Object.keys(workload.selector).length === 0) workload.selector = selectorOf(valueOf(sections, "Selector"));
  if (!Number.isNaN(created) && readAtMs > 0) workload.ageSeconds = Math.max(0, (readAtMs - created) / 1_000);
  return workload;
}

/** A workload of which only the row of a list is known. */
export function workloadFromRow(type: string, namespace: string, row: Row): Workload | undefined {
  const kind = KINDS[type];
  const name = row.NAME;
  if (!kind || !name) return undefined;
  const workload: Workload = {
    kind,
    namespace,
    name,
    selector: selectorOf(row.SELECTOR),
    replicas: 0,
    ready: 0,
    owned: [],
    conditions: [],
    template: {
      nodeSelector: {},
      affinity: [],
      antiAffinity: [],
      tolerations: [],
      nameservers: [],
      pullSecrets: [],
      annotations: {},
      containers: [],
      mounts: [],
    },
    labels: {},
    podLabels: selectorOf(row.SELECTOR),
  };
  applyRow(workload, row);
  return workload;
}

/** READY as "1/3", or DESIRED and READY of a DaemonSet. */
export function applyRow(workload: Workload, row: Row): void {
  const [ready, desired] = (row.READY ?? "").split("/").map(Number);
  if (desired !== undefined && !Number.isNaN(desired)) {
    workload.replicas = desired;
    workload.ready = ready ?? 0;
  } else if (row.DESIRED !== undefined) {
    workload.replicas = Number(row.DESIRED) || 0;
    workload.ready = ready ?? 0;
  }
  const age = ageSeconds(row.AGE);
  if (age !== undefined) workload.ageSeconds = age;
}
