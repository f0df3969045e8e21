import {
  type Cluster,
  isReady,
  type Judgement,
  type Ref,
  symptomsOf,
  View,
  weigh,
  type Weighed,
} from "../../cluster/mod.ts";
import type { Alert } from "../../../incidents/mod.ts";
import { alertedOf } from "./alerted.ts";
import type { Snapshot, Target } from "../../sources/mod.ts";
import { concernOf, findTargets, type Found, inOrder } from "./relevance.ts";
import { wordOf } from "./words.ts";

/** A part of an object that a conclusion rests on. */
export interface Shown {
  /** `deployment/web`, with its namespace where it has one. */
  readonly object: string;
  readonly namespace: string;
  readonly field: string;
  readonly text: string;
}

/** A conclusion of the rules. */
export interface ClusterCause {
  readonly cause: string;
  readonly group: string;
  readonly object: string;
  readonly namespace: string;
  readonly says: string;
  readonly evidence: readonly Shown[];
  readonly against: readonly Shown[];
  /** Lines that a person can paste; nothing here is run. */
  readonly fix: readonly string[];
  readonly certainty: number;
  /** Pods that it concerns, at most some of them. */
  readonly pods: readonly string[];
  /** What is in trouble because of it. */
  readonly victims: readonly string[];
}

/** An object that the alert is about, as it is now. */
export interface AboutObject {
  readonly object: string;
  readonly namespace: string;
  readonly named_by: string;
  /** Null when the cluster has no such object. */
  readonly state: string | null;
  readonly well: boolean;
}

/** What `check_cluster` answers. */
export interface ClusterResult {
  readonly cluster: string;
  readonly at: string;
  readonly about: readonly AboutObject[];
  readonly counts: {
    readonly pods: number;
    readonly workloads: number;
    readonly nodes: number;
    readonly events: number;
  };
  /** Causes that bear on the objects, the likeliest first. */
  readonly causes: readonly ClusterCause[];
  /** Faults of other objects that were read, too. */
  readonly elsewhere: readonly ClusterCause[];
  readonly symptoms: readonly { readonly object: string; readonly says: string }[];
  readonly symptom_count: number;
  readonly not_readable: readonly string[];
  readonly partial: readonly string[];
}

const MOST_CAUSES = 4;
const MOST_ELSEWHERE = 3;
const MOST_SYMPTOMS = 12;
const MOST_EVIDENCE = 5;
const MOST_NAMES = 8;

/** What the rules say of a snapshot, about the objects of an alert. */
export function clusterResult(
  snapshot: Pick<Snapshot, "cluster" | "budgets" | "forbidden" | "partial">,
  { name, targets, alerts }: {
    readonly name: string;
    readonly targets: readonly Target[];
    readonly alerts: readonly Pick<Alert, "labels" | "annotations" | "status">[];
  },
): ClusterResult {
  const found = findTargets(snapshot.cluster, { targets, budgets: snapshot.budgets });
  const cluster = { ...snapshot.cluster, alerts: alerts.flatMap((one) => alertedOf(one, found) ?? []) };
  const judgement = weigh(cluster, { about: found.flatMap((one) => one.refs) });
  const concern = concernOf(cluster, found);
  const { causes, elsewhere } = inOrder(judgement, concern);
  const symptoms = symptomsOf(new View(cluster));
  const about = (one: Ref) => concern.own.some((each) => each.namespace === one.namespace && each.name === one.name);
  return {
    cluster: name,
    at: `${new Date(cluster.readAtMs).toISOString().slice(0, 19)}Z`,
    about: found.map((one) => aboutObject(cluster, one)),
    counts: {
      pods: cluster.pods.length,
      workloads: cluster.workloads.length,
      nodes: cluster.nodes.length,
      events: cluster.events.length,
    },
    causes: causes.slice(0, MOST_CAUSES).map((one) => causeOf(judgement, cluster, one)),
    elsewhere: elsewhere.slice(0, MOST_ELSEWHERE).map((one) => causeOf(judgement, cluster, one)),
    symptoms: symptoms.toSorted((one, other) => Number(about(other.object)) - Number(about(one.object)))
      .slice(0, MOST_SYMPTOMS).map((one) => ({ object: wordOf(one.object), says: one.says })),
    symptom_count: symptoms.length,
    not_readable: snapshot.forbidden.slice(0, MOST_SYMPTOMS),
    partial: snapshot.partial.slice(0, MOST_SYMPTOMS),
  };
}

