import type { Expression, Labels, Node, PodSpec, Taint, Toleration } from "./objects.ts";

/** Whether every label that the selector names is there; an empty selector selects nothing. */
export function selects(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

export function meets(expression: Expression, labels: Labels): boolean {
  const has = labels[expression.key];
  switch (expression.operator) {
    case "Exists":
      return has !== undefined;
    case "DoesNotExist":
      return has === undefined;
    case "NotIn":
      return has === undefined || !expression.values.includes(has);
    case "Gt":
      return has !== undefined && Number(has) > Number(expression.values[0]);
    case "Lt":
      return has !== undefined && Number(has) < Number(expression.values[0]);
    default:
      return has !== undefined && expression.values.includes(has);
  }
}

export function meetsNodeSelector(spec: PodSpec, node: Node): boolean {
  return Object.entries(spec.nodeSelector).every(([key, value]) => node.labels[key] === value);
}

export function meetsNodeAffinity(spec: PodSpec, node: Node): boolean {
  return spec.affinity.length === 0 || spec.affinity.some((term) => term.every((one) => meets(one, node.labels)));
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (!toleration.key) return toleration.operator === "Exists";
  if (toleration.key !== taint.key) return false;
  return toleration.operator === "Exists" || (toleration.value ?? "") === taint.value;
}

/** The taints that keep this pod away; a cordon's own taint is left to `unschedulable`. */
export function untolerated(spec: PodSpec, node: Node): Taint[] {
  return node.taints.filter((taint) =>
    taint.key !== "node.kubernetes.io/unschedulable" && taint.effect !== "PreferNoSchedule" &&
    !spec.tolerations.some((one) => tolerates(one, taint))
  );
}
