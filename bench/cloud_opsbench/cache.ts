/** One stored answer of a tool: what was asked, and what came back. */
export interface Answer {
  tool: string;
  args: Record<string, unknown>;
  value: unknown;
}

const FAILED = /^\s*(error|Error from server|No resources found|Unable to|command failed|Timeout)/i;

/** Reads the keys `Tool:{"a":1}` of a tool cache; a key in another form keeps its name and no arguments. */
export function readCache(cache: Record<string, unknown>): Answer[] {
  return Object.entries(cache).map(([key, value]) => {
    const colon = key.indexOf(":");
    const tool = (colon < 0 ? key : key.slice(0, colon)).trim();
    return { tool, args: colon < 0 ? {} : parseArgs(key.slice(colon + 1)), value: unpack(value) };
  });
}

function parseArgs(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** An answer that is JSON within a string becomes what it says. */
function unpack(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[\[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text of an answer, "" for one that says that the tool failed. */
export function textOf(answer: Answer | undefined): string {
  const text = typeof answer?.value === "string" ? answer.value : "";
  return FAILED.test(text) ? "" : text;
}

/** Whether the tool answered at all: an empty list is an answer, an error is none. */
export function answered(answer: Answer | undefined): boolean {
  return typeof answer?.value === "string" && !/^\s*(error|Unable to|command failed|Timeout)/i.test(answer.value);
}

const PLURAL: Record<string, string> = {
  pod: "pods",
  po: "pods",
  service: "services",
  svc: "services",
  node: "nodes",
  deployment: "deployments",
  statefulset: "statefulsets",
  daemonset: "daemonsets",
  replicaset: "replicasets",
  pvc: "persistentvolumeclaims",
  persistentvolumeclaim: "persistentvolumeclaims",
  pv: "persistentvolumes",
  persistentvolume: "persistentvolumes",
  resourcequota: "resourcequotas",
  quota: "resourcequotas",
  configmap: "configmaps",
  secret: "secrets",
  serviceaccount: "serviceaccounts",
  networkpolicy: "networkpolicies",
  ingress: "ingresses",
  namespace: "namespaces",
  storageclass: "storageclasses",
  endpoint: "endpoints",
  event: "events",
};

export function typeOf(answer: Answer): string {
  const type = String(answer.args.resource_type ?? "").toLowerCase();
  return PLURAL[type] ?? type;
}

export function nameOf(answer: Answer): string {
  return String(answer.args.name ?? "");
}

export function namespaceOf(answer: Answer, fallback: string): string {
  return String(answer.args.namespace || fallback);
}
