import { isObject, type Json } from "../api/mod.ts";
import type { Condition, Expression, Labels, Ref } from "../../../cluster/mod.ts";

/** Longest text of a field that is held. */
const LONGEST = 4_000;
/** Most entries of a map that are held. */
const MOST = 200;

export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) current = isObject(current) ? current[key] : undefined;
  return current;
}

export function record(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** Every object of a list. */
export function objects(value: unknown, most = 1_000): Json[] {
  return Array.isArray(value) ? value.slice(0, most).filter(isObject) : [];
}

export function texts(value: unknown, most = 200): string[] {
  return Array.isArray(value) ? value.slice(0, most).flatMap((one) => text(one) ?? []) : [];
}

/** A text, cut; undefined for anything else. */
export function text(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value;
}

export function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Labels and the like: texts by name. */
export function labels(value: unknown): Labels {
  return Object.fromEntries(
    Object.entries(record(value)).slice(0, MOST).flatMap(([key, one]) => {
      const said = text(one);
      return said === undefined ? [] : [[key.slice(0, 400), said]];
    }),
  );
}

export function nameOf(object: Json): string {
  return text(at(object, "metadata", "name")) ?? "";
}

export function namespaceOf(object: Json): string {
  return text(at(object, "metadata", "namespace")) ?? "";
}

/** Seconds since an RFC 3339 time. */
export function secondsSince(value: unknown, nowMs: number): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? undefined : Math.max(0, (nowMs - ms) / 1_000);
}

/** `{key: value}` where there is a value: for fields that may be absent. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

export function conditions(value: unknown): Condition[] {
  return objects(value, 50).map((one) => ({
    type: text(one.type) ?? "",
    status: text(one.status) ?? "",
    ...optional("reason", text(one.reason)),
    ...optional("message", text(one.message)),
  }));
}

export function expressions(value: unknown): Expression[] {
  return objects(value, 100).map((one) => ({
    key: text(one.key) ?? "",
    operator: text(one.operator) ?? "In",
    values: texts(one.values),
  }));
}

/** `matchLabels` and `matchExpressions` as one list. */
export function selectorExpressions(selector: unknown): Expression[] {
  const wanted = Object.entries(labels(at(selector, "matchLabels")));
  return [
    ...wanted.map(([key, value]) => ({ key, operator: "In", values: [value] })),
    ...expressions(at(selector, "matchExpressions")),
  ];
}

/** The owner that controls an object. */
export function controllerOf(object: Json): { kind: string; name: string } | undefined {
  const owners = objects(at(object, "metadata", "ownerReferences"), 20);
  const one = owners.find((each) => each.controller === true) ?? owners[0];
  return one === undefined ? undefined : { kind: text(one.kind) ?? "", name: text(one.name) ?? "" };
}

const KINDS: Readonly<Record<string, Ref["kind"]>> = {
  Node: "Node",
  Pod: "Pod",
  Service: "Service",
  Deployment: "Workload",
  ReplicaSet: "Workload",
  StatefulSet: "Workload",
  DaemonSet: "Workload",
  Job: "Workload",
  CronJob: "Workload",
  ResourceQuota: "ResourceQuota",
  PersistentVolumeClaim: "PersistentVolumeClaim",
  PersistentVolume: "PersistentVolume",
  StorageClass: "StorageClass",
  ServiceAccount: "ServiceAccount",
  ConfigMap: "ConfigMap",
  Secret: "Secret",
  NetworkPolicy: "NetworkPolicy",
  Ingress: "Route",
  HTTPRoute: "Route",
  Namespace: "Namespace",
};

export function kindOf(kind: string): Ref["kind"] {
  return KINDS[kind] ?? "Event";
}
