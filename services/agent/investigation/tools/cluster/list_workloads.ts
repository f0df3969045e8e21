import * as v from "valibot";
import { type Cluster, isReady, type Pod, type Workload } from "../../cluster/mod.ts";
import { defineTool, parameters } from "../tool.ts";
import { textFacts } from "./facts.ts";
import { clusterOf, lookInto, namespaceOf } from "./look.ts";
import { NAMESPACE, optionalName } from "./schema.ts";
import { wordOf } from "./words.ts";

/** One workload as it is now. */
export interface WorkloadRow {
  readonly workload: string;
  readonly ready: number;
  readonly replicas: number;
  readonly restarts: number;
  readonly images: readonly string[];
  readonly age_seconds: number | null;
  /** Used now, by metrics-server; null where there is none. */
  readonly cpu_cores: number | null;
  readonly memory_mb: number | null;
  /** Its pods that are not ready, each with why. */
  readonly not_ready: readonly string[];
}

export interface WorkloadsResult {
  readonly namespace: string;
  readonly count: number;
  readonly workloads: readonly WorkloadRow[];
  readonly cut: string | null;
}

const MOST = 60;
const MOST_PODS = 5;

/** The workloads of a namespace, those in trouble first. */
export const listWorkloads = defineTool({
  name: "list_workloads",
  subject: "the cluster's workloads",
  counts: ["workload", "replica", "restart"],
  description:
    "Kubernetes: workloads of a namespace with ready replicas, restarts, images, use; those in trouble first.",
  schema: v.strictObject({ namespace: optionalName }),
  parameters: parameters({ namespace: NAMESPACE }),
  timeoutMs: 30_000,
  outputLimit: 6_000,
  ofCluster: true,
  async run({ namespace: asked }, context): Promise<WorkloadsResult> {
    const namespace = namespaceOf(asked, context.situation);
    const { cluster } = await lookInto(namespace, context);
    const client = await clusterOf(context).client();
    const use = await client.podUse(namespace, context.signal).catch(() => new Map());
    const rows = cluster.workloads.filter((one) => one.namespace === namespace && isShown(one))
      .map((one) => rowOf(one, { cluster, use }))
      .toSorted((one, other) => trouble(other) - trouble(one) || one.workload.localeCompare(other.workload));
    return {
      namespace,
      count: rows.length,
      workloads: rows.slice(0, MOST),
      cut: rows.length > MOST ? `${rows.length - MOST} more are counted but not shown` : null,
    };
  },
  facts(result, facts) {
    facts.count(result.count, ["workload"]).quote(result);
    for (const one of result.workloads ?? []) {
      const about = [one.workload];
      facts.count(one.ready, ["replica", "pod"], about).count(one.replicas, ["replica", "pod"], about);
      facts.count(one.restarts, ["restart", "time"], about);
      facts.number(one.cpu_cores, "cores", { of: "cpu", about }).number(one.memory_mb, "MB", { of: "memory", about });
      for (const text of one.not_ready ?? []) textFacts(text, facts, about);
    }
  },
});

/** Jobs that are done are history. */
function isShown(one: Workload): boolean {
  return !(one.kind === "Job" && one.complete) && !(one.kind === "ReplicaSet" && one.replicas === 0);
}

function rowOf(
  one: Workload,
  { cluster, use }: { cluster: Cluster; use: ReadonlyMap<string, { cores: number; mb: number }> },
): WorkloadRow {
  const pods = cluster.pods.filter((pod) => pod.namespace === one.namespace && pod.owner?.name === one.name);
  const used = pods.flatMap((pod) => use.get(pod.name) ?? []);
  const sum = (key: "cores" | "mb") => Math.round(used.reduce((total, each) => total + each[key], 0) * 1_000) / 1_000;
  return {
    workload: wordOf({ kind: "Workload", namespace: one.namespace, name: one.name, as: one.kind }),
    ready: one.ready,
    replicas: one.replicas,
    restarts: pods.flatMap((pod) => pod.containers).reduce((total, each) => total + each.restarts, 0),
    images: one.template.containers.map((each) => each.image).slice(0, 5),
    age_seconds: one.ageSeconds === undefined ? null : Math.round(one.ageSeconds),
    cpu_cores: used.length === 0 ? null : sum("cores"),
    memory_mb: used.length === 0 ? null : sum("mb"),
    not_ready: pods.filter((pod) => !isReady(pod) && pod.phase !== "Succeeded").slice(0, MOST_PODS).map(whyNot),
  };
}

/** `web-1 is Pending on node left: ImagePullBackOff`. */
function whyNot(pod: Pod): string {
  const state = pod.containers.find((each) => each.reason !== undefined);
  const scheduled = pod.conditions.find((each) => each.type === "PodScheduled" && each.status === "False");
  const why = state?.reason ?? pod.reason ?? scheduled?.message?.slice(0, 160) ??
    (pod.deleting ? "it is being deleted" : undefined);
  return `${pod.name} is ${pod.phase}${pod.node === undefined ? "" : ` on node ${pod.node}`}${
    why === undefined ? "" : `: ${why}`
  }`;
}

function trouble(row: WorkloadRow): number {
  return row.not_ready.length + Math.max(0, row.replicas - row.ready) + (row.restarts > 0 ? 0.5 : 0);
}
