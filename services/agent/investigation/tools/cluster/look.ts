import type { ClusterSource, Snapshot } from "../../sources/mod.ts";
import { type Situation, type ToolContext, ToolError } from "../tool.ts";

/** The cluster of `connections`. @throws {ToolError} `not_configured` */
export function clusterOf({ sources }: Pick<ToolContext, "sources">): ClusterSource {
  if (sources.cluster === undefined) {
    throw new ToolError(
      "not_configured",
      "config/oncall.yaml, as it was when the agent started, has no connection of kind kubernetes",
    );
  }
  return sources.cluster;
}

/** The namespace that is meant: the one that was asked for, else the alert's. @throws {ToolError} `invalid_arguments` */
export function namespaceOf(asked: string | null | undefined, { targets = [] }: Pick<Situation, "targets">): string {
  if (asked) return asked;
  for (const { kind, namespace, name } of targets) {
    if (kind === "Namespace") return name;
    if (namespace !== "") return namespace;
  }
  throw new ToolError("invalid_arguments", "the alert names no namespace: give one in namespace");
}

/** The objects of a namespace, as they were at most some seconds ago. */
export async function lookInto(namespace: string, context: ToolContext): Promise<Snapshot> {
  return await clusterOf(context).look(
    { namespaces: [namespace], nodes: [], near: nearOf(context.situation) },
    context.signal,
  );
}

/** The alert's objects, whose logs are read first. */
export function nearOf({ targets = [] }: Pick<Situation, "targets">): ReadonlySet<string> {
  return new Set(targets.map((one) => `${one.namespace}/${one.name}`));
}
