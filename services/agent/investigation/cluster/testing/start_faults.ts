import { crashing, SPACE, waiting } from "./build.ts";
import { fault, type Shop } from "./fault.ts";

function pull(draft: Shop, why: string): void {
  const pod = waiting(draft.orders, "ImagePullBackOff", 'Back-off pulling image "registry.example/team/orders:1.4"');
  draft.event(pod, "Failed", `Failed to pull image "registry.example/team/orders:1.4": ${why}`);
  draft.event(pod, "Failed", "Error: ImagePullBackOff");
}

export const START_FAULTS = [
  fault(
    "no such tag",
    ["image_reference", "orders"],
    (draft) =>
      pull(
        draft,
        'rpc error: code = NotFound desc = failed to resolve reference "registry.example/team/orders:1.4": not found',
      ),
  ),
  fault(
    "registry's name unknown",
    ["registry_dns", "orders"],
    (draft) => pull(draft, "failed to do request: dial tcp: lookup registry.example on 10.0.0.10:53: no such host"),
  ),
  fault(
    "registry wants credentials",
    ["image_pull_secret", "orders"],
    (draft) => pull(draft, "failed to authorize: unexpected status from GET request: 401 Unauthorized"),
  ),
  fault(
    "registry's rate limit",
    ["registry_limit", "orders"],
    (draft) => pull(draft, "toomanyrequests: too many pulls"),
  ),
  fault(
    "registry does not answer",
    ["registry_unreachable", "orders"],
    (draft) => pull(draft, "net/http: TLS handshake timeout"),
  ),
  fault("secret does not exist", ["missing_secret", "orders"], (draft) => {
    const pod = waiting(draft.orders, "CreateContainerConfigError");
    draft.event(pod, "Failed", 'Error: secret "orders-db" not found');
  }),
  fault(
    "config map does not exist",
    ["missing_config_map", "orders"],
    (draft) => void waiting(draft.orders, "CreateContainerConfigError", 'configmap "orders-settings" not found'),
  ),
  fault("config map of a volume does not exist", ["missing_config_map", "orders"], (draft) => {
    const pod = waiting(draft.orders, "ContainerCreating");
    draft.event(
      pod,
      "FailedMount",
      'MountVolume.SetUp failed for volume "settings" : configmap "orders-settings" not found',
    );
  }),
  fault("key does not exist", ["missing_key", "orders"], (draft) => {
    draft.cluster.secrets.push({ namespace: SPACE, name: "orders-db", keys: ["user"] });
    waiting(draft.orders, "CreateContainerConfigError", `couldn't find key password in Secret ${SPACE}/orders-db`);
  }),
  fault("files of the volume belong to another user", ["volume_permission", "stock"], (draft) => {
    draft.stock.workload.template.mounts = [{ name: "data", kind: "hostPath", source: "/srv/stock" }];
    draft.stock.workload.template.runAsUser = 1_000;
    crashing(draft.stock, 1);
    draft.log("stock", "open /data/stock.db: permission denied");
  }),
  fault("command not in the image", ["bad_command", "web"], (draft) => {
    const pod = crashing(draft.web, 128, "StartError");
    draft.event(
      pod,
      "Failed",
      'Error: failed to create containerd task: exec: "servr": executable file not found in $PATH',
    );
  }),
  fault("volume held by another node", ["volume_attached_elsewhere", "stock"], (draft) => {
    const pod = waiting(draft.stock, "ContainerCreating");
    draft.event(
      pod,
      "FailedAttachVolume",
      'Multi-Attach error for volume "pv-7" Volume is already used by pod(s) stock-1',
    );
  }),
];
