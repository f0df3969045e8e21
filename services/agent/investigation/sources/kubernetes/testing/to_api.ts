import type {
  Cluster,
  Container,
  ContainerState,
  Event,
  Expression,
  Pod,
  PodSpec,
  Probe,
  Workload,
} from "../../../cluster/mod.ts";
import type { Json } from "../api/mod.ts";

/** The objects of a model cluster as its API server would serve them, and its logs by `namespace/pod/container`. */
export function toApi(cluster: Cluster): { objects: Json[]; logs: Record<string, string[]> } {
  const at = (seconds: number | undefined) => new Date(cluster.readAtMs - (seconds ?? 86_400) * 1_000).toISOString();
  const objects = [
    ...cluster.nodes.map((one) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: one.name,
        labels: { ...one.labels, ...one.controlPlane ? { "node-role.kubernetes.io/control-plane": "" } : {} },
        annotations: one.annotations,
      },
      spec: { unschedulable: one.unschedulable, taints: one.taints },
      status: {
        conditions: one.conditions,
        addresses: [{ type: "Hostname", address: one.name }],
        allocatable: {
          cpu: `${one.allocatable.cpu ?? 4}`,
          memory: `${one.allocatable.memoryBytes ?? 2 ** 34}`,
          pods: `${one.allocatable.pods ?? 110}`,
        },
      },
    })),
    ...cluster.pods.map((one) => podObject(one, at)),
    ...cluster.workloads.flatMap<Json>((one) => workloadObjects(one, at)),
    ...cluster.services.flatMap((one) => [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { namespace: one.namespace, name: one.name },
        spec: {
          type: one.type,
          selector: one.selector,
          clusterIP: one.clusterIP ?? "10.96.0.10",
          ports: one.ports,
        },
      },
      ...one.endpointsKnown
        ? [{
          apiVersion: "discovery.k8s.io/v1",
          kind: "EndpointSlice",
          metadata: {
            namespace: one.namespace,
            name: `${one.name}-abc`,
            labels: { "kubernetes.io/service-name": one.name },
          },
          addressType: "IPv4",
          endpoints: [
            ...one.ready.map((address) => ({ addresses: [address], conditions: { ready: true } })),
            ...one.notReady.map((address) => ({ addresses: [address], conditions: { ready: false } })),
          ],
          ports: [],
        }]
        : [],
    ]),
    ...cluster.events.map((one, index) => eventObject(one, index, at)),
    ...cluster.quotas.map((one) =>
      one.kind === "ResourceQuota"
        ? {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { namespace: one.namespace, name: one.name },
          spec: { hard: one.hard },
          status: { hard: one.hard, used: one.used },
        }
        : {
          apiVersion: "v1",
          kind: "LimitRange",
          metadata: { namespace: one.namespace, name: one.name },
          spec: { limits: [{ type: "Container", max: one.hard }] },
        }
    ),
    ...cluster.claims.map((one) => ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { namespace: one.namespace, name: one.name },
      spec: {
        accessModes: one.accessModes,
        ...one.storageClass === undefined ? {} : { storageClassName: one.storageClass },
        ...one.volume === undefined ? {} : { volumeName: one.volume },
        selector: { matchExpressions: one.selector },
        resources: { requests: { storage: `${one.requestBytes ?? 1}` } },
      },
      status: { phase: one.phase },
    })),
    ...cluster.volumes.map((one) => ({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: one.name, labels: one.labels },
      spec: {
        accessModes: one.accessModes,
        capacity: { storage: `${one.capacityBytes ?? 1}` },
        ...one.storageClass === undefined ? {} : { storageClassName: one.storageClass },
        ...one.claim === undefined
          ? {}
          : { claimRef: { namespace: one.claim.split("/")[0], name: one.claim.split("/")[1] } },
      },
      status: { phase: one.phase, ...one.message === undefined ? {} : { message: one.message } },
    })),
    ...cluster.autoscalers.map((one) => ({
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { namespace: one.namespace, name: one.name },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", ...one.target },
        minReplicas: one.min,
        maxReplicas: one.max,
      },
      status: { currentReplicas: one.current, desiredReplicas: one.desired, conditions: one.conditions },
    })),
    ...cluster.storageClasses.map((one) => ({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name: one.name,
        annotations: { "storageclass.kubernetes.io/is-default-class": `${one.isDefault}` },
      },
      provisioner: one.provisioner,
    })),
    ...cluster.serviceAccounts.map((metadata) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata })),
    ...cluster.configMaps.map(({ namespace, name, keys }) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace, name },
      data: Object.fromEntries(keys.map((key) => [key, "x"])),
    })),
    ...cluster.policies.map((one) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { namespace: one.namespace, name: one.name },
      spec: {
        podSelector: { matchLabels: one.podSelector },
        policyTypes: [...one.ingress ? ["Ingress"] : [], ...one.egress ? ["Egress"] : []],
        ingress: one.deniesAllIngress ? [] : [{}],
        egress: one.deniesAllEgress ? [] : [{}],
      },
    })),
    ...cluster.routes.map((one) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { namespace: one.namespace, name: one.source.name },
      spec: {
        rules: [{
          http: {
            paths: one.paths.map((path) => ({
              path,
              pathType: "Prefix",
              backend: { service: { name: one.backend, port: { number: one.backendPort ?? 80 } } },
            })),
          },
        }],
      },
    })),
  ];
  return { objects: objects as Json[], logs: logsOf(cluster) };
}

