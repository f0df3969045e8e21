import type {
  Condition,
  Pod,
  PodSpec,
  Toleration,
  VolumeSource,
  Workload,
} from "../../services/agent/investigation/cluster/mod.ts";
import { containerOf, containerState } from "./containers.ts";
import { ageSeconds, type Row } from "./tables.ts";
import { blocksOf, fieldsOf, pairsOf, readDescription, type Section, valueOf } from "./describe.ts";

/** A pod from what describe prints of it; its owner is the name of the ReplicaSet or workload that controls it. */
export function podOf(text: string, readAtMs: number): { pod: Pod; controller: string | undefined } | undefined {
  const sections = readDescription(text);
  const name = valueOf(sections, "Name");
  if (!name) return undefined;
  const node = valueOf(sections, "Node")?.split("/")[0];
  const ip = valueOf(sections, "IP");
  const started = Date.parse(valueOf(sections, "Start Time") ?? "");
  const status = valueOf(sections, "Status") ?? "Unknown";
  const own = blocksOf(sections.get("Containers")?.lines ?? []);
  const init = blocksOf(sections.get("Init Containers")?.lines ?? []);
  const pod: Pod = {
    namespace: valueOf(sections, "Namespace") ?? "",
    name,
    labels: pairsOf(sections.get("Labels")),
    phase: status.split(" ")[0] ?? "Unknown",
    conditions: conditionsOf(sections.get("Conditions")?.lines ?? []),
    spec: podSpecOf(sections),
    containers: [
      ...init.map((one) => containerState(one, true, readAtMs)),
      ...own.map((one) => containerState(one, false, readAtMs)),
    ],
  };
  if (node) pod.node = node;
  if (ip) pod.ip = ip;
  if (/^Terminating/.test(status)) pod.deleting = true;
  const reason = valueOf(sections, "Reason");
  const message = valueOf(sections, "Message");
  if (reason) pod.reason = reason;
  if (message) pod.message = message;
  if (!Number.isNaN(started) && readAtMs > 0) pod.ageSeconds = Math.max(0, (readAtMs - started) / 1_000);
  return { pod, controller: valueOf(sections, "Controlled By")?.split("/")[1] };
}

/** A pod of which only the row of a list is known: `0/1  CrashLoopBackOff  4 (47s ago)  1m47s`, with its node in a wide one. */
export function podFromRow(row: Row & { NAMESPACE: string }, workload: Workload | undefined): Pod {
  const [ready = 0, wanted = 1] = (row.READY ?? "").split("/").map(Number);
  const status = row.STATUS ?? "Unknown";
  const restarts = (row.RESTARTS ?? "").match(/^(\d+)(?: \((\S+) ago\))?/);
  const ago = ageSeconds(restarts?.[2]);
  const waits = !/^(Running|Completed|Succeeded|Failed|Error|OOMKilled|Evicted|Terminating|Unknown)$/.test(status);
  const names = workload?.template.containers.filter((one) => !one.init).map((one) => one.name) ?? ["app"];
  const age = ageSeconds(row.AGE);
  return {
    namespace: row.NAMESPACE,
    name: row.NAME ?? "",
    labels: workload?.podLabels ?? {},
    ...workload
      ? { owner: { kind: "Workload", namespace: row.NAMESPACE, name: workload.name, as: workload.kind } }
      : {},
    ...row.NODE && row.NODE !== "<none>" ? { node: row.NODE } : {},
    phase: /^(Completed|Succeeded)$/.test(status)
      ? "Succeeded"
      : status === "Evicted"
      ? "Failed"
      : waits
      ? "Pending"
      : "Running",
    ...status === "Evicted" ? { reason: status } : {},
    ...status === "Terminating" ? { deleting: true } : {},
    ...age === undefined ? {} : { ageSeconds: age },
    conditions: [{ type: "Ready", status: ready >= wanted ? "True" : "False" }],
    spec: workload?.template ?? podSpecOf(new Map()),
    containers: status === "Pending" ? [] : names.map((name) => ({
      name,
      ready: ready >= wanted,
      restarts: Number(restarts?.[1] ?? 0),
      state: waits ? "waiting" : "running",
      ...waits || status === "OOMKilled" ? { reason: status } : {},
      ...ago === undefined ? {} : { last: { agoSeconds: ago } },
    })),
  };
}

export function conditionsOf(lines: string[]): Condition[] {
  return lines.flatMap((line) => {
    const [type, status, ...rest] = line.trim().split(/\s{2,}/);
    if (!type || !status || type === "Type" || /^-+$/.test(type)) return [];
    return [{ type, status, ...rest.length >= 2 ? { reason: rest.at(-2) ?? "", message: rest.at(-1) ?? "" } : {} }];
  });
}

/** The pod's specification: the sections of a pod, or those below "Pod Template" of a workload. */
export function podSpecOf(sections: Map<string, Section>): PodSpec {
  const account = valueOf(sections, "Service Account");
  const own = blocksOf(sections.get("Containers")?.lines ?? []);
  const init = blocksOf(sections.get("Init Containers")?.lines ?? []);
  const spec: PodSpec = {
    nodeSelector: pairsOf(sections.get("Node-Selectors")),
    affinity: [],
    antiAffinity: [],
    tolerations: tolerationsOf(sections.get("Tolerations")),
    nameservers: [],
    pullSecrets: [],
    annotations: pairsOf(sections.get("Annotations")),
    containers: [...init.map((one) => containerOf(one, true)), ...own.map((one) => containerOf(one, false))],
    mounts: volumesOf(sections.get("Volumes")),
  };
  if (account) spec.serviceAccount = account;
  return spec;
}

function tolerationsOf(section: Section | undefined): Toleration[] {
  return [section?.value ?? "", ...section?.lines ?? []].flatMap((line): Toleration[] => {
    const parts = line.trim().match(/^([^\s=:]+)(?:=([^\s:]*))?(?::(\w+))?(?:\s+op=(\w+))?/);
    if (!parts?.[1] || parts[1] === "<none>") return [];
    const toleration: Toleration = {
      key: parts[1],
      operator: parts[4] ?? (parts[2] === undefined ? "Exists" : "Equal"),
    };
    if (parts[2] !== undefined) toleration.value = parts[2];
    if (parts[3]) toleration.effect = parts[3];
    return [toleration];
  });
}

function volumesOf(section: Section | undefined): VolumeSource[] {
  return blocksOf(section?.lines ?? []).map(({ name, fields }): VolumeSource => {
    const type = fields.get("Type")?.value ?? "";
    const claim = fields.get("ClaimName")?.value;
    const source = claim ?? fields.get("SecretName")?.value ?? fields.get("Path")?.value ?? fields.get("Name")?.value;
    const kind = claim !== undefined
      ? "claim"
      : /^HostPath/.test(type)
      ? "hostPath"
      : /^Secret/.test(type)
      ? "secret"
      : /^ConfigMap/.test(type)
      ? "configMap"
      : "other";
    return { name, kind, ...source === undefined ? {} : { source } };
  });
}

/** The template of a workload, whose sections stand one step further in than those of a pod. */
export function templateOf(lines: string[]): { spec: PodSpec; labels: Record<string, string> } {
  const sections = fieldsOf(lines);
  return { spec: podSpecOf(sections), labels: pairsOf(sections.get("Labels")) };
}
