import {
  type Expression,
  parseQuantity,
  type PodSpec,
  type Route,
} from "../../services/agent/investigation/cluster/mod.ts";
import { parse, parseAllDocuments } from "yaml";
import { isRecord } from "./cache.ts";

export type Manifest = Record<string, unknown>;

const MAX_TEXT = 400_000;

/** The documents of a manifest. What a Secret holds is dropped as it is read; its keys stay. */
export function manifestsOf(text: string): Manifest[] {
  if (text.trim() === "" || text.length > MAX_TEXT) return [];
  try {
    const documents = parseAllDocuments(text, { uniqueKeys: false });
    return [...documents].flatMap((one) => {
      const value: unknown = one.errors.length > 0 ? undefined : one.toJS({ maxAliasCount: 100 });
      return isRecord(value) ? [withoutSecrets(value)] : [];
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return [];
  }
}

function withoutSecrets(manifest: Manifest): Manifest {
  if (manifest.kind !== "Secret") return manifest;
  const keys = [...Object.keys(record(manifest.data)), ...Object.keys(record(manifest.stringData))];
  return { kind: "Secret", metadata: manifest.metadata, keys };
}

export function at(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const key of path) current = isRecord(current) ? current[key] : undefined;
  return current;
}

export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function nameAt(manifest: Manifest): { namespace: string; name: string } {
  return {
    namespace: String(at(manifest, "metadata", "namespace") ?? ""),
    name: String(at(manifest, "metadata", "name") ?? ""),
  };
}

/** What a description of a workload does not print: affinity, DNS and pull secrets. */
export function completeSpec(spec: PodSpec, template: unknown): void {
  const pod = at(template, "spec");
  const required = at(
    pod,
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
  );
  spec.affinity = list(required).map((term) => list(at(term, "matchExpressions")).map(expressionOf));
  const apart = at(pod, "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  spec.antiAffinity = list(apart).map((one) => ({
    topologyKey: String(at(one, "topologyKey") ?? ""),
    labels: selectorExpressions(at(one, "labelSelector")),
  }));
  const policy = at(pod, "dnsPolicy");
  if (typeof policy === "string") spec.dnsPolicy = policy;
  spec.nameservers = list(at(pod, "dnsConfig", "nameservers")).map(String);
  spec.pullSecrets = list(at(pod, "imagePullSecrets")).map((one) => String(at(one, "name") ?? ""));
  const user = at(pod, "securityContext", "runAsUser");
  if (typeof user === "number") spec.runAsUser = user;
  if (Object.keys(spec.nodeSelector).length === 0) {
    spec.nodeSelector = Object.fromEntries(
      Object.entries(record(at(pod, "nodeSelector"))).map(([k, v]) => [k, String(v)]),
    );
  }
  spec.annotations = {
    ...Object.fromEntries(
      Object.entries(record(at(template, "metadata", "annotations"))).map(([k, v]) => [k, String(v)]),
    ),
    ...spec.annotations,
  };
}

export function selectorExpressions(selector: unknown): Expression[] {
  const labels = Object.entries(record(at(selector, "matchLabels"))).map(([key, value]) => ({
    key,
    operator: "In",
    values: [String(value)],
  }));
  return [...labels, ...list(at(selector, "matchExpressions")).map(expressionOf)];
}

function expressionOf(value: unknown): Expression {
  return {
    key: String(at(value, "key") ?? ""),
    operator: String(at(value, "operator") ?? "In"),
    values: list(at(value, "values")).map(String),
  };
}

export function storageOf(manifest: Manifest): number | undefined {
  const text = at(manifest, "spec", "resources", "requests", "storage");
  return typeof text === "string" || typeof text === "number" ? parseQuantity(text) : undefined;
}

/** The paths of an Ingress, and the routes of a gateway that keeps them as `uri` and `predicates` in a ConfigMap. */
export function routesOf(manifest: Manifest, gateway: string): Route[] {
  const { namespace, name } = nameAt(manifest);
  if (manifest.kind === "Ingress") {
    return list(at(manifest, "spec", "rules")).flatMap((rule) =>
      list(at(rule, "http", "paths")).map((one): Route => ({
        source: { kind: "Route", namespace, name },
        namespace,
        id: String(at(one, "path") ?? "/"),
        paths: [String(at(one, "path") ?? "/")],
        backend: String(at(one, "backend", "service", "name") ?? ""),
      }))
    );
  }
  if (manifest.kind !== "ConfigMap") return [];
  return Object.values(record(manifest.data)).flatMap((text) => {
    if (typeof text !== "string" || !/predicates/.test(text)) return [];
    return routeTables(safeParse(text)).map((one): Route => ({
      source: { kind: "ConfigMap", namespace, name },
      gateway,
      namespace,
      id: String(at(one, "id") ?? ""),
      paths: list(at(one, "predicates")).map(String).filter((each) => each.startsWith("Path=")).flatMap((each) =>
        each.slice("Path=".length).split(",").map((path) => path.trim())
      ),
      backend: hostOf(String(at(one, "uri") ?? "")),
    }));
  });
}

function safeParse(text: string): unknown {
  try {
    return parse(text.slice(0, MAX_TEXT), { maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

function routeTables(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    if (value.some((one) => isRecord(one) && "uri" in one && "predicates" in one)) return value;
    return value.flatMap(routeTables);
  }
  return isRecord(value) ? Object.values(value).flatMap(routeTables) : [];
}

/** `lb://${NAME:default}:80/x` leads to `default`. */
function hostOf(uri: string): string {
  const rest = uri.replace(/^[a-z+]+:\/\//i, "");
  const placeholder = rest.match(/^\$\{[^:}]+:([^}]+)\}/)?.[1];
  return (placeholder ?? rest).split(/[:\/]/)[0] ?? "";
}
