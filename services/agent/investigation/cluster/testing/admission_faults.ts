import { refused, SPACE, waiting } from "./build.ts";
import { fault } from "./fault.ts";

export const ADMISSION_FAULTS = [
  fault("cpu quota used up", ["quota_cpu", SPACE], (draft) => {
    draft.cluster.quotas.push({
      namespace: SPACE,
      name: "team",
      kind: "ResourceQuota",
      hard: { "requests.cpu": "2" },
      used: { "requests.cpu": "1900m" },
    });
    refused(
      draft,
      draft.stock,
      "exceeded quota: team, requested: requests.cpu=500m, used: requests.cpu=1900m, limited: requests.cpu=2",
    );
  }),
  fault(
    "memory limits quota used up",
    ["quota_memory", SPACE],
    (draft) =>
      refused(
        draft,
        draft.orders,
        "exceeded quota: q, requested: limits.memory=1Gi, used: limits.memory=3Gi, limited: limits.memory=3Gi",
      ),
  ),
  fault(
    "pod quota used up",
    ["quota_pods", SPACE],
    (draft) => refused(draft, draft.orders, "exceeded quota: count, requested: pods=1, used: pods=9, limited: pods=9"),
  ),
  fault("a service is missing and the quota of services is full", ["quota_services", SPACE], (draft) => {
    draft.cluster.services.splice(draft.cluster.services.indexOf(draft.stock.service), 1);
    draft.cluster.declared.push({ kind: "Service", namespace: SPACE, name: "stock" });
    draft.cluster.quotas.push({
      namespace: SPACE,
      name: "net",
      kind: "ResourceQuota",
      hard: { services: "2" },
      used: { services: "2" },
    });
  }),
  fault("a claim is larger than what the quota leaves", ["quota_storage", SPACE], (draft) => {
    const pod = waiting(draft.stock, "");
    Object.assign(pod, { containers: [] });
    delete pod.node;
    pod.spec = { ...pod.spec, mounts: [{ name: "data", kind: "claim", source: "stock-data" }] };
    draft.event(pod, "FailedScheduling", 'persistentvolumeclaim "stock-data" not found');
    draft.cluster.declared.push({
      kind: "PersistentVolumeClaim",
      namespace: SPACE,
      name: "stock-data",
      storageBytes: 5e9,
    });
    draft.cluster.quotas.push({
      namespace: SPACE,
      name: "disk",
      kind: "ResourceQuota",
      hard: { "requests.storage": "4Gi" },
      used: { "requests.storage": "1Gi" },
    });
  }),
  fault("service account does not exist", ["missing_service_account", "orders"], (draft) => {
    draft.cluster.serviceAccounts.push({ namespace: SPACE, name: "default" });
    refused(draft, draft.orders, `error looking up service account ${SPACE}/oders: serviceaccount "oders" not found`);
  }),
  fault(
    "limit range",
    ["limit_range", "orders"],
    (draft) => refused(draft, draft.orders, "maximum cpu usage per Container is 1, but limit is 2"),
  ),
  fault(
    "webhook cannot be called",
    ["webhook_unavailable", "orders"],
    (draft) =>
      refused(
        draft,
        draft.orders,
        'Internal error occurred: failed calling webhook "check.example": connection refused',
      ),
  ),
  fault(
    "webhook denies",
    ["webhook_denied", "stock"],
    (draft) => refused(draft, draft.stock, 'admission webhook "rules.example" denied the request: image has no digest'),
  ),
  fault(
    "pod security",
    ["pod_security", "stock"],
    (draft) => refused(draft, draft.stock, 'violates PodSecurity "restricted:latest": runAsNonRoot != true'),
  ),
];
