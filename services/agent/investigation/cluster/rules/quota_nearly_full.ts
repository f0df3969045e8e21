import type { Quota, Ref } from "../objects.ts";
import { parseQuantity } from "../quantity.ts";
import type { View } from "../view.ts";
import { type Finding, kubectl, quote, type Rule } from "./rule.ts";

const NEARLY = 0.85;

/** A quota that somebody is alerted about is used up, or nearly: nothing is refused yet. */
export const quotaNearlyFull: Rule = {
  name: "quota_nearly_full",
  group: "admission",
  causes: ["quota_nearly_full"],
  looksAt: ["ResourceQuotas", "alerts"],
  find(view) {
    return view.cluster.quotas.filter((one) => one.kind === "ResourceQuota").flatMap((one) => ofQuota(view, one));
  },
};

function ofQuota(view: View, quota: Quota): Finding[] {
  const object: Ref = { kind: "Namespace", namespace: "", name: quota.namespace };
  const ref: Ref = { kind: "ResourceQuota", namespace: quota.namespace, name: quota.name };
  if (view.alertsOn(/quota/i, object, ref).length === 0) return [];
  const full = Object.entries(quota.hard).flatMap(([resource, hard]) => {
    const share = (parseQuantity(quota.used[resource]) ?? 0) / (parseQuantity(hard) ?? Infinity);
    return share >= NEARLY ? [{ resource, hard, used: quota.used[resource] ?? "0", share }] : [];
  }).toSorted((one, other) => other.share - one.share);
  const [first] = full;
  if (first === undefined) return [];
  return [{
    group: "admission",
    cause: "quota_nearly_full",
    object,
    says:
      `The quota ${quota.name} of namespace ${quota.namespace} has ${first.used} of ${first.hard} ${first.resource} used.`,
    for: full.slice(0, 3).map((one) => quote(ref, `status.used[${one.resource}]`, `${one.used} of ${one.hard} used`)),
    against: [],
    certainty: 0.8,
    explains: [ref],
    fix: [
      kubectl("describe", ref),
      kubectl("patch", ref, `--type merge -p '{"spec":{"hard":{"${first.resource}":"<more than ${first.hard}>"}}}'`),
    ],
  }];
}
