import * as v from "valibot";
import type { Cluster, Node } from "../../cluster/mod.ts";
import { defineTool, parameters, ToolError } from "../tool.ts";
import { textFacts } from "./facts.ts";
import { clusterOf, nearOf } from "./look.ts";
import { optionalName } from "./schema.ts";

export interface NodeRow {
  readonly node: string;
  readonly ready: string;
  /** What is wrong with it, in Kubernetes' words. */
  readonly conditions: readonly string[];
  readonly unschedulable: boolean;
  readonly taints: readonly string[];
  readonly pods: number | null;
  readonly most_pods: number | null;
  readonly requested_cores: number | null;
  readonly cores: number | null;
  readonly requested_mb: number | null;
  readonly mb: number | null;
  /** Used now, by metrics-server. */
  readonly used_cores: number | null;
  readonly used_mb: number | null;
  /** Programs of the node that are known to run or not. */
  readonly programs: readonly string[];
}

export interface NodesResult {
  readonly count: number;
  readonly nodes: readonly NodeRow[];
  readonly cut: string | null;
}

const MOST = 12;

/** How nodes do: the one that is asked for with its pods, else those in trouble first. */
export const nodeHealth = defineTool({
  name: "node_health",
  subject: "the nodes",
  counts: ["node", "pod"],
  description: "Kubernetes: nodes with conditions, taints, pods, requests beside capacity, use, and their programs.",
  schema: v.strictObject({ node: optionalName }),
  parameters: parameters({ node: { type: "string" } }),
  timeoutMs: 30_000,
  outputLimit: 5_000,
  ofCluster: true,
  async run({ node: asked }, context): Promise<NodesResult> {
    const live = clusterOf(context);
    const named = asked || context.situation.targets?.find((one) => one.kind === "Node")?.name;
    const wanted = named === undefined ? [] : [named];
    const { cluster } = await live.look(
      { namespaces: [], nodes: wanted, near: nearOf(context.situation) },
      context.signal,
    );
    const use = await (await live.client()).nodeUse(context.signal).catch(() => new Map());
    const all = wanted.length === 0 ? cluster.nodes : cluster.nodes.filter((one) => wanted.includes(one.name));
    if (all.length === 0) {
      throw new ToolError("not_found", named === undefined ? "no node can be read" : `there is no node ${named}`);
    }
    const rows = all.map((one) => rowOf(one, { cluster, use, whole: wanted.length > 0 }))
      .toSorted((one, other) => other.conditions.length - one.conditions.length || one.node.localeCompare(other.node));
    return {
      count: rows.length,
      nodes: rows.slice(0, MOST),
      cut: rows.length > MOST ? `${rows.length - MOST} more are counted but not shown` : null,
    };
  },
  facts(result, facts) {
    facts.count(result.count, ["node"]).quote(result);
    for (const one of result.nodes ?? []) {
      const about = [one.node];
      facts.count(one.pods, ["pod"], about).count(one.most_pods, ["pod"], about);
      facts.number(one.requested_cores, "cores", { of: "cpu", about }).number(one.cores, "cores", { of: "cpu", about })
        .number(
          one.used_cores,
          "cores",
          { of: "cpu", about },
        );
      facts.number(one.requested_mb, "MB", { of: "memory", about }).number(one.mb, "MB", { of: "memory", about })
        .number(one.used_mb, "MB", { of: "memory", about });
      for (const text of [...one.conditions ?? [], ...one.programs ?? []]) textFacts(text, facts, about);
    }
  },
});

function rowOf(
  node: Node,
  { cluster, use, whole }: {
    readonly cluster: Cluster;
    readonly use: ReadonlyMap<string, { cores: number; mb: number }>;
    readonly whole: boolean;
  },
): NodeRow {
  const ready = node.conditions.find((one) => one.type === "Ready");
  const bad = node.conditions.filter((one) => one.type === "Ready" ? one.status !== "True" : one.status !== "False");
  const pods = cluster.pods.filter((pod) => pod.node === node.name && !/^(Succeeded|Failed)$/.test(pod.phase));
  const requests = pods.flatMap((pod) => pod.spec.containers.filter((one) => !one.init).map((one) => one.requests));
  const sum = (of: (one: { cpu?: number; memoryBytes?: number }) => number) =>
    requests.reduce((total, one) => total + of(one), 0);
  const used = use.get(node.name);
  const { allocatable } = node;
  return {
    node: node.name,
    ready: ready?.status ?? "Unknown",
    conditions: bad.map((one) =>
      `${one.type}=${one.status} ${one.reason ?? ""} ${one.message ?? ""}`.trim().slice(0, 300)
    ),
    unschedulable: node.unschedulable,
    taints: node.taints.slice(0, 10).map((one) => `${one.key}${one.value === "" ? "" : `=${one.value}`}:${one.effect}`),
    // Of the other nodes only some pods were read.
    pods: whole ? pods.length : null,
    most_pods: allocatable.pods ?? null,
    requested_cores: whole ? rounded(sum((one) => one.cpu ?? 0)) : null,
    cores: allocatable.cpu ?? null,
    requested_mb: whole ? rounded(sum((one) => (one.memoryBytes ?? 0) / 2 ** 20)) : null,
    mb: allocatable.memoryBytes === undefined ? null : rounded(allocatable.memoryBytes / 2 ** 20),
    used_cores: used === undefined ? null : rounded(used.cores),
    used_mb: used === undefined ? null : rounded(used.mb),
    programs: cluster.daemons.filter((one) => one.node === node.name).map((one) => `${one.name}: ${one.quote}`),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
