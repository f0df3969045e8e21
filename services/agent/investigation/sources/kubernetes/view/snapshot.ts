import { type Cluster, emptyCluster, type Pod } from "../../../cluster/mod.ts";
import { type KubernetesClient, KubernetesError, type ResourceName } from "../api/mod.ts";
import * as read from "../read/mod.ts";
import { callsOf } from "./calls.ts";
import { daemonsOf } from "./daemons.ts";
import { failuresOf } from "./failures.ts";
import { Lists } from "./lists.ts";
import { readLogs } from "./logs.ts";
import { joinOwners } from "./owners.ts";
import { MOST_NAMESPACES, type Scope } from "./scope.ts";

/** A cluster as it was seen, and what was not seen of it. */
export interface Snapshot {
  readonly cluster: Cluster;
  readonly budgets: readonly read.Budget[];
  /** Addresses of the nodes by name. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  /** Kinds that could not be read, each with the reason. */
  readonly forbidden: readonly string[];
  /** Lists that were longer than what is read. */
  readonly partial: readonly string[];
}

const SYSTEM = "kube-system";
const MOST_EVENTS = 5_000;
const MOST_NORMAL_EVENTS = 1_000;
const MOST_REPLICA_SETS = 3_000;
const MOST_SYSTEM_PODS = 1_000;

/**
 * Reads the part of a cluster that `scope` names. A list that fails is noted, and rules conclude nothing from its absence.
 *
 * @throws {ToolError} when the API server cannot be reached or knows the agent's credentials not at all.
 */
export async function readCluster(
  client: KubernetesClient,
  scope: Scope,
  { signal, now }: { readonly signal: AbortSignal; readonly now: () => Date },
): Promise<Snapshot> {
  await firstWord(client, signal);
  const nowMs = client.serverMs ?? now().getTime();
  const lists = new Lists(client, signal);
  const cluster = emptyCluster(nowMs);
  const addresses = new Map<string, readonly string[]>();
  const namespaces = scope.namespaces.slice(0, MOST_NAMESPACES);
  const [perNamespace, onNodes, system, nodes] = await Promise.all([
    Promise.all(namespaces.map((namespace) => readNamespace(cluster, { lists, namespace, nowMs }))),
    Promise.all(scope.nodes.slice(0, 3).map((node) => podsOn(lists, node, nowMs))),
    readSystem(lists, { nowMs, whole: namespaces.includes(SYSTEM) }),
    readNodes(cluster, { lists, nowMs, addresses }),
    readShared(cluster, lists),
  ]);
  cluster.nodes.push(...nodes);
  const known = new Set(perNamespace.flatMap((one) => one.pods).map(({ pod }) => `${pod.namespace}/${pod.name}`));
  const others = [...onNodes.flat(), ...system.dns].filter(({ pod }) => {
    const key = `${pod.namespace}/${pod.name}`;
    return !known.has(key) && known.add(key);
  });
  const joined = joinOwners(
    [...perNamespace.flatMap((one) => one.workloads), ...system.workloads],
    [...perNamespace.flatMap((one) => one.pods), ...others],
  );
  cluster.workloads.push(...joined.workloads);
  cluster.pods.push(...joined.pods);
  for (const one of cluster.autoscalers) keepAtZero(cluster, one);
  for (const claim of cluster.claims) claim.usedBy = usersOf(joined.pods, claim);
  cluster.daemons.push(...daemonsOf(system.pods.map(({ pod }) => pod), { leases: system.leases, nowMs }));
  cluster.calls.push(...callsOf(cluster));
  cluster.logs.push(...await readLogs(cluster, { lists, near: scope.near }));
  cluster.failures.push(...failuresOf(cluster));
  // Their values are never asked for, so that nothing can be said of which there are.
  cluster.unread.push("Secret", ...[...lists.gaps.unread.keys()].flatMap((name) => KINDS[name] ?? []));
  return {
    cluster,
    budgets: perNamespace.flatMap((one) => one.budgets),
    addresses,
    forbidden: [...lists.gaps.unread].filter(([name]) => !OPTIONAL.has(name)).map(([, reason]) => reason),
    partial: lists.gaps.partial,
  };
}