type At = (seconds: number | undefined) => string;

function podObject(one: Pod, at: At) {
  const [init, own] = [one.containers.filter((each) => each.init), one.containers.filter((each) => !each.init)];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: one.namespace,
      name: one.name,
      labels: one.labels,
      annotations: one.spec.annotations,
      creationTimestamp: at(one.ageSeconds),
      ...one.deleting ? { deletionTimestamp: at(5) } : {},
      ...one.owner === undefined ? {} : {
        ownerReferences: [{
          apiVersion: "apps/v1",
          uid: "u",
          controller: true,
          ...(one.owner.as ?? "Deployment") === "Deployment"
            ? { kind: "ReplicaSet", name: `${one.owner.name}-5d9c` }
            : { kind: one.owner.as, name: one.owner.name },
        }],
      },
    },
    spec: { ...specObject(one.spec), ...one.node === undefined ? {} : { nodeName: one.node } },
    status: {
      phase: one.phase,
      startTime: at(one.ageSeconds),
      ...one.ip === undefined ? {} : { podIP: one.ip },
      ...one.reason === undefined ? {} : { reason: one.reason },
      ...one.message === undefined ? {} : { message: one.message },
      conditions: one.conditions,
      containerStatuses: own.map((each) => stateObject(each, at)),
      initContainerStatuses: init.map((each) => stateObject(each, at)),
    },
  };
}

function stateObject(one: ContainerState, at: At) {
  const { last } = one;
  const said = {
    ...one.reason === undefined ? {} : { reason: one.reason },
    ...one.message === undefined ? {} : { message: one.message },
  };
  const ago = last?.agoSeconds;
  return {
    name: one.name,
    image: "x",
    imageID: "x",
    ready: one.ready,
    restartCount: one.restarts,
    state: one.state === "unknown" ? {} : {
      [one.state]: one.state === "terminated"
        ? { exitCode: one.exitCode ?? 0, ...said }
        : one.state === "running"
        ? {}
        : said,
    },
    lastState: last === undefined ? {} : {
      terminated: {
        exitCode: last.exitCode ?? 0,
        ...last.reason === undefined ? {} : { reason: last.reason },
        ...last.message === undefined ? {} : { message: last.message },
        ...ago === undefined ? {} : { finishedAt: at(ago), startedAt: at(ago + (last.ranSeconds ?? 10)) },
      },
    },
  };
}

