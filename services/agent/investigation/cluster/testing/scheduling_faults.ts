import type { Claim, Pod, Volume } from "../objects.ts";
import { pending, SPACE } from "./build.ts";
import { fault, type Shop } from "./fault.ts";

const GI = 2 ** 30;

function claim(draft: Shop, changes: Partial<Claim>, volume: Partial<Volume>): void {
  const pod: Pod = pending(
    draft,
    draft.stock,
    "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
  );
  pod.spec = { ...pod.spec, mounts: [{ name: "data", kind: "claim", source: "stock-data" }] };
  draft.cluster.claims.push({
    namespace: SPACE,
    name: "stock-data",
    phase: "Pending",
    accessModes: ["ReadWriteOnce"],
    requestBytes: GI,
    selector: [],
    usedBy: [],
    ...changes,
  });
  draft.cluster.volumes.push({
    name: "disk-1",
    phase: "Available",
    capacityBytes: 2 * GI,
    accessModes: ["ReadWriteOnce"],
    labels: {},
    ...volume,
  });
}

export const SCHEDULING_FAULTS = [
  fault("every worker is cordoned", ["node_cordoned", "stock"], (draft) => {
    for (const node of draft.cluster.nodes) node.unschedulable = true;
    pending(
      draft,
      draft.stock,
      "0/3 nodes are available: 3 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful.",
    );
  }),
  fault("the one node that its selector allows is cordoned", ["node_cordoned", "stock"], (draft) => {
    Object.assign(draft.cluster.nodes[1] ?? {}, { unschedulable: true });
    draft.stock.workload.template.nodeSelector = { "kubernetes.io/hostname": "left" };
    pending(
      draft,
      draft.stock,
      "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2 node(s) were unschedulable.",
    );
  }),
  fault("no node has the label of its selector", ["node_selector", "stock"], (draft) => {
    draft.stock.workload.template.nodeSelector = { pool: "fast" };
    pending(
      draft,
      draft.stock,
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.",
    );
  }),
  fault("no node meets its affinity", ["node_affinity", "orders"], (draft) => {
    draft.orders.workload.template.affinity = [[{ key: "zone", operator: "In", values: ["c"] }]];
    pending(
      draft,
      draft.orders,
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.",
    );
  }),
  fault("selector is met and affinity is not", ["node_affinity", "orders"], (draft) => {
    draft.orders.workload.template.nodeSelector = { "kubernetes.io/hostname": "left" };
    draft.orders.workload.template.affinity = [[{ key: "zone", operator: "Exists", values: [] }]];
    pending(
      draft,
      draft.orders,
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.",
    );
  }),
  fault(
    "anti-affinity and too few nodes",
    ["pod_anti_affinity", "web"],
    (draft) =>
      pending(
        draft,
        draft.web,
        "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match pod anti-affinity rules.",
      ),
  ),
  fault(
    "affinity to pods that run nowhere",
    ["pod_affinity", "web"],
    (draft) =>
      pending(
        draft,
        draft.web,
        "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match pod affinity rules.",
      ),
  ),
  fault(
    "topology spread",
    ["topology_spread", "web"],
    (draft) =>
      pending(
        draft,
        draft.web,
        "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints.",
      ),
  ),
  fault("taint that it does not tolerate", ["untolerated_taint", "web"], (draft) => {
    draft.cluster.nodes[1]?.taints.push({ key: "team", value: "data", effect: "NoSchedule" });
    pending(
      draft,
      draft.web,
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) had untolerated taint {team: data}.",
    );
  }),
  fault("asks for more cpu than a node has", ["cpu_capacity", "web"], (draft) => {
    for (const one of draft.web.workload.template.containers) one.requests.cpu = 9;
    pending(draft, draft.web, "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.");
  }),
  fault(
    "asks for more memory than is left",
    ["memory_capacity", "web"],
    (draft) =>
      pending(draft, draft.web, "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient memory."),
  ),
  fault(
    "no room for another pod",
    ["pod_capacity", "web"],
    (draft) => pending(draft, draft.web, "0/3 nodes are available: 1 node(s) were unschedulable, 2 Too many pods."),
  ),
  fault("volume too small", ["claim_capacity", "stock"], (draft) => claim(draft, { requestBytes: 8 * GI }, {})),
  fault(
    "volume in another access mode",
    ["claim_access_mode", "stock"],
    (draft) => claim(draft, { accessModes: ["ReadWriteMany"] }, {}),
  ),
  fault(
    "volume without the label that the claim selects",
    ["claim_selector", "stock"],
    (draft) =>
      claim(draft, { selector: [{ key: "tier", operator: "In", values: ["gold"] }] }, { labels: { tier: "tin" } }),
  ),
  fault(
    "storage class that does not exist",
    ["claim_storage_class", "stock"],
    (draft) => claim(draft, { storageClass: "quick" }, {}),
  ),
  fault(
    "volume bound to another claim",
    ["volume_occupied", "stock"],
    (draft) => claim(draft, {}, { phase: "Bound", claim: `${SPACE}/old-data` }),
  ),
  fault("claim does not exist", ["claim_missing", "stock"], (draft) => {
    claim(draft, {}, {});
    draft.cluster.claims.length = 0;
  }),
];
