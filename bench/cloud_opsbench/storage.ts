import { type Claim, parseQuantity, type Quota, type Volume } from "../../services/agent/investigation/cluster/mod.ts";
import { pairsOf, readDescription, valueOf } from "./describe.ts";
import type { Row } from "./tables.ts";

const MODES: Record<string, string> = {
  RWO: "ReadWriteOnce",
  ROX: "ReadOnlyMany",
  RWX: "ReadWriteMany",
  RWOP: "ReadWriteOncePod",
};

export function modesOf(text: string | undefined): string[] {
  return (text ?? "").split(",").map((one) => one.trim()).filter((one) => one !== "").map((one) => MODES[one] ?? one);
}

/** A claim; what it asks for is not printed, and comes from its manifest. */
export function claimOf(text: string): Claim | undefined {
  const sections = readDescription(text);
  const name = valueOf(sections, "Name");
  if (!name) return undefined;
  const volume = valueOf(sections, "Volume");
  const storageClass = valueOf(sections, "StorageClass");
  const request = parseQuantity(valueOf(sections, "Capacity"));
  return {
    namespace: valueOf(sections, "Namespace") ?? "",
    name,
    phase: valueOf(sections, "Status") ?? "Unknown",
    ...volume ? { volume } : {},
    ...storageClass ? { storageClass } : {},
    ...request === undefined ? {} : { requestBytes: request },
    accessModes: modesOf(valueOf(sections, "Access Modes")),
    selector: [],
    usedBy: (valueOf(sections, "Used By") ?? "").split(/[\s,]+/).filter((one) => one !== ""),
  };
}

export function volumeOf(text: string): Volume | undefined {
  const sections = readDescription(text);
  const name = valueOf(sections, "Name");
  if (!name) return undefined;
  const claim = valueOf(sections, "Claim");
  const storageClass = valueOf(sections, "StorageClass");
  const capacity = parseQuantity(valueOf(sections, "Capacity"));
  return {
    name,
    phase: valueOf(sections, "Status") ?? "Unknown",
    ...claim ? { claim } : {},
    ...storageClass ? { storageClass } : {},
    ...capacity === undefined ? {} : { capacityBytes: capacity },
    accessModes: modesOf(valueOf(sections, "Access Modes")),
    labels: pairsOf(sections.get("Labels")),
  };
}

/** `requests.cpu: 10/10, pods: 3/5` of a list of quotas. */
export function quotaFromRow(namespace: string, row: Row): Quota | undefined {
  if (!row.NAME) return undefined;
  const quota: Quota = { namespace, name: row.NAME, kind: "ResourceQuota", hard: {}, used: {} };
  for (const text of [row.REQUEST, row.LIMIT]) {
    for (const part of (text ?? "").split(",")) {
      const parts = part.trim().match(/^(\S+):\s*([^\/\s]+)\/(\S+)$/);
      if (parts?.[1]) {
        quota.used[parts[1]] = parts[2] ?? "";
        quota.hard[parts[1]] = parts[3] ?? "";
      }
    }
  }
  return quota;
}

/** The rows `Resource Used Hard` of a description of a quota, or of the quotas of a namespace. */
export function quotasOf(text: string): Quota[] {
  const sections = readDescription(text);
  const namespace = valueOf(sections, "Namespace") ?? valueOf(sections, "Name") ?? "";
  const quotas: Quota[] = [];
  let current: Quota | undefined;
  for (const line of text.split("\n")) {
    const named = line.match(/^\s*Name:\s+(\S+)/);
    if (named?.[1]) {
      current = { namespace, name: named[1], kind: "ResourceQuota", hard: {}, used: {} };
      quotas.push(current);
    }
    const [resource, used, hard, more] = line.trim().split(/\s+/);
    if (current && resource && used && hard && more === undefined && /^\d/.test(used) && /^\d/.test(hard)) {
      current.used[resource] = used;
      current.hard[resource] = hard;
    }
  }
  return quotas.filter((one) => Object.keys(one.hard).length > 0);
}
