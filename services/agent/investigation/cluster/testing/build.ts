import { emptyCluster } from "../empty.ts";
import type {
  Cluster,
  Container,
  ContainerState,
  Event,
  Labels,
  Node,
  Pod,
  PodSpec,
  Probe,
  Ref,
  Service,
  Workload,
} from "../objects.ts";

export const SPACE = "shop";

/** A cluster under construction: apps, nodes and what is told of them. All of it is well until something is changed. */
export class Draft {
  readonly cluster: Cluster = emptyCluster(Date.parse("2026-03-01T12:00:00Z"));

  node(name: string, changes: Partial<Node> = {}): Node {
    const node: Node = {
      name,
      labels: { "kubernetes.io/hostname": name },
      annotations: {},
      controlPlane: false,
      unschedulable: false,
      taints: [],
      conditions: [{ type: "Ready", status: "True", reason: "KubeletReady" }],
      allocatable: { cpu: 4, memoryBytes: 16 * 2 ** 30, pods: 110 },
      ...changes,
    };
    this.cluster.nodes.push(node);
    return node;
  }

  /** A workload with its pods and, unless `port` is 0, its service. */
  app(name: string, { replicas = 1, port = 8080, changes = {} }: AppOptions = {}): App {
    const labels = { app: name };
    const spec = specOf(name, port);
    const workload: Workload = {
      kind: "Deployment",
      namespace: SPACE,
      name,
      selector: labels,
      replicas,
      ready: replicas,
      owned: [`${name}-5d9c`],
      ageSeconds: 86_400,
      conditions: [],
      template: spec,
      labels,
      podLabels: labels,
      ...changes,
    };
    this.cluster.workloads.push(workload);
    const pods = Array.from({ length: replicas }, (_, index) => this.pod(workload, index));
    const service = port === 0
      ? undefined
      : this.service(name, labels, { port, ready: pods.map((one) => one.ip ?? "") });
    return { workload, pods, pod: pods[0] as Pod, service: service as Service };
  }

  pod(workload: Workload, index: number, changes: Partial<Pod> = {}): Pod {
    const nodes = this.cluster.nodes.filter((one) => !one.controlPlane);
    const node = nodes[(index + this.cluster.pods.length) % Math.max(nodes.length, 1)]?.name;
    const pod: Pod = {
      namespace: workload.namespace,
      name: `${workload.name}-5d9c-x${index}`,
      labels: workload.podLabels,
      owner: { kind: "Workload", namespace: workload.namespace, name: workload.name, as: workload.kind },
      ...node === undefined ? {} : { node },
      ip: `10.1.${this.cluster.pods.length % 250}.${index + 1}`,
      phase: "Running",
      ageSeconds: 86_400,
      conditions: [{ type: "Ready", status: "True" }],
      spec: workload.template,
      containers: [runningState(workload.name)],
      ...changes,
    };
    this.cluster.pods.push(pod);
    return pod;
  }

  service(name: string, selector: Labels, { port, ready }: { port: number; ready: string[] }): Service {
    const service: Service = {
      namespace: SPACE,
      name,
      type: "ClusterIP",
      selector,
      ports: [{ port, targetPort: port, protocol: "TCP" }],
      ready,
      notReady: [],
      endpointsKnown: true,
    };
    this.cluster.services.push(service);
    return service;
  }

  calls(...pairs: [from: string, to: string][]): void {
    this.cluster.calls.push(...pairs.map(([from, to]) => ({ namespace: SPACE, from, to })));
  }

  event(object: Ref | Pod | Workload, reason: string, message: string, changes: Partial<Event> = {}): void {
    const kind = "kind" in object && "phase" in object === false && "replicas" in object === false
      ? (object as Ref).kind
      : "phase" in object
      ? "Pod"
      : "Workload";
    this.cluster.events.push({
      type: "Warning",
      reason,
      message,
      object: { kind, namespace: object.namespace, name: object.name },
      objectKind: kind.toLowerCase(),
      count: 3,
      lastSeconds: 10,
      ...changes,
    });
  }