function specObject(spec: PodSpec) {
  const apart = spec.antiAffinity.map((one) => ({
    topologyKey: one.topologyKey,
    labelSelector: { matchExpressions: one.labels.map(expressionObject) },
  }));
  return {
    ...spec.serviceAccount === undefined ? {} : { serviceAccountName: spec.serviceAccount },
    nodeSelector: spec.nodeSelector,
    affinity: {
      ...spec.affinity.length === 0 ? {} : {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: spec.affinity.map((term) => ({ matchExpressions: term.map(expressionObject) })),
          },
        },
      },
      ...apart.length === 0 ? {} : { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apart } },
    },
    tolerations: spec.tolerations,
    ...spec.dnsPolicy === undefined ? {} : { dnsPolicy: spec.dnsPolicy },
    dnsConfig: { nameservers: spec.nameservers },
    imagePullSecrets: spec.pullSecrets.map((name) => ({ name })),
    securityContext: spec.runAsUser === undefined ? {} : { runAsUser: spec.runAsUser },
    containers: spec.containers.filter((one) => !one.init).map(containerObject),
    initContainers: spec.containers.filter((one) => one.init).map(containerObject),
    volumes: spec.mounts.map((one) => {
      const optional = one.optional ? { optional: true } : {};
      switch (one.kind) {
        case "claim":
          return { name: one.name, persistentVolumeClaim: { claimName: one.source } };
        case "secret":
          return { name: one.name, secret: { secretName: one.source, ...optional } };
        case "configMap":
          return { name: one.name, configMap: { name: one.source, ...optional } };
        case "hostPath":
          return { name: one.name, hostPath: { path: one.source } };
        default:
          return { name: one.name, emptyDir: {} };
      }
    }),
  };
}

function expressionObject({ key, operator, values }: Expression) {
  return { key, operator, values };
}

function containerObject(one: Container) {
  const amounts = (all: Container["limits"]) => ({
    ...all.cpu === undefined ? {} : { cpu: `${Math.round(all.cpu * 1000)}m` },
    ...all.memoryBytes === undefined ? {} : { memory: `${all.memoryBytes}` },
  });
  const ref = (name: string | undefined, optional: boolean | undefined) => ({ name, ...optional ? { optional } : {} });
  return {
    name: one.name,
    image: one.image,
    ports: one.ports.map(({ port, ...rest }) => ({ containerPort: port, ...rest })),
    env: one.env.map((each) =>
      each.fromKind === undefined ? { name: each.name, value: each.value ?? "" } : {
        name: each.name,
        valueFrom: {
          [each.fromKind === "Secret" ? "secretKeyRef" : "configMapKeyRef"]: {
            ...ref(each.from, each.optional),
            key: each.key ?? "",
          },
        },
      }
    ),
    envFrom: one.envFrom.map((each) => ({
      [each.kind === "Secret" ? "secretRef" : "configMapRef"]: ref(each.name, each.optional),
    })),
    resources: { requests: amounts(one.requests), limits: amounts(one.limits) },
    ...one.liveness === undefined ? {} : { livenessProbe: probeObject(one.liveness) },
    ...one.readiness === undefined ? {} : { readinessProbe: probeObject(one.readiness) },
    ...one.startup === undefined ? {} : { startupProbe: probeObject(one.startup) },
  };
}

function probeObject(one: Probe) {
  const handler = one.kind === "exec"
    ? { exec: { command: ["true"] } }
    : one.kind === "tcp"
    ? { tcpSocket: { port: one.port } }
    : one.kind === "grpc"
    ? { grpc: { port: one.port } }
    : { httpGet: { port: one.port, path: one.path ?? "/" } };
  return {
    ...handler,
    initialDelaySeconds: one.delaySeconds,
    timeoutSeconds: one.timeoutSeconds,
    periodSeconds: one.periodSeconds,
    failureThreshold: one.failures,
  };
}

