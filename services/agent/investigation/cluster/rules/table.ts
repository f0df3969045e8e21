import { autoscaler } from "./autoscaler.ts";
import { cpuLimitAlerted } from "./cpu_limit_alerted.ts";
import { jobFailed } from "./job_failed.ts";
import { nodeFull } from "./node_full.ts";
import { quotaNearlyFull } from "./quota_nearly_full.ts";
import { rolloutPaused } from "./rollout_paused.ts";
import { volumeTrouble } from "./volume_trouble.ts";
import { badCommand } from "./bad_command.ts";
import { claimUnbound } from "./claim_unbound.ts";
import { cpuThrottled } from "./cpu_throttled.ts";
import { crashLoop } from "./crash_loop.ts";
import { databaseClient } from "./database_client.ts";
import { databaseRefuses } from "./database_refuses.ts";
import { environmentAddress } from "./environment_address.ts";
import { evicted } from "./evicted.ts";
import { gatewayRoute } from "./gateway_route.ts";
import { imagePull } from "./image_pull.ts";
import { missingConfig } from "./missing_config.ts";
import { missingServiceAccount } from "./missing_service_account.ts";
import { mountFailed } from "./mount_failed.ts";
import { nameResolution } from "./name_resolution.ts";
import { networkDelay } from "./network_delay.ts";
import { networkPolicy } from "./network_policy.ts";
import { nodeCapacity } from "./node_capacity.ts";
import {
  cordonedNodes,
  nodeAffinity,
  nodeSelector,
  podAffinity,
  podAntiAffinity,
  topologySpread,
  untoleratedTaint,
} from "./node_choice.ts";
import { nodeCondition } from "./node_condition.ts";
import { nodeDaemon } from "./node_daemon.ts";
import { outOfMemory } from "./out_of_memory.ts";
import { portConflict } from "./port_conflict.ts";
import { probeFails } from "./probe_fails.ts";
import { quotaExceeded } from "./quota_exceeded.ts";
import { refusedByPolicy } from "./refused_by_policy.ts";
import type { Rule } from "./rule.ts";
import { schedulerSilent } from "./scheduler_silent.ts";
import { servicePort } from "./service_port.ts";
import { serviceSelector } from "./service_selector.ts";
import { volumePermission } from "./volume_permission.ts";
import { zeroReplicas } from "./zero_replicas.ts";

export const RULES: readonly Rule[] = [
  quotaExceeded,
  missingServiceAccount,
  refusedByPolicy,
  cordonedNodes,
  nodeSelector,
  nodeAffinity,
  podAntiAffinity,
  podAffinity,
  topologySpread,
  untoleratedTaint,
  nodeCapacity,
  claimUnbound,
  imagePull,
  missingConfig,
  volumePermission,
  badCommand,
  mountFailed,
  outOfMemory,
  probeFails,
  portConflict,
  databaseRefuses,
  databaseClient,
  zeroReplicas,
  crashLoop,
  evicted,
  serviceSelector,
  servicePort,
  environmentAddress,
  nameResolution,
  gatewayRoute,
  networkPolicy,
  cpuThrottled,
  networkDelay,
  nodeDaemon,
  schedulerSilent,
  nodeCondition,
  autoscaler,
  cpuLimitAlerted,
  jobFailed,
  nodeFull,
  quotaNearlyFull,
  rolloutPaused,
  volumeTrouble,
];
