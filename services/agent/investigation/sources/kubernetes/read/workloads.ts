import type { Autoscaler, Labels, Workload } from "../../../cluster/mod.ts";
import type { Json } from "../api/mod.ts";
import {
  at,
  conditions,
  controllerOf,
  labels,
  nameOf,
  namespaceOf,
  number,
  objects,
  optional,
  secondsSince,
  text,
} from "./fields.ts";
import { podSpecOf } from "./pods.ts";
import { quantity } from "./containers.ts";

/** A workload, and the claims that each of its pods is to have, by their templates' names. */
export interface ReadWorkload {
  readonly workload: Workload;
  readonly controller: { readonly kind: string; readonly name: string } | undefined;
  readonly claimTemplates: readonly { readonly name: string; readonly bytes: number | undefined }[];
}

/** A Deployment, StatefulSet, DaemonSet, ReplicaSet or Job. */
export function workloadOf(object: Json, kind: Workload["kind"], nowMs: number): ReadWorkload {
  const { spec, status } = object;
  const template = at(spec, "template");
  const controller = controllerOf(object);
  const finished = conditions(at(status, "conditions"));
  const has = (type: string) => finished.some((one) => one.type === type && one.status === "True");
  return {
    workload: {
      kind,
      namespace: namespaceOf(object),
      name: nameOf(object),
      selector: labels(at(spec, "selector", "matchLabels")),
      ...countsOf(object, kind),
      owned: [],
      ...at(spec, "suspend") === true ? { suspended: true } : {},
      ...kind === "Job" && has("Complete") ? { complete: true } : {},
      ...kind === "Job" && has("Failed") ? { failed: true } : {},
      ...at(spec, "paused") === true && kind === "Deployment" ? { paused: true } : {},
      ...optional("updated", number(at(status, "updatedReplicas"))),
      ...kind === "Job" && controller?.kind === "CronJob" ? { parent: controller.name } : {},
      ...optional("ageSeconds", secondsSince(at(object, "metadata", "creationTimestamp"), nowMs)),
      conditions: finished,
      template: podSpecOf(at(template, "spec"), at(template, "metadata", "annotations")),
      labels: labels(at(object, "metadata", "labels")),
      podLabels: labels(at(template, "metadata", "labels")),
    },
    controller,
    claimTemplates: objects(at(spec, "volumeClaimTemplates"), 20).map((one) => ({
      name: nameOf(one),
      bytes: quantity(at(one, "spec", "resources", "requests", "storage")),
    })),
  };
}

function countsOf({ spec, status }: Json, kind: Workload["kind"]): { replicas: number; ready: number } {
  switch (kind) {
    case "DaemonSet":
      return {
        replicas: number(at(status, "desiredNumberScheduled")) ?? 0,
        ready: number(at(status, "numberReady")) ?? 0,
      };
    case "Job":
      return { replicas: number(at(spec, "parallelism")) ?? 1, ready: number(at(status, "ready")) ?? 0 };
    default:
      return { replicas: number(at(spec, "replicas")) ?? 1, ready: number(at(status, "readyReplicas")) ?? 0 };
  }
}

export function cronJobOf(object: Json, nowMs: number): Workload {
  const { spec } = object;
  const template = at(spec, "jobTemplate", "spec", "template");
  return {
    kind: "CronJob",
    namespace: namespaceOf(object),
    name: nameOf(object),
    selector: {},
    replicas: 0,
    ready: 0,
    owned: [],
    ...at(spec, "suspend") === true ? { suspended: true } : {},
    ...optional("ageSeconds", secondsSince(at(object, "metadata", "creationTimestamp"), nowMs)),
    conditions: [],
    template: podSpecOf(at(template, "spec"), at(template, "metadata", "annotations")),
    labels: labels(at(object, "metadata", "labels")),
    podLabels: labels(at(template, "metadata", "labels")),
  };
}

export function autoscalerOf(object: Json): Autoscaler {
  const { spec, status } = object;
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    target: {
      kind: text(at(spec, "scaleTargetRef", "kind")) ?? "",
      name: text(at(spec, "scaleTargetRef", "name")) ?? "",
    },
    min: number(at(spec, "minReplicas")) ?? 1,
    max: number(at(spec, "maxReplicas")) ?? 0,
    current: number(at(status, "currentReplicas")) ?? 0,
    desired: number(at(status, "desiredReplicas")) ?? 0,
    conditions: conditions(at(status, "conditions")),
  };
}

/** A disruption budget, and whose pods it keeps. */
export interface Budget {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Labels;
}

export function budgetOf(object: Json): Budget {
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    selector: labels(at(object, "spec", "selector", "matchLabels")),
  };
}
