import { type Cluster, type Judgement, type Ref, View, type Weighed } from "../../cluster/mod.ts";
import type { Budget, Target } from "../../sources/mod.ts";

/** What an alert's objects are in the cluster, and what they depend on. */
export interface Concern {
  /** The objects themselves: a pod with its workload, a service with what is behind it. */
  readonly own: readonly Ref[];
  /** Whom they call, directly or through others. */
  readonly callees: readonly Ref[];
  /** Nodes that their pods run on. */
  readonly nodes: ReadonlySet<string>;
  /** Everything in these namespaces is meant. */
  readonly namespaces: ReadonlySet<string>;
  /** Programs of the control plane. */
  readonly components: ReadonlySet<string>;
}

/** A target with the objects that it stands for; none of them when the cluster has no such object. */
export interface Found {
  readonly target: Target;
  readonly refs: readonly Ref[];
}

const MOST_CALLEES = 200;

/** The objects of each target. */
export function findTargets(
  cluster: Cluster,
  { targets, budgets }: { readonly targets: readonly Target[]; readonly budgets: readonly Budget[] },
): Found[] {
  const view = new View(cluster);
  return targets.map((target) => ({ target, refs: refsOf(view, target, budgets) }));
}

export function concernOf(cluster: Cluster, found: readonly Found[]): Concern {
  const view = new View(cluster);
  const own = found.flatMap((one) => one.refs);
  const callees: Ref[] = [];
  const queue = own.filter((one) => one.kind === "Workload" || one.kind === "Service");
  const seen = new Set(queue.map((one) => `${one.namespace}/${one.name}`));
  for (let ref = queue.shift(); ref !== undefined && seen.size < MOST_CALLEES; ref = queue.shift()) {
    for (const { namespace, to } of view.callsFrom(ref.namespace, ref.name)) {
      const key = `${namespace}/${to}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const service: Ref = { kind: "Service", namespace, name: to };
      const backend = view.backendOf(service);
      const behind: Ref = { kind: "Workload", namespace, name: backend?.name ?? to };
      callees.push(service, behind);
      queue.push(behind);
    }
  }
  const names = new Set(own.filter((one) => one.kind === "Workload" || one.kind === "Pod").map(keyOf));
  const nodes = cluster.pods.flatMap((pod) =>
    pod.node !== undefined &&
      (names.has(`${pod.namespace}/${pod.name}`) || pod.owner !== undefined && names.has(keyOf(pod.owner)))
      ? [pod.node]
      : []
  );
  return {
    own,
    callees,
    nodes: new Set([...nodes, ...own.filter((one) => one.kind === "Node").map((one) => one.name)]),
    // An object that is gone says nothing: what is wrong where it was is meant then.
    namespaces: new Set(
      found.flatMap(({ target, refs }) =>
        target.kind === "Namespace"
          ? [target.name]
          : refs.length === 0 && target.namespace !== ""
          ? [target.namespace]
          : []
      ),
    ),
    components: new Set(found.flatMap(({ target }) => target.kind === "Component" ? [target.name] : [])),
  };
}

/** How a cause bears on what is asked about: on the objects themselves, through what they depend on, or not at all. */
export type Bearing = "own" | "through" | "none";

export function bearingOf(cause: Weighed, concern: Concern): Bearing {
  const touched = [cause.object, ...cause.explains];
  const own = touched.some((one) => concern.own.some((each) => same(one, each)));
  if (own) return "own";
  if (
    concern.namespaces.size > 0 &&
    touched.some((one) =>
      concern.namespaces.has(one.namespace) || one.kind === "Namespace" && concern.namespaces.has(one.name)
    )
  ) {
    return "own";
  }
  if (concern.components.size > 0 && cause.group === "infrastructure") return "own";
  if (touched.some((one) => concern.callees.some((each) => same(one, each)))) return "through";
  // Of a namespace as a whole, any node may be one that it needs.
  if (cause.object.kind === "Node" && concern.namespaces.size > 0) return "through";
  if (cause.object.kind === "Node" && concern.nodes.has(cause.object.name)) return "through";
  return "none";
}

/** Certainty from which a fault of the object itself goes before a likelier one elsewhere. */
const SURE = 0.7;

/** The causes that bear on what is asked about, the likeliest first; those of the objects themselves before others. */
export function inOrder(
  judgement: Judgement,
  concern: Concern,
): { readonly causes: readonly Weighed[]; readonly elsewhere: readonly Weighed[] } {
  const bearing = new Map(judgement.causes.map((one) => [one, bearingOf(one, concern)]));
  const first = (one: Weighed) =>
    Number(concern.namespaces.size === 0 && bearing.get(one) === "own" && one.certainty >= SURE);
  const causes = judgement.causes.filter((one) => bearing.get(one) !== "none")
    .toSorted((one, other) => first(other) - first(one) || other.score - one.score);
  return { causes, elsewhere: judgement.causes.filter((one) => bearing.get(one) === "none") };
}

function refsOf(
  view: View,
  target: Target,
  budgets: readonly Budget[],
): Ref[] {
  const { namespace, name } = target;
  switch (target.kind) {
    case "Pod": {
      const pod = view.cluster.pods.find((one) => one.namespace === namespace && one.name === name);
      // A pod that is gone was of a workload whose name its own begins with.
      if (pod === undefined) {
        const gone = workloadOfGone(view, namespace, name);
        return gone === undefined ? [] : [gone];
      }
      return [
        { kind: "Pod", namespace, name },
        ...pod.owner === undefined ? [] : [pod.owner, ...servicesOf(view, pod.owner)],
      ];
    }
    case "Service": {
      const service = view.service(namespace, name);
      const behind = service === undefined ? view.workload(namespace, name) : view.backendOf(service);
      return [
        ...service === undefined ? [] : [{ kind: "Service", namespace, name } as const],
        ...behind === undefined ? [] : [workloadRef(behind)],
      ];
    }
    case "Ingress": {
      const routes = view.cluster.routes.filter((one) => one.namespace === namespace && one.source.name === name);
      return [
        ...routes.slice(0, 1).map((one) => one.source),
        ...routes.flatMap((one) => refsOf(view, { ...target, kind: "Service", name: one.backend }, budgets)),
      ];
    }
    case "HorizontalPodAutoscaler": {
      const scaler = view.cluster.autoscalers.find((one) => one.namespace === namespace && one.name === name);
      return scaler === undefined
        ? []
        : refsOf(view, { ...target, kind: "Workload", name: scaler.target.name }, budgets);
    }
    case "PersistentVolumeClaim":
    case "PersistentVolume": {
      const kind = target.kind;
      const claims = view.cluster.claims.filter((one) =>
        kind === "PersistentVolume" ? one.volume === name : one.namespace === namespace && one.name === name
      );
      const users = claims.flatMap((claim) =>
        view.cluster.pods.filter((pod) => pod.namespace === claim.namespace && claim.usedBy.includes(pod.name))
      );
      const exists = kind === "PersistentVolume"
        ? view.cluster.volumes.some((one) => one.name === name)
        : claims.length > 0;
      return [
        ...exists ? [{ kind, namespace, name }] : [],
        ...users.slice(0, 20).flatMap((
          pod,
        ) => [
          { kind: "Pod", namespace: pod.namespace, name: pod.name } as const,
          ...pod.owner === undefined ? [] : [pod.owner],
        ]),
      ];
    }
    case "Node":
      return view.node(name) === undefined ? [] : [{ kind: "Node", namespace: "", name }];
    case "Namespace":
      return [{ kind: "Namespace", namespace: "", name }];
    case "ResourceQuota":
      return view.cluster.quotas.some((one) => one.namespace === namespace && one.name === name)
        ? [{ kind: "ResourceQuota", namespace, name }, { kind: "Namespace", namespace: "", name: namespace }]
        : [];
    case "PodDisruptionBudget": {
      const budget = budgets.find((one) => one.namespace === namespace && one.name === name);
      return view.cluster.workloads.filter((one) =>
        budget !== undefined && one.namespace === namespace && covers(budget, one.podLabels)
      )
        .map(workloadRef);
    }
    case "Component":
      return [];
    default: {
      const workload = view.workload(namespace, name);
      return workload === undefined ? [] : [workloadRef(workload), ...servicesOf(view, workloadRef(workload))];
    }
  }
}

function covers({ selector }: Budget, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function servicesOf(view: View, ref: Ref): Ref[] {
  const workload = view.workload(ref.namespace, ref.name);
  return workload === undefined
    ? []
    : view.servicesOf(workload).map((one) => ({ kind: "Service", namespace: one.namespace, name: one.name }));
}

function workloadOfGone(view: View, namespace: string, pod: string): Ref | undefined {
  const named = view.cluster.workloads.filter((one) =>
    one.namespace === namespace &&
    (one.owned.some((set) => pod.startsWith(`${set}-`)) || pod.startsWith(`${one.name}-`))
  ).toSorted((one, other) => other.name.length - one.name.length)[0];
  return named === undefined ? undefined : workloadRef(named);
}

function workloadRef(one: { namespace: string; name: string; kind: string }): Ref {
  return { kind: "Workload", namespace: one.namespace, name: one.name, as: one.kind };
}

function keyOf(one: Ref): string {
  return `${one.namespace}/${one.name}`;
}

function same(one: Ref, other: Ref): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
}
