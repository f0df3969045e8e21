import * as v from "valibot";
import { at, type Json, labelsOf, objectsOf, textOf } from "../../sources/mod.ts";
import { defineTool, parameters, ToolError } from "../tool.ts";
import { textFacts } from "./facts.ts";
import { clusterOf, namespaceOf } from "./look.ts";
import { shownObject } from "./shown_object.ts";
import { NAMESPACE, objectName, optionalName } from "./schema.ts";

export interface Revision {
  readonly revision: number;
  readonly created_at: string;
  readonly replicas: number | null;
  readonly images: readonly string[];
  readonly change_cause: string | null;
}

export interface RolloutResult {
  readonly workload: string;
  readonly namespace: string;
  /** The newest first. */
  readonly revisions: readonly Revision[];
  /** What the newest template changed: `spec.containers[0].image: a -> b`. */
  readonly changed: readonly string[];
}

const MOST = 8;
const MOST_CHANGES = 20;

/** What was rolled out of a workload, and what the last rollout changed. */
export const rolloutHistory = defineTool({
  name: "rollout_history",
  subject: "the workload's rollouts",
  counts: ["revision"],
  description:
    "Kubernetes: revisions of a Deployment, StatefulSet or DaemonSet with their times and images, and what the newest changed.",
  schema: v.strictObject({ workload: objectName, namespace: optionalName }),
  parameters: parameters({ workload: { type: "string" }, namespace: NAMESPACE }, ["workload"]),
  timeoutMs: 15_000,
  outputLimit: 5_000,
  ofCluster: true,
  async run({ workload, namespace: asked }, context): Promise<RolloutResult> {
    const namespace = namespaceOf(asked, context.situation);
    const client = await clusterOf(context).client();
    const { signal } = context;
    const own = (one: Json) => isOwnedBy(one, workload) ? one : undefined;
    const [sets, others] = await Promise.all([
      client.list("replicaSets", { namespace, signal, most: 2_000 }, own),
      client.list("revisions", { namespace, signal, most: 2_000 }, own),
    ]);
    const all = [...sets.items.map(ofSet), ...others.items.map(ofRevision)]
      .toSorted((one, other) => other.revision - one.revision);
    if (all.length === 0) throw new ToolError("not_found", `there are no revisions of ${workload} in ${namespace}`);
    const [newest, before] = all;
    return {
      workload,
      namespace,
      revisions: all.slice(0, MOST).map(({ template: _template, ...rest }) => rest),
      changed: before === undefined ? [] : changes(before.template, newest!.template).slice(0, MOST_CHANGES),
    };
  },
  facts(result, facts) {
    facts.count(result.revisions?.length, ["revision"]).quote(result);
    for (const text of result.changed ?? []) textFacts(text, facts, []);
    for (const { revision, replicas } of result.revisions ?? []) {
      facts.count(revision, ["revision"]).count(replicas, ["replica", "pod"]);
    }
  },
});

function isOwnedBy(object: Json, name: string): boolean {
  return objectsOf(at(object, "metadata", "ownerReferences")).some((one) => one.name === name);
}

type WithTemplate = Revision & { readonly template: unknown };

function ofSet(object: Json): WithTemplate {
  const annotations = labelsOf(at(object, "metadata", "annotations"));
  return {
    revision: Number(annotations["deployment.kubernetes.io/revision"] ?? 0),
    replicas: Number(at(object, "spec", "replicas") ?? 0),
    ...common(object, at(object, "spec", "template"), annotations),
  };
}

function ofRevision(object: Json): WithTemplate {
  const annotations = labelsOf(at(object, "metadata", "annotations"));
  return {
    revision: Number(object.revision ?? 0),
    replicas: null,
    ...common(object, at(object, "data", "spec", "template"), annotations),
  };
}

function common(object: Json, template: unknown, annotations: Readonly<Record<string, string>>) {
  const shown = shownObject({ template: template as Json }).template;
  return {
    created_at: textOf(at(object, "metadata", "creationTimestamp")) ?? "",
    images: objectsOf(at(template, "spec", "containers")).map((one) => textOf(one.image) ?? ""),
    change_cause: annotations["kubernetes.io/change-cause"] ?? null,
    template: shown,
  };
}

/** Each field in which two templates differ, the label of the set itself left out. */
function changes(before: unknown, now: unknown, path = ""): string[] {
  if (JSON.stringify(before) === JSON.stringify(now) || path.endsWith("pod-template-hash")) return [];
  if (typeof before !== "object" || typeof now !== "object" || before === null || now === null) {
    return [`${path}: ${brief(before)} -> ${brief(now)}`];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys].flatMap((key) => {
    const next = Array.isArray(before) || Array.isArray(now) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    return changes((before as Record<string, unknown>)[key], (now as Record<string, unknown>)[key], next);
  });
}

function brief(value: unknown): string {
  return value === undefined ? "none" : (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 160);
}
