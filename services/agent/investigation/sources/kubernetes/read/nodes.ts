import type { Node } from "../../../cluster/mod.ts";
import type { Json } from "../api/mod.ts";
import { quantity } from "./containers.ts";
import { at, conditions, labels, nameOf, objects, optional, text } from "./fields.ts";

export function nodeOf(object: Json): Node {
  const own = labels(at(object, "metadata", "labels"));
  const allocatable = at(object, "status", "allocatable");
  return {
    name: nameOf(object),
    labels: own,
    annotations: labels(at(object, "metadata", "annotations")),
    controlPlane: "node-role.kubernetes.io/control-plane" in own || "node-role.kubernetes.io/master" in own,
    unschedulable: at(object, "spec", "unschedulable") === true,
    taints: objects(at(object, "spec", "taints"), 100).map((one) => ({
      key: text(one.key) ?? "",
      value: text(one.value) ?? "",
      effect: text(one.effect) ?? "",
    })),
    conditions: conditions(at(object, "status", "conditions")),
    allocatable: {
      ...optional("cpu", quantity(at(allocatable, "cpu"))),
      ...optional("memoryBytes", quantity(at(allocatable, "memory"))),
      ...optional("pods", quantity(at(allocatable, "pods"))),
    },
  };
}

/** Who holds a lease, and how long ago it was renewed. */
export interface Lease {
  readonly namespace: string;
  readonly name: string;
  readonly holder: string;
  readonly seconds: number;
  readonly renewedAt: string;
}

export function leaseOf(object: Json): Lease {
  const { spec } = object;
  const seconds = at(spec, "leaseDurationSeconds");
  return {
    namespace: text(at(object, "metadata", "namespace")) ?? "",
    name: nameOf(object),
    holder: text(at(spec, "holderIdentity")) ?? "",
    seconds: typeof seconds === "number" ? seconds : 40,
    renewedAt: text(at(spec, "renewTime")) ?? "",
  };
}
