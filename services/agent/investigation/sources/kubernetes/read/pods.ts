import type { Pod, PodSpec, VolumeSource } from "../../../cluster/mod.ts";
import type { Json } from "../api/mod.ts";
import { containerOf, containerState } from "./containers.ts";
import {
  at,
  conditions,
  controllerOf,
  expressions,
  labels,
  nameOf,
  namespaceOf,
  number,
  objects,
  optional,
  secondsSince,
  selectorExpressions,
  text,
  texts,
} from "./fields.ts";

/** A pod, with the name of what controls it: a ReplicaSet's is known by its Deployment later. */
export interface ReadPod {
  readonly pod: Pod;
  readonly controller: { readonly kind: string; readonly name: string } | undefined;
}

export function podOf(object: Json, nowMs: number): ReadPod {
  const { status } = object;
  const reason = text(at(status, "reason"));
  const message = text(at(status, "message"));
  const started = at(status, "startTime") ?? at(object, "metadata", "creationTimestamp");
  const states = (field: string, init: boolean) =>
    objects(at(status, field), 100).map((one) => containerState(one, { init, nowMs }));
  return {
    pod: {
      namespace: namespaceOf(object),
      name: nameOf(object),
      labels: labels(at(object, "metadata", "labels")),
      ...optional("node", text(at(object, "spec", "nodeName")) || undefined),
      ...optional("ip", text(at(status, "podIP")) || undefined),
      phase: text(at(status, "phase")) ?? "Unknown",
      ...optional("reason", reason),
      ...optional("message", message),
      ...at(object, "metadata", "deletionTimestamp") ? { deleting: true } : {},
      ...optional("ageSeconds", secondsSince(started, nowMs)),
      conditions: conditions(at(status, "conditions")),
      spec: podSpecOf(at(object, "spec"), at(object, "metadata", "annotations")),
      containers: [...states("initContainerStatuses", true), ...states("containerStatuses", false)],
    },
    controller: controllerOf(object),
  };
}

/** The specification of a pod, or of a workload's template. */
export function podSpecOf(spec: unknown, annotations: unknown): PodSpec {
  const terms = at(
    spec,
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
  );
  const apart = at(spec, "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  return {
    ...optional("serviceAccount", text(at(spec, "serviceAccountName"))),
    nodeSelector: labels(at(spec, "nodeSelector")),
    affinity: objects(terms, 50).map((term) => [
      ...expressions(term.matchExpressions),
      // The node's own fields: its name, which every node bears as a label, too.
      ...expressions(term.matchFields).map((one) =>
        one.key === "metadata.name" ? { ...one, key: "kubernetes.io/hostname" } : one
      ),
    ]),
    antiAffinity: objects(apart, 50).map((one) => ({
      topologyKey: text(one.topologyKey) ?? "",
      labels: selectorExpressions(one.labelSelector),
    })),
    tolerations: objects(at(spec, "tolerations"), 100).map((one) => ({
      ...optional("key", text(one.key)),
      ...optional("operator", text(one.operator)),
      ...optional("value", text(one.value)),
      ...optional("effect", text(one.effect)),
    })),
    ...optional("dnsPolicy", text(at(spec, "dnsPolicy"))),
    nameservers: texts(at(spec, "dnsConfig", "nameservers")),
    pullSecrets: objects(at(spec, "imagePullSecrets"), 20).flatMap((one) => text(one.name) ?? []),
    ...optional("runAsUser", number(at(spec, "securityContext", "runAsUser"))),
    annotations: labels(annotations),
    containers: [
      ...objects(at(spec, "initContainers"), 50).map((one) => containerOf(one, true)),
      ...objects(at(spec, "containers"), 50).map((one) => containerOf(one, false)),
    ],
    mounts: objects(at(spec, "volumes"), 100).map(volumeOf),
  };
}

function volumeOf(one: Json): VolumeSource {
  const name = text(one.name) ?? "";
  const kinds: readonly (readonly [string, VolumeSource["kind"], string])[] = [
    ["persistentVolumeClaim", "claim", "claimName"],
    ["secret", "secret", "secretName"],
    ["configMap", "configMap", "name"],
    ["hostPath", "hostPath", "path"],
  ];
  for (const [field, kind, source] of kinds) {
    const value = at(one, field);
    if (value === undefined || value === null) continue;
    return {
      name,
      kind,
      ...optional("source", text(at(value, source))),
      ...at(value, "optional") === true ? { optional: true } : {},
    };
  }
  return { name, kind: "other" };
}