/** Whether anybody answers at all is asked first, by what everybody may read. */
async function firstWord(client: KubernetesClient, signal: AbortSignal): Promise<void> {
  try {
    await client.version(signal);
  } catch (error) {
    if (!(error instanceof KubernetesError) || error.status === 401) throw error;
  }
}

interface InNamespace {
  readonly pods: readonly read.ReadPod[];
  readonly workloads: readonly read.ReadWorkload[];
  readonly budgets: readonly read.Budget[];
}

async function readNamespace(
  cluster: Cluster,
  { lists, namespace, nowMs }: { readonly lists: Lists; readonly namespace: string; readonly nowMs: number },
): Promise<InNamespace> {
  const where = { namespace };
  const named = (object: Parameters<typeof read.nameOf>[0]) => ({ namespace, name: read.nameOf(object) });
  const workloadsOf = (name: ResourceName, kind: Parameters<typeof read.workloadOf>[1], most?: number) =>
    lists.of(name, (one) => read.workloadOf(one, kind, nowMs), { ...where, ...most === undefined ? {} : { most } });
  const [pods, deployments, sets, stateful, daemons, jobs, cron, services, slices, budgets] = await Promise.all([
    lists.of("pods", (one) => read.podOf(one, nowMs), where),
    workloadsOf("deployments", "Deployment"),
    workloadsOf("replicaSets", "ReplicaSet", MOST_REPLICA_SETS),
    workloadsOf("statefulSets", "StatefulSet"),
    workloadsOf("daemonSets", "DaemonSet"),
    workloadsOf("jobs", "Job"),
    lists.of("cronJobs", (one) => read.cronJobOf(one, nowMs), where),
    lists.of("services", read.serviceOf, where),
    lists.of("slices", read.sliceOf, where),
    lists.of("budgets", read.budgetOf, where),
    ...[
      into(cluster.autoscalers, lists.of("autoscalers", read.autoscalerOf, where)),
      into(
        cluster.events,
        lists.of("events", (one) => read.eventOf(one, nowMs), {
          ...where,
          fieldSelector: "type!=Normal",
          most: MOST_EVENTS,
        }),
      ),
      into(
        cluster.events,
        lists.of("events", (one) => read.eventOf(one, nowMs), {
          ...where,
          fieldSelector: "type=Normal",
          most: MOST_NORMAL_EVENTS,
        }),
      ),
      into(cluster.claims, lists.of("claims", read.claimOf, where)),
      into(cluster.quotas, lists.of("quotas", read.quotaOf, where)),
      into(cluster.quotas, lists.of("limitRanges", read.limitRangeOf, where)),
      into(cluster.serviceAccounts, lists.of("serviceAccounts", named, where)),
      into(cluster.policies, lists.of("policies", read.policyOf, where)),
      into(cluster.routes, lists.of("ingresses", read.routesOf, where).then((all) => all.flat())),
      into(
        cluster.configMaps,
        lists.of("configMaps", (one) => ({ ...named(one), keys: [] }), {
          ...where,
          metadataOnly: true,
          pageSize: 100,
        }),
      ),
    ],
  ]);
  if (!lists.gaps.unread.has("slices")) read.addEndpoints(services, slices);
  cluster.services.push(...services);
  cluster.workloads.push(...cron);
  declareClaims(cluster, stateful);
  return { pods, workloads: [...deployments, ...sets, ...stateful, ...daemons, ...jobs], budgets };
}

async function into<T>(list: T[], items: Promise<readonly T[]>): Promise<void> {
  for (const one of await items) list.push(one);
}

/** The claims that a StatefulSet is to have, one of each template for each pod. */
function declareClaims(cluster: Cluster, stateful: readonly read.ReadWorkload[]): void {
  for (const { workload: { namespace, name, replicas }, claimTemplates } of stateful) {
    for (const { name: template, bytes } of claimTemplates) {
      for (let index = 0; index < Math.min(replicas, 100); index++) {
        cluster.declared.push({
          kind: "PersistentVolumeClaim",
          namespace,
          name: `${template}-${name}-${index}`,
          ...bytes === undefined ? {} : { storageBytes: bytes },
        });
      }
    }
  }
}

