import type { Autoscaler, Ref } from "../objects.ts";
import type { View } from "../view.ts";
import { type Finding, kubectl, quote, type Rule, shellWord } from "./rule.ts";

/** An autoscaler that somebody is alerted about cannot add pods: it is at its bound, or it gets no figures. */
export const autoscaler: Rule = {
  name: "autoscaler",
  group: "performance",
  causes: ["autoscaler_at_limit", "autoscaler_without_metrics"],
  looksAt: ["HorizontalPodAutoscalers and their conditions", "alerts"],
  find: (view) => view.cluster.autoscalers.flatMap((one) => ofScaler(view, one)),
};

function ofScaler(view: View, one: Autoscaler): Finding[] {
  const object: Ref = { kind: "Workload", namespace: one.namespace, name: one.target.name, as: one.target.kind };
  const [alert] = view.alertsOn(/hpa|autoscal/i, object);
  if (alert === undefined) return [];
  const scaler = `hpa ${shellWord(one.name)} -n ${shellWord(one.namespace)}`;
  const blind = one.conditions.find((each) =>
    /^(ScalingActive|AbleToScale)$/.test(each.type) && each.status === "False" && each.reason !== "ScalingDisabled"
  );
  const base = { group: "performance" as const, object, against: [], explains: [object] };
  if (blind !== undefined) {
    return [{
      ...base,
      cause: "autoscaler_without_metrics",
      says: `The autoscaler ${one.name} cannot scale ${one.target.name}: ${blind.reason ?? "it has no figures"}.`,
      for: [quote(object, `autoscaler status.conditions[${blind.type}]`, blind.message ?? blind.reason ?? "False")],
      certainty: 0.88,
      fix: [`kubectl describe ${scaler}`, `kubectl top pods -n ${shellWord(one.namespace)}`],
    }];
  }
  if (one.max === 0 || one.current < one.max) return [];
  return [{
    ...base,
    cause: "autoscaler_at_limit",
    says: `${one.target.name} runs with ${one.current} pods, the most that its autoscaler ${one.name} may start.`,
    for: [
      quote(object, "autoscaler spec.maxReplicas", `${one.max}`),
      quote(object, "autoscaler status.desiredReplicas", `${one.desired}`),
    ],
    certainty: 0.8,
    fix: [
      `kubectl patch ${scaler} --type merge -p '{"spec":{"maxReplicas":<more than ${one.max}>}}'`,
      kubectl("describe", object),
    ],
  }];
}