function workloadObjects(one: Workload, at: At): Json[] {
  const metadata = {
    namespace: one.namespace,
    name: one.name,
    labels: one.labels,
    creationTimestamp: at(one.ageSeconds),
  };
  const template = {
    metadata: { labels: one.podLabels, annotations: one.template.annotations },
    spec: specObject(one.template),
  };
  const selector = { matchLabels: one.selector };
  switch (one.kind) {
    case "CronJob":
      return [{
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata,
        spec: { suspend: one.suspended ?? false, schedule: "0 3 * * *", jobTemplate: { spec: { template } } },
      }];
    case "Job":
      return [{
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: {
          ...metadata,
          ...one.parent === undefined ? {} : {
            ownerReferences: [{
              apiVersion: "batch/v1",
              kind: "CronJob",
              name: one.parent,
              uid: "u",
              controller: true,
            }],
          },
        },
        spec: { parallelism: one.replicas, suspend: one.suspended ?? false, template },
        status: {
          ready: one.ready,
          conditions: [
            ...one.conditions,
            ...one.complete ? [{ type: "Complete", status: "True" }] : [],
            ...one.failed && !one.conditions.some((each) => each.type === "Failed")
              ? [{ type: "Failed", status: "True" }]
              : [],
          ],
        },
      }];
    case "DaemonSet":
      return [{
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata,
        spec: { selector, template },
        status: {
          desiredNumberScheduled: one.replicas,
          numberReady: one.ready,
          currentNumberScheduled: one.replicas,
          numberMisscheduled: 0,
        },
      }];
    default: {
      const main = {
        apiVersion: "apps/v1",
        kind: one.kind,
        metadata,
        spec: {
          replicas: one.replicas,
          selector,
          template,
          ...one.paused ? { paused: true } : {},
          ...one.kind === "StatefulSet" ? { serviceName: one.name } : {},
        },
        status: {
          replicas: one.replicas,
          readyReplicas: one.ready,
          updatedReplicas: one.updated ?? one.replicas,
          conditions: one.conditions,
        },
      };
      if (one.kind !== "Deployment") return [main];
      const owner = { apiVersion: "apps/v1", kind: "Deployment", name: one.name, uid: "u", controller: true };
      return [
        main,
        ...[...new Set([...one.owned, `${one.name}-5d9c`])].map((name) => ({
          ...main,
          kind: "ReplicaSet",
          metadata: { ...metadata, name, ownerReferences: [owner] },
          status: { replicas: one.replicas, readyReplicas: one.ready },
        })),
      ];
    }
  }
}

const EVENT_KINDS: Readonly<Record<string, string>> = {
  pod: "Pod",
  node: "Node",
  service: "Service",
  workload: "ReplicaSet",
  persistentvolumeclaim: "PersistentVolumeClaim",
  namespace: "Namespace",
};

function eventObject(one: Event, index: number, at: At) {
  const isNode = one.object.kind === "Node";
  const namespace = isNode ? "default" : one.object.namespace;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { namespace, name: `${one.object.name}.${index}` },
    type: one.type,
    reason: one.reason,
    message: one.message,
    count: one.count,
    firstTimestamp: at(one.firstSeconds ?? one.lastSeconds),
    lastTimestamp: at(one.lastSeconds),
    source: { component: one.source ?? "kubelet" },
    involvedObject: {
      kind: EVENT_KINDS[one.objectKind] ?? "Pod",
      name: one.object.name,
      ...isNode ? {} : { namespace },
    },
  };
}

/** A log without a pod is told to be the one of its workload's first pod's first container. */
function logsOf({ logs, pods }: Cluster): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const log of logs) {
    const pod = pods.find((one) =>
      one.namespace === log.namespace && (one.name === log.pod || one.owner?.name === log.workload)
    );
    if (pod === undefined) continue;
    const state = pod.containers.find((one) => one.name === log.container) ?? pod.containers.find((one) => !one.init);
    if (state === undefined) continue;
    const waits = state.state === "waiting" || log.previous;
    const key = `${pod.namespace}/${pod.name}/${state.name}${waits ? "/previous" : ""}`;
    found[key] = [...found[key] ?? [], ...log.lines];
  }
  return found;
}
