import { LabelIndex } from "./label_index.ts";
import { selects } from "./labels.ts";
import type {
  Alerted,
  Call,
  Cluster,
  Container,
  ContainerState,
  Event,
  Labels,
  Log,
  Node,
  Pod,
  Ref,
  Service,
  Workload,
} from "./objects.ts";

import { linesOf } from "./lines.ts";

const ABOUT_REQUESTS = /error|fail|5xx|50\d|availab|down|absent|latency|slow|timeout|unreachable|probe|endpoint/i;

/** A cluster with the questions that rules ask of it; nothing in it changes. */
export class View {
  readonly cluster: Cluster;
  readonly #events = new Map<string, Event[]>();
  readonly #podsOf = new Map<string, Pod[]>();
  readonly #logs = new Map<string, Log[]>();
  readonly #lines = new Map<string, string[]>();
  readonly #workloads = new Map<string, Workload>();
  readonly #services = new Map<string, Service>();
  readonly #callsFrom = new Map<string, Call[]>();
  readonly #callsTo = new Map<string, Call[]>();
  readonly #servicesByPair = new Map<string, Service[]>();
  readonly #workloadIndex: LabelIndex<Workload>;
  #podIndex: LabelIndex<Pod> | undefined;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    for (const event of cluster.events) push(this.#events, keyOf(event.object.namespace, event.object.name), event);
    for (const pod of cluster.pods) if (pod.owner) push(this.#podsOf, keyOf(pod.namespace, pod.owner.name), pod);
    for (const one of cluster.workloads) this.#workloads.set(keyOf(one.namespace, one.name), one);
    for (const one of cluster.services) this.#services.set(keyOf(one.namespace, one.name), one);
    for (const one of cluster.calls) {
      push(this.#callsFrom, keyOf(one.namespace, one.from), one);
      push(this.#callsTo, keyOf(one.namespace, one.to), one);
    }
    for (const one of cluster.services) {
      const [pair] = Object.entries(one.selector);
      if (pair !== undefined) push(this.#servicesByPair, `${one.namespace} ${pair[0]}=${pair[1]}`, one);
    }
    this.#workloadIndex = new LabelIndex(cluster.workloads, (one) => one.podLabels);
    for (const log of cluster.logs) push(this.#logs, keyOf(log.namespace, log.workload), log);
  }

  /** Events of an object by name: those of a workload include its ReplicaSets'. */
  eventsOf(object: { namespace: string; name: string; owned?: string[] }): Event[] {
    return [object.name, ...object.owned ?? []].flatMap((name) =>
      this.#events.get(keyOf(object.namespace, name)) ?? []
    );
  }

  podsOf(workload: Workload): Pod[] {
    return (this.#podsOf.get(keyOf(workload.namespace, workload.name)) ?? []).filter((pod) => !pod.deleting);
  }

  workloadOf(pod: Pod): Workload | undefined {
    return pod.owner && this.workload(pod.namespace, pod.owner.name);
  }

  workload(namespace: string, name: string): Workload | undefined {
    return this.#workloads.get(keyOf(namespace, name));
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#services.get(keyOf(namespace, name));
  }

  node(name: string | undefined): Node | undefined {
    return this.cluster.nodes.find((one) => one.name === name);
  }

  servicesOf(workload: Workload): Service[] {
    const { namespace, podLabels } = workload;
    return Object.entries(podLabels).flatMap(([key, value]) =>
      this.#servicesByPair.get(`${namespace} ${key}=${value}`) ?? []
    ).filter((one) => selects(one.selector, podLabels));
  }

  /** The workloads whose pods a selector selects. */
  selectedWorkloads(namespace: string, selector: Labels): Workload[] {
    return this.#workloadIndex.selected(namespace, selector);
  }

  /** The pods that a selector selects. */
  selectedPods(namespace: string, selector: Labels): Pod[] {
    this.#podIndex ??= new LabelIndex(this.cluster.pods, (one) => one.labels);
    return this.#podIndex.selected(namespace, selector);
  }

  /** The workload behind a service: by its selector, else by its name. */
  backendOf(service: { namespace: string; name: string; selector?: Record<string, string> }): Workload | undefined {
    const selector = service.selector ?? this.service(service.namespace, service.name)?.selector ?? {};
    return this.selectedWorkloads(service.namespace, selector)[0] ?? this.workload(service.namespace, service.name);
  }

  /** The lines of a workload's own containers, each cut, newest last; those of meshes' sidecars are left out. */
  linesOf(workload: { namespace: string; name: string }): string[] {
    const key = keyOf(workload.namespace, workload.name);
    const known = this.#lines.get(key);
    if (known) return known;
    const lines = linesOf(this.logsOf(workload));
    this.#lines.set(key, lines);
    return lines;
  }

  logsOf(workload: { namespace: string; name: string }): Log[] {
    return this.#logs.get(keyOf(workload.namespace, workload.name)) ?? [];
  }

  callsFrom(namespace: string, name: string): Call[] {
    return this.#callsFrom.get(keyOf(namespace, name)) ?? [];
  }

  callsTo(namespace: string, name: string): Call[] {
    return this.#callsTo.get(keyOf(namespace, name)) ?? [];
  }

  /** The alerts whose name matches and that name this object, or one of these. */
  alertsOn(name: RegExp, ...objects: Ref[]): Alerted[] {
    return this.cluster.alerts.filter((one) =>
      name.test(one.name.slice(0, 200)) && one.objects.some((each) => objects.some((object) => sameRef(object, each)))
    );
  }

  /** Alerts about failing requests on an object of one of these names, or on one that calls it directly or through others. */
  alertedFor(namespace: string, names: ReadonlySet<string>): Alerted[] {
    return this.cluster.alerts.filter((one) =>
      ABOUT_REQUESTS.test(one.name.slice(0, 200)) &&
      one.objects.some((object) =>
        object.namespace === namespace && [...names].some((name) => this.reaches(namespace, object.name, name))
      )
    );
  }

  /** Whether one is the other, or calls it directly or through others. */
  reaches(namespace: string, from: string, to: string): boolean {
    const seen = new Set<string>();
    const queue = [from];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (name === to) return true;
      if (seen.has(name)) continue;
      seen.add(name);
      queue.push(...this.callsFrom(namespace, name).map((one) => one.to));
    }
    return false;
  }

  /** Pods that should run and are not ready, without those that are on their way out. */
  troubled(): Pod[] {
    return this.cluster.pods.filter((pod) => !pod.deleting && pod.phase !== "Succeeded" && !isReady(pod));
  }

  knows(kind: Cluster["unread"][number]): boolean {
    return !this.cluster.unread.includes(kind);
  }
}

export function isReady(pod: Pod): boolean {
  const ready = pod.conditions.find((one) => one.type === "Ready");
  if (ready) return ready.status === "True";
  const own = pod.containers.filter((one) => !one.init);
  return pod.phase === "Running" && own.length > 0 && own.every((one) => one.ready);
}

export function stateOf(pod: Pod, container: Container): ContainerState | undefined {
  return pod.containers.find((one) => one.name === container.name);
}

/** Kubernetes' name for an object as kubectl takes it: pod/web-1, deployment/web. */
export function refOf(object: Workload | Pod | Service | Node): Ref {
  if ("replicas" in object) {
    return { kind: "Workload", namespace: object.namespace, name: object.name, as: object.kind };
  }
  if ("phase" in object) return { kind: "Pod", namespace: object.namespace, name: object.name };
  if ("selector" in object) return { kind: "Service", namespace: object.namespace, name: object.name };
  return { kind: "Node", namespace: "", name: object.name };
}

/** Who is at fault when a pod is: its workload, or the pod itself when it has none. */
export function ownerRef(pod: Pod): Ref {
  return pod.owner ?? refOf(pod);
}

export function sameRef(one: Ref, other: Ref): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
}

export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
