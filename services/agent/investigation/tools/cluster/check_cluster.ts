import * as v from "valibot";
import { type ClusterSource, exporterOf, type Scope, type Target } from "../../sources/mod.ts";
import { defineTool, parameters, type Situation, type ToolContext, ToolError } from "../tool.ts";
import { clusterFacts } from "./facts.ts";
import { clusterOf } from "./look.ts";
import { type ClusterResult, clusterResult } from "./result.ts";

/** The rules' conclusions on the objects that the alert names. */
export const checkCluster = defineTool({
  name: "check_cluster",
  subject: "the cluster",
  holds: ["conclusions"],
  counts: ["pod", "replica", "node", "workload", "event", "endpoint", "restart", "symptom"],
  description:
    "Kubernetes: what rules conclude from the cluster's objects (pods, events, rollouts, services, nodes, quotas, logs) about what the alert names. Its causes, with their evidence, may be cited.",
  schema: v.strictObject({ namespace: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(253)))) }),
  parameters: parameters({ namespace: { type: "string", description: "another namespace than the alert's" } }),
  timeoutMs: 30_000,
  outputLimit: 8_000,
  essential: true,
  always: true,
  ofCluster: true,
  async run({ namespace }, context): Promise<ClusterResult> {
    const live = clusterOf(context);
    const targets: readonly Target[] = namespace
      ? [{ kind: "Namespace", namespace: "", name: namespace, by: "asked" }]
      : await withNodes(live, context);
    if (targets.length === 0) throw new ToolError("not_found", "no label of the alert names an object of the cluster");
    const snapshot = await live.look(scopeOf(targets), context.signal);
    const { alerts } = context.situation;
    return clusterResult(snapshot, { name: await live.name(), targets, alerts: namespace ? [] : alerts });
  },
  facts: clusterFacts,
  gaps: ({ not_readable = [], partial = [] }) =>
    [...not_readable, ...partial].map((reason) => ({ reason, partial: true })),
});

export function scopeOf(targets: readonly Target[]): Scope {
  const namespaces = targets.flatMap((one) =>
    one.kind === "Namespace" ? [one.name] : one.namespace === "" ? [] : [one.namespace]
  );
  const nodes = targets.filter((one) => one.kind === "Node").map((one) => one.name);
  const near = new Set(targets.map((one) => `${one.namespace}/${one.name}`));
  return { namespaces: [...new Set(namespaces)], nodes: [...new Set(nodes)], near };
}

/** The targets, with the nodes that alerts of an exporter mean without naming them. */
async function withNodes(live: ClusterSource, { situation, signal }: ToolContext): Promise<readonly Target[]> {
  const named = situation.targets ?? [];
  const exporters = exportersOf(situation);
  if (exporters.length === 0) return named;
  const client = await live.client();
  const found: Target[] = [];
  for (const { namespace, pod, address } of exporters) {
    const name = await client.nodeOf({ namespace, pod, address }, signal);
    if (name !== undefined) found.push({ kind: "Node", namespace: "", name, by: "instance" });
  }
  return [...named.filter((one) => one.kind !== "Namespace"), ...found];
}

const MOST_EXPORTERS = 3;

function exportersOf({ alerts, targets }: Situation) {
  if (targets?.some((one) => one.kind === "Node")) return [];
  return alerts.flatMap((alert) => exporterOf(alert.labels) ?? []).slice(0, MOST_EXPORTERS);
}