function causeOf(judgement: Judgement, cluster: Cluster, one: Weighed): ClusterCause {
  const names = new Set([one.object, ...one.explains].map((each) => `${each.namespace}/${each.name}`));
  const pods = cluster.pods.filter((pod) =>
    !isReady(pod) &&
    (names.has(`${pod.namespace}/${pod.name}`) ||
      pod.owner !== undefined && names.has(`${pod.namespace}/${pod.owner.name}`))
  );
  const victims = new Set([
    ...judgement.victims.filter((each) => each.follows?.says === one.says).map((each) => wordOf(each.object)),
    ...one.explained.map((each) => wordOf(each.object)),
    ...one.explains.filter((each) => each.kind !== "Pod").map(wordOf),
  ]);
  victims.delete(wordOf(one.object));
  const shown = (quotes: Weighed["for"], most: number): Shown[] =>
    quotes.slice(0, most).map(({ object, field, text }) => ({
      object: wordOf(object),
      namespace: object.namespace,
      field,
      text: text.replaceAll(/\s+/g, " ").trim(),
    }));
  return {
    cause: one.cause,
    group: one.group,
    object: wordOf(one.object),
    namespace: one.object.namespace,
    says: one.says.replaceAll(/\s+/g, " ").slice(0, 480),
    evidence: shown(one.for, MOST_EVIDENCE),
    against: shown(one.against, 2),
    fix: one.fix.slice(0, 3).map((line) => line.replaceAll(/\s+/g, " ").slice(0, 400)),
    certainty: one.certainty,
    pods: pods.slice(0, MOST_NAMES).map((pod) => pod.name),
    victims: [...victims].slice(0, MOST_NAMES),
  };
}

function aboutObject(cluster: Cluster, { target, refs }: Found): AboutObject {
  const kind = target.kind === "Workload" ? refs[0]?.as ?? "Workload" : target.kind;
  const object = `${kind.toLowerCase()}/${target.name}`;
  const base = { object, namespace: target.namespace, named_by: target.by };
  const states = refs.map((ref) => stateOf(cluster, ref)).filter((one) => one !== undefined);
  if (target.kind === "Component" || target.kind === "Namespace") {
    return { ...base, state: states[0]?.text ?? "read as a whole", well: states.every((one) => one.well) };
  }
  if (refs.length === 0) return { ...base, state: null, well: false };
  return {
    ...base,
    state: states.length === 0 ? "it exists" : states.slice(0, 2).map((one) => one.text).join("; "),
    well: states.every((one) => one.well),
  };
}

/** How an object does, in a few words. */
function stateOf(cluster: Cluster, ref: Ref): { text: string; well: boolean } | undefined {
  const is = (one: { namespace: string; name: string }) => one.namespace === ref.namespace && one.name === ref.name;
  switch (ref.kind) {
    case "Workload": {
      const one = cluster.workloads.find(is);
      if (one === undefined) return undefined;
      if (one.kind === "Job" || one.kind === "CronJob") {
        const text = one.complete ? "complete" : one.failed ? "failed" : one.suspended ? "suspended" : "running";
        return { text: `${wordOf(ref)} is ${text}`, well: !one.failed };
      }
      return {
        text: `${wordOf(ref)} has ${one.ready} of ${one.replicas} replicas ready`,
        well: one.ready >= one.replicas,
      };
    }
    case "Pod": {
      const one = cluster.pods.find(is);
      if (one === undefined) return undefined;
      const restarts = one.containers.reduce((sum, each) => sum + each.restarts, 0);
      const waits = one.containers.find((each) => each.reason !== undefined)?.reason;
      const lately = one.containers.some((each) => (each.last?.agoSeconds ?? Infinity) < 900);
      return {
        text: `pod/${one.name} is ${one.phase}${isReady(one) ? " and ready" : ""}${
          waits === undefined ? "" : ` (${waits})`
        }, ${restarts} restarts`,
        well: (isReady(one) || one.phase === "Succeeded") && !lately,
      };
    }
    case "Service": {
      const one = cluster.services.find(is);
      if (one === undefined || !one.endpointsKnown) return undefined;
      return {
        text: `service/${one.name} has ${one.ready.length} ready endpoints`,
        well: one.ready.length > 0 || Object.keys(one.selector).length === 0,
      };
    }
    case "Node": {
      const one = cluster.nodes.find((each) => each.name === ref.name);
      const bad =
        one?.conditions.filter((each) => each.type === "Ready" ? each.status !== "True" : each.status === "True") ?? [];
      if (one === undefined) return undefined;
      const text = bad.length === 0 ? "is ready" : `has ${bad.map((each) => `${each.type}=${each.status}`).join(", ")}`;
      return { text: `node/${one.name} ${text}${one.unschedulable ? ", cordoned" : ""}`, well: bad.length === 0 };
    }
    case "PersistentVolumeClaim": {
      const one = cluster.claims.find(is);
      return one && { text: `${wordOf(ref)} is ${one.phase}`, well: one.phase === "Bound" };
    }
    case "PersistentVolume": {
      const one = cluster.volumes.find((each) => each.name === ref.name);
      return one && { text: `${wordOf(ref)} is ${one.phase}`, well: /^(Bound|Available)$/.test(one.phase) };
    }
    default:
      return undefined;
  }
}