  log(workload: string, ...lines: string[]): void {
    this.cluster.logs.push({ namespace: SPACE, workload, lines });
  }
}

interface AppOptions {
  replicas?: number;
  port?: number;
  changes?: Partial<Workload>;
}

export interface App {
  workload: Workload;
  pods: Pod[];
  pod: Pod;
  service: Service;
}

export function specOf(name: string, port: number): PodSpec {
  const container: Container = {
    name,
    image: `registry.example/team/${name}:1.4`,
    ports: port === 0 ? [] : [{ port, protocol: "TCP" }],
    env: [],
    envFrom: [],
    requests: { cpu: 0.1, memoryBytes: 64 * 2 ** 20 },
    limits: { cpu: 0.5, memoryBytes: 128 * 2 ** 20 },
  };
  return {
    nodeSelector: {},
    affinity: [],
    antiAffinity: [],
    tolerations: [],
    nameservers: [],
    pullSecrets: [],
    annotations: {},
    containers: [container],
    mounts: [],
  };
}

export function runningState(name: string): ContainerState {
  return { name, ready: true, restarts: 0, state: "running" };
}

export function probe(changes: Partial<Probe>): Probe {
  return {
    kind: "http",
    port: 8080,
    path: "/healthz",
    delaySeconds: 5,
    timeoutSeconds: 1,
    periodSeconds: 10,
    failures: 3,
    ...changes,
  };
}

/** Two worker nodes and a cordoned control plane, and three services that call each other in a row. */
export function shop(): Draft & { web: App; orders: App; stock: App } {
  const draft = new Draft();
  draft.node("plane", { controlPlane: true, unschedulable: true });
  draft.node("left");
  draft.node("right");
  const web = draft.app("web", { replicas: 2 });
  const orders = draft.app("orders");
  const stock = draft.app("stock");
  draft.calls(["web", "orders"], ["orders", "stock"]);
  return Object.assign(draft, { web, orders, stock });
}

/** A pod that is not ready, with its workload and its service as they are then. */
export function notReady(app: App, changes: Partial<Pod> = {}): Pod {
  Object.assign(app.pod, { conditions: [{ type: "Ready", status: "False" }], ...changes });
  app.workload.ready -= 1;
  if (app.service) app.service.ready = app.service.ready.filter((one) => one !== app.pod.ip);
  return app.pod;
}

/** A pod that waits for a node. */
export function pending(draft: Draft, app: App, message: string): Pod {
  const pod = notReady(app, { phase: "Pending", containers: [], ageSeconds: 300 });
  delete pod.node;
  if (message) draft.event(pod, "FailedScheduling", message);
  return pod;
}

/** A container that waits with a reason, as the kubelet says it. */
export function waiting(app: App, reason: string, message = ""): Pod {
  const name = app.workload.name;
  return notReady(app, {
    phase: "Pending",
    ageSeconds: 300,
    containers: [{ name, ready: false, restarts: 0, state: "waiting", reason, message }],
  });
}

/** A container that ends again and again. */
export function crashing(app: App, exitCode: number, reason = "Error"): Pod {
  const name = app.workload.name;
  return notReady(app, {
    containers: [{
      name,
      ready: false,
      restarts: 6,
      state: "waiting",
      reason: "CrashLoopBackOff",
      last: { reason, exitCode, agoSeconds: 60, ranSeconds: 4 },
    }],
  });
}

/** No pod comes to be: the API server refuses them with this message. */
export function refused(draft: Draft, app: App, message: string): void {
  draft.cluster.pods.splice(
    0,
    draft.cluster.pods.length,
    ...draft.cluster.pods.filter((one) => !app.pods.includes(one)),
  );
  app.workload.ready = 0;
  app.service.ready = [];
  draft.event(
    { kind: "Workload", namespace: SPACE, name: app.workload.owned[0] ?? app.workload.name },
    "FailedCreate",
    `Error creating: pods "${app.workload.name}-5d9c-" is forbidden: ${message}`,
  );
}
