import type { Event, Ref } from "../objects.ts";
import type { View } from "../view.ts";

export type Group =
  | "admission"
  | "scheduling"
  | "start-up"
  | "runtime"
  | "routing"
  | "performance"
  | "infrastructure";

/** A field of an object, word for word. */
export interface Quote {
  object: Ref;
  field: string;
  text: string;
}

export interface Finding {
  group: Group;
  /** The kind of fault, as one of the rule's `causes`. */
  cause: string;
  /** What has to be changed. */
  object: Ref;
  says: string;
  for: Quote[];
  against: Quote[];
  /** How directly the objects state it: 0.9 and above for what Kubernetes itself says, less for what is inferred. */
  certainty: number;
  /** What is in trouble because of it, besides the object. */
  explains: Ref[];
  /** Lines that a person can paste; never run by the agent. */
  fix: string[];
}

export interface Rule {
  name: string;
  group: Group;
  causes: readonly string[];
  looksAt: readonly string[];
  find(view: View): Finding[];
}

const MAX_QUOTE = 400;

export function quote(object: Ref, field: string, text: string): Quote {
  return { object, field, text: text.length > MAX_QUOTE ? text.slice(0, MAX_QUOTE - 1) + "…" : text };
}

export function quoteEvent(event: Event): Quote {
  return quote(event.object, `events[${event.reason}].message`, event.message);
}

/** One finding for an object, from all of its pods: the first finding's words, every pod explained. */
export function once(findings: Finding[]): Finding[] {
  const kept = new Map<string, Finding>();
  for (const one of findings) {
    const key = `${one.cause} ${one.object.kind} ${one.object.namespace}/${one.object.name}`;
    const known = kept.get(key);
    if (known) known.explains.push(...one.explains);
    else kept.set(key, { ...one, explains: [...one.explains] });
  }
  return [...kept.values()];
}

const RESOURCE: Record<string, string> = {
  Service: "service",
  Pod: "pod",
  Node: "node",
  PersistentVolumeClaim: "pvc",
  PersistentVolume: "pv",
  Namespace: "namespace",
  ResourceQuota: "resourcequota",
  ServiceAccount: "serviceaccount",
  NetworkPolicy: "networkpolicy",
  ConfigMap: "configmap",
  Secret: "secret",
};

/** `kubectl VERB KIND/NAME -n NAMESPACE REST`, with names quoted where a shell would read them as more than a word. */
export function kubectl(verb: string, object: Ref, rest = ""): string {
  const kind = object.kind === "Workload"
    ? (object.as ?? "Deployment").toLowerCase()
    : RESOURCE[object.kind] ?? object.kind.toLowerCase();
  const where = object.namespace ? ` -n ${shellWord(object.namespace)}` : "";
  return `kubectl ${verb} ${kind} ${shellWord(object.name)}${where}${rest ? " " + rest : ""}`;
}

export function shellWord(text: string): string {
  return /^[A-Za-z0-9._\/:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The newest event of those that match; Kubernetes folds repeats, so its message is the one that counts. */
export function latest(events: Event[], reason: RegExp, message: RegExp = /./): Event | undefined {
  let found: Event | undefined;
  for (const event of events) {
    if (!reason.test(event.reason) || !message.test(event.message.slice(0, 4_000))) continue;
    if (!found || event.lastSeconds <= found.lastSeconds) found = event;
  }
  return found;
}