async function podsOn(lists: Lists, node: string, nowMs: number): Promise<read.ReadPod[]> {
  return await lists.of("pods", (one) => read.podOf(one, nowMs), { fieldSelector: `spec.nodeName=${node}` });
}

async function readNodes(
  cluster: Cluster,
  { lists, nowMs, addresses }: {
    readonly lists: Lists;
    readonly nowMs: number;
    readonly addresses: Map<string, readonly string[]>;
  },
) {
  const [nodes, events] = await Promise.all([
    lists.of("nodes", (one) => {
      const node = read.nodeOf(one);
      const all = read.objects(read.at(one, "status", "addresses"), 20).flatMap((each) =>
        read.text(each.address) ?? []
      );
      addresses.set(node.name, all);
      return node;
    }),
    // Events of nodes stand in the namespace `default`.
    lists.of("events", (one) => read.eventOf(one, nowMs), {
      namespace: "default",
      fieldSelector: "involvedObject.kind=Node,type!=Normal",
      most: MOST_NORMAL_EVENTS,
    }),
  ]);
  cluster.events.push(...events);
  return nodes;
}

async function readShared(cluster: Cluster, lists: Lists): Promise<void> {
  await Promise.all([
    into(cluster.volumes, lists.of("volumes", read.volumeOf)),
    into(cluster.storageClasses, lists.of("storageClasses", read.storageClassOf)),
  ]);
}

/** The programs of the control plane, those of every node, and the cluster's DNS. */
async function readSystem(
  lists: Lists,
  { nowMs, whole }: { readonly nowMs: number; readonly whole: boolean },
): Promise<{
  pods: read.ReadPod[];
  dns: read.ReadPod[];
  workloads: read.ReadWorkload[];
  leases: read.Lease[];
}> {
  const where = { namespace: SYSTEM, most: MOST_SYSTEM_PODS };
  const [pods, workloads, leases] = await Promise.all([
    lists.of("pods", (one) => read.podOf(one, nowMs), where),
    whole ? Promise.resolve([]) : lists.of("deployments", (one) => read.workloadOf(one, "Deployment", nowMs), where),
    lists.of("leases", read.leaseOf, where),
  ]);
  const isDns = (labels: Pod["labels"]) => labels["k8s-app"] === "kube-dns";
  return {
    pods,
    // Where the namespace is looked at as a whole, its pods are there already.
    dns: whole ? [] : pods.filter(({ pod }) => isDns(pod.labels)),
    workloads: workloads.filter(({ workload }) => isDns(workload.podLabels)),
    leases,
  };
}

/** A workload at zero that its autoscaler may take there is at zero on purpose. */
function keepAtZero(cluster: Cluster, { namespace, name, target, min }: Cluster["autoscalers"][number]): void {
  const workload = cluster.workloads.find((one) =>
    one.namespace === namespace && one.kind === target.kind && one.name === target.name
  );
  if (workload !== undefined && workload.replicas === 0 && (min === 0 || name.startsWith("keda-hpa-"))) {
    workload.scaledToZeroBy = `HorizontalPodAutoscaler/${name}`;
  }
}

function usersOf(pods: readonly Pod[], claim: { namespace: string; name: string }): string[] {
  return pods.filter((pod) =>
    pod.namespace === claim.namespace &&
    pod.spec.mounts.some((one) => one.kind === "claim" && one.source === claim.name)
  ).slice(0, 20).map((pod) => pod.name);
}

/** What rules call the kinds that could not be read. */
const KINDS: Partial<Record<ResourceName, Cluster["unread"][number]>> = {
  pods: "Pod",
  deployments: "Workload",
  services: "Service",
  slices: "Service",
  events: "Event",
  quotas: "ResourceQuota",
  claims: "PersistentVolumeClaim",
  volumes: "PersistentVolume",
  storageClasses: "StorageClass",
  serviceAccounts: "ServiceAccount",
  configMaps: "ConfigMap",
  policies: "NetworkPolicy",
  ingresses: "Route",
  nodes: "Node",
};

/** Not every cluster has these, and little is lost without them. */
const OPTIONAL: ReadonlySet<ResourceName> = new Set(["podMetrics", "nodeMetrics", "leases", "cronJobs"]);
