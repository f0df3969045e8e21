import { parseQuantity } from "../quantity.ts";
import type { Quota, Ref } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { refusedPods } from "./refused_pods.ts";
import { type Finding, kubectl, once, quote, quoteEvent, type Rule } from "./rule.ts";

const EXCEEDED = /exceeded quota: (\S+), requested: ([^,]+(?:,[^,:=]+=[^,]+)*), used:/;

/** A namespace's quota is used up, so that the API server refuses pods, services or claims. */
export const quotaExceeded: Rule = {
  name: "quota_exceeded",
  group: "admission",
  causes: ["quota_cpu", "quota_memory", "quota_pods", "quota_services", "quota_storage", "quota_other"],
  looksAt: ["FailedCreate events", "ResourceQuotas", "declared services and claims", "pods' claims"],
  find(view) {
    return once([...refusals(view), ...missingServices(view), ...missingClaims(view)]);
  },
};

function refusals(view: View): Finding[] {
  return refusedPods(view, EXCEEDED).map(({ workload, event }) => {
    const [, name = "", requested = ""] = event.message.match(EXCEEDED) ?? [];
    const quota = view.cluster.quotas.find((one) => one.namespace === workload.namespace && one.name === name);
    const resource = requested.split("=")[0]?.trim() ?? "";
    return finding(quota ?? { namespace: workload.namespace, name, hard: {} }, resource, {
      certainty: 0.97,
      explains: [refOf(workload)],
      says: `pods of ${workload.name} are refused`,
      quotes: [quoteEvent(event)],
    });
  });
}

/** A declared service that is not there, while the quota of services is used to its last. */
function missingServices(view: View): Finding[] {
  return fullQuotas(view, /^(count\/)?services$/).flatMap(({ quota, resource, text }) => {
    const missing = view.cluster.declared.filter((one) =>
      one.kind === "Service" && one.namespace === quota.namespace && !view.service(one.namespace, one.name)
    );
    if (missing.length === 0 || !view.knows("Service")) return [];
    return [finding(quota, resource, {
      certainty: 0.9,
      explains: missing.map((one) => ref("Service", one.namespace, one.name)),
      says: `service ${missing.map((one) => one.name).join(", ")} is declared and does not exist`,
      quotes: [quote(ref("ResourceQuota", quota.namespace, quota.name), `status.used/hard[${resource}]`, text)],
    })];
  });
}

/** A pod waits for a claim that does not exist, and what the claim asks for is more than the quota has left. */
function missingClaims(view: View): Finding[] {
  const found: Finding[] = [];
  for (const quota of view.cluster.quotas) {
    for (const [resource, hard] of Object.entries(quota.hard)) {
      if (!/(^|\/|\.)(requests\.storage|persistentvolumeclaims)$/.test(resource)) continue;
      const left = (parseQuantity(hard) ?? Infinity) - (parseQuantity(quota.used[resource]) ?? 0);
      for (const pod of view.troubled()) {
        if (pod.namespace !== quota.namespace) continue;
        for (const mount of pod.spec.mounts) {
          if (mount.kind !== "claim" || !mount.source || claimExists(view, pod.namespace, mount.source)) continue;
          const declared = view.cluster.declared.find((one) =>
            one.kind === "PersistentVolumeClaim" && one.namespace === pod.namespace && one.name === mount.source
          );
          const asked = resource.endsWith("claims") ? 1 : declared?.storageBytes;
          if (asked === undefined ? left > 0 : asked <= left) continue;
          found.push(finding(quota, resource, {
            certainty: 0.9,
            explains: [pod.owner ?? refOf(pod), ref("PersistentVolumeClaim", pod.namespace, mount.source)],
            says: `claim ${mount.source}, which pod ${pod.name} mounts, could not be created`,
            quotes: [
              quote(
                ref("ResourceQuota", quota.namespace, quota.name),
                `status.hard[${resource}]`,
                `${quota.used[resource] ?? "0"} of ${hard} used`,
              ),
            ],
          }));
        }
      }
    }
  }
  return found;
}

function claimExists(view: View, namespace: string, name: string): boolean {
  return !view.knows("PersistentVolumeClaim") ||
    view.cluster.claims.some((one) => one.namespace === namespace && one.name === name);
}

function fullQuotas(view: View, resources: RegExp): { quota: Quota; resource: string; text: string }[] {
  return view.cluster.quotas.flatMap((quota) =>
    Object.entries(quota.hard).filter(([resource, hard]) =>
      resources.test(resource) && (parseQuantity(quota.used[resource]) ?? 0) >= (parseQuantity(hard) ?? Infinity)
    ).map(([resource, hard]) => ({ quota, resource, text: `${quota.used[resource]} of ${hard} used` }))
  );
}

function causeOf(resource: string): string {
  if (/cpu$/.test(resource)) return "quota_cpu";
  if (/memory$/.test(resource)) return "quota_memory";
  if (/pods$/.test(resource)) return "quota_pods";
  if (/services(\.\w+)?$/.test(resource)) return "quota_services";
  if (/storage$|persistentvolumeclaims$/.test(resource)) return "quota_storage";
  return "quota_other";
}

function finding(
  quota: { namespace: string; name: string; hard: Record<string, string> },
  resource: string,
  said: { certainty: number; explains: Ref[]; says: string; quotes: Finding["for"] },
): Finding {
  const object = ref("ResourceQuota", quota.namespace, quota.name);
  const hard = quota.hard[resource];
  return {
    group: "admission",
    cause: causeOf(resource),
    object: ref("Namespace", "", quota.namespace),
    says: `The quota ${quota.name} of namespace ${quota.namespace} has no ${resource} left${
      hard ? ` (limit ${hard})` : ""
    }: ${said.says}.`,
    for: said.quotes,
    against: [],
    certainty: said.certainty,
    explains: said.explains,
    fix: [
      kubectl("describe", object),
      kubectl("patch", object, `--type merge -p '{"spec":{"hard":{"${resource}":"<more than ${hard ?? "now"}>"}}}'`),
    ],
  };
}

function ref(kind: Ref["kind"], namespace: string, name: string): Ref {
  return { kind, namespace, name };
}
