/** The data set's words for what the rules conclude: its taxonomy by group, its root causes by cause, its objects by kind. */
const TAXONOMY: Record<string, string> = {
  admission: "Admission_Fault",
  scheduling: "Scheduling_Fault",
  "start-up": "Startup_Fault",
  runtime: "Runtime_Fault",
  routing: "Service_Routing_Fault",
  performance: "Performance_Fault",
  infrastructure: "Infrastructure_Fault",
};

const CAUSES: Record<string, string> = {
  quota_cpu: "namespace_cpu_quota_exceeded",
  quota_memory: "namespace_memory_quota_exceeded",
  quota_pods: "namespace_pod_quota_exceeded",
  quota_services: "namespace_service_quota_exceeded",
  quota_storage: "namespace_storage_quota_exceeded",
  missing_service_account: "missing_service_account",
  node_cordoned: "node_cordon_mismatch",
  node_selector: "node_selector_mismatch",
  node_affinity: "node_affinity_mismatch",
  pod_anti_affinity: "pod_anti_affinity_conflict",
  untolerated_taint: "taint_toleration_mismatch",
  cpu_capacity: "cpu_capacity_mismatch",
  memory_capacity: "memory_capacity_mismatch",
  claim_capacity: "pvc_capacity_mismatch",
  claim_access_mode: "pvc_access_mode_mismatch",
  claim_selector: "pvc_selector_mismatch",
  claim_storage_class: "pvc_storage_class_mismatch",
  volume_occupied: "pv_binding_occupied",
  image_reference: "incorrect_image_reference",
  registry_dns: "image_registry_dns_failure",
  image_pull_secret: "missing_image_pull_secret",
  missing_secret: "missing_secret_binding",
  volume_permission: "volume_mount_permission_denied",
  out_of_memory: "oom_killed",
  liveness_probe_protocol: "liveness_probe_incorrect_protocol",
  liveness_probe_port: "liveness_probe_incorrect_port",
  liveness_probe_timing: "liveness_probe_incorrect_timing",
  readiness_probe_protocol: "readiness_probe_incorrect_protocol",
  readiness_probe_port: "readiness_probe_incorrect_port",
  port_conflict: "service_sidecar_port_conflict",
  database_credentials: "mysql_invalid_credentials",
  database_address: "mysql_invalid_port",
  database_connections: "db_connection_exhaustion",
  database_read_only: "db_read_only",
  zero_replicas: "deployment_zero_replicas",
  service_selector: "service_selector_mismatch",
  service_target_port: "service_port_mapping_mismatch",
  service_protocol: "service_protocol_mismatch",
  environment_address: "service_env_var_address_mismatch",
  gateway_route: "gateway_misroute",
  pod_dns: "service_dns_resolution_failure",
  cpu_throttled: "pod_cpu_overload",
  pod_network_delay: "pod_network_delay",
  node_network_delay: "node_network_delay",
  node_packet_loss: "node_network_packet_loss",
  kubelet: "kubelet_unavailable",
  container_runtime: "containerd_unavailable",
  kube_proxy: "kube_proxy_unavailable",
  scheduler: "kube_scheduler_unavailable",
};

export interface Answer {
  fault_taxonomy: string | null;
  fault_object: string | null;
  root_cause: string | null;
}

/** The likeliest cause for which the data set has a word; nulls when nothing is found to be wrong. */
export function inWords(causes: readonly { cause: string; group: string; object: string }[]): Answer {
  const first = causes.find((one) => CAUSES[one.cause] !== undefined);
  if (!first) return { fault_taxonomy: null, fault_object: null, root_cause: null };
  return {
    fault_taxonomy: TAXONOMY[first.group] ?? null,
    fault_object: objectWord(first.object),
    root_cause: CAUSES[first.cause] ?? null,
  };
}

/** `deployment/web` as `app/web`; nodes and namespaces as they are. */
function objectWord(object: string): string {
  return /^(node|namespace)\//.test(object) ? object : `app/${object.slice(object.indexOf("/") + 1)}`;
}
