import type { Claim, Quota, StorageClass, Volume } from "../../../cluster/mod.ts";
import type { Json } from "../api/mod.ts";
import { quantity } from "./containers.ts";
import { at, labels, nameOf, namespaceOf, objects, optional, selectorExpressions, text, texts } from "./fields.ts";

export function claimOf(object: Json): Claim {
  const { spec, status } = object;
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    phase: text(at(status, "phase")) ?? "Pending",
    ...optional("volume", text(at(spec, "volumeName")) || undefined),
    ...optional("storageClass", text(at(spec, "storageClassName")) || undefined),
    ...optional("requestBytes", quantity(at(spec, "resources", "requests", "storage"))),
    accessModes: texts(at(spec, "accessModes")),
    selector: selectorExpressions(at(spec, "selector")),
    usedBy: [],
  };
}

export function volumeOf(object: Json): Volume {
  const { spec, status } = object;
  const claim = text(at(spec, "claimRef", "name"));
  return {
    name: nameOf(object),
    phase: text(at(status, "phase")) ?? "",
    ...optional("claim", claim === undefined ? undefined : `${text(at(spec, "claimRef", "namespace")) ?? ""}/${claim}`),
    ...optional("storageClass", text(at(spec, "storageClassName")) || undefined),
    ...optional("capacityBytes", quantity(at(spec, "capacity", "storage"))),
    accessModes: texts(at(spec, "accessModes")),
    labels: labels(at(object, "metadata", "labels")),
    ...optional("message", text(at(status, "message")) || undefined),
  };
}

export function storageClassOf(object: Json): StorageClass {
  const annotations = labels(at(object, "metadata", "annotations"));
  return {
    name: nameOf(object),
    provisioner: text(object.provisioner) ?? "",
    isDefault: annotations["storageclass.kubernetes.io/is-default-class"] === "true",
  };
}

export function quotaOf(object: Json): Quota {
  const hard = labels(at(object, "status", "hard"));
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    kind: "ResourceQuota",
    hard: Object.keys(hard).length > 0 ? hard : labels(at(object, "spec", "hard")),
    used: labels(at(object, "status", "used")),
  };
}

/** A limit range's greatest amounts, by type and resource. */
export function limitRangeOf(object: Json): Quota {
  const hard: Record<string, string> = {};
  for (const one of objects(at(object, "spec", "limits"), 50)) {
    for (const [resource, most] of Object.entries(labels(one.max))) hard[`${text(one.type) ?? ""}.${resource}`] = most;
  }
  return { namespace: namespaceOf(object), name: nameOf(object), kind: "LimitRange", hard, used: {} };
}
