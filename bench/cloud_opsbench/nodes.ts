import { type Node, parseQuantity, type Taint } from "../../services/agent/investigation/cluster/mod.ts";
import { isRecord } from "./cache.ts";
import { fieldsOf, pairsOf, readDescription, valueOf } from "./describe.ts";
import { conditionsOf } from "./pods.ts";

export function nodeOf(text: string): Node | undefined {
  const sections = readDescription(text);
  const name = valueOf(sections, "Name");
  if (!name) return undefined;
  const allocatable = fieldsOf(sections.get("Allocatable")?.lines ?? []);
  const taints = sections.get("Taints");
  const labels = pairsOf(sections.get("Labels"));
  return {
    name,
    labels,
    annotations: pairsOf(sections.get("Annotations")),
    controlPlane: isControlPlane(labels, valueOf(sections, "Roles")),
    unschedulable: valueOf(sections, "Unschedulable") === "true",
    taints: [taints?.value ?? "", ...taints?.lines ?? []].flatMap(taintOf),
    conditions: conditionsOf(sections.get("Conditions")?.lines ?? []),
    allocatable: amounts({
      cpu: allocatable.get("cpu")?.value,
      memory: allocatable.get("memory")?.value,
      pods: allocatable.get("pods")?.value,
    }),
  };
}

/** A node of an overview in JSON, where no description of it is known. */
export function nodeFromOverview(value: unknown): Node | undefined {
  if (!isRecord(value) || typeof value.name !== "string") return undefined;
  const labels = strings(value.labels);
  const taints = (Array.isArray(value.taints) ? value.taints : []).map(String).flatMap(taintOf);
  const amount = strings(value.allocatable_resources);
  const conditions = Object.entries(strings(value.conditions)).map(([type, status]) => ({ type, status }));
  const ready = String(value.status ?? "");
  return {
    name: value.name,
    labels,
    annotations: {},
    controlPlane: isControlPlane(labels, String(value.role ?? "")),
    unschedulable: taints.some((one) => one.key === "node.kubernetes.io/unschedulable"),
    taints,
    conditions: [...conditions, {
      type: "Ready",
      status: /^Ready/.test(ready) ? "True" : ready === "" ? "Unknown" : "False",
    }],
    allocatable: amounts({ cpu: amount.cpu, memory: amount.memory, pods: amount.pods }),
  };
}

function isControlPlane(labels: Record<string, string>, roles: string | undefined): boolean {
  return "node-role.kubernetes.io/control-plane" in labels || "node-role.kubernetes.io/master" in labels ||
    /^(master|control-plane)$/.test(labels["kubernetes.io/role"] ?? "") ||
    /\b(control-plane|master)\b/.test(roles ?? "");
}

function taintOf(text: string): Taint[] {
  const parts = text.trim().match(/^([^=:\s]+)(?:=([^:]*))?:(\w+)$/);
  return parts?.[1] ? [{ key: parts[1], value: parts[2] ?? "", effect: parts[3] ?? "" }] : [];
}

function amounts(text: { cpu?: string | undefined; memory?: string | undefined; pods?: string | undefined }) {
  const cpu = parseQuantity(text.cpu);
  const memory = parseQuantity(text.memory);
  const pods = parseQuantity(text.pods);
  return {
    ...cpu === undefined ? {} : { cpu },
    ...memory === undefined ? {} : { memoryBytes: memory },
    ...pods === undefined ? {} : { pods },
  };
}

function strings(value: unknown): Record<string, string> {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, String(one)])) : {};
}
