/** The read-only instruments of an investigation, one file each. */
import { clusterTools } from "./cluster/mod.ts";
import { changesBetween } from "./changes_between.ts";
import { compareInstances } from "./compare_instances.ts";
import { compareRoutes } from "./compare_routes.ts";
import { compareServices } from "./compare_services.ts";
import { computeErrorRate } from "./compute_error_rate.ts";
import { fetchCode } from "./fetch_code.ts";
import { fetchLogs } from "./fetch_logs.ts";
import { getRunbook } from "./get_runbook.ts";
import { listAlerts } from "./list_alerts.ts";
import { queryLogs } from "./query_logs.ts";
import { queryPrometheus } from "./query_prometheus.ts";
import { queryTraces } from "./query_traces.ts";
import { rankSuspects } from "./rank_suspects.ts";
import { recentChanges } from "./recent_changes.ts";
import { serviceGraph } from "./service_graph.ts";
import { similarIncidents } from "./similar_incidents.ts";
import type { Tool } from "./tool.ts";

export { applies, isOffered, parameters, type Situation, type Tool, type ToolContext, ToolError } from "./tool.ts";
export { Facts, type Measure } from "./facts.ts";
export {
  canBe,
  plainWords,
  type Quantity,
  speaksOf,
  speaksOfAll,
  type Spoken,
  spokenOf,
  tellingWords,
  type Unit,
  unitOfName,
} from "./quantities.ts";
export { windowSeconds } from "./history.ts";
export type { ErrorRateResult } from "./compute_error_rate.ts";
export type { LogsResult } from "./fetch_logs.ts";
export type { InstancesResult } from "./compare_instances.ts";
export type { LastSeen, LastStart } from "./life.ts";
export type { InstanceRow } from "./instance_row.ts";
export { leastPercent } from "./certainty.ts";
export type { RouteRow, RoutesResult } from "./compare_routes.ts";
export type { CodeResult } from "./fetch_code.ts";
export type { SuspectsResult } from "./rank_suspects.ts";
export type { ChangesResult } from "./recent_changes.ts";
export type { AlertsResult } from "./list_alerts.ts";
export type { SimilarResult } from "./similar_incidents.ts";
export { type ClusterCause, type ClusterResult, targetsOf } from "./cluster/mod.ts";
export type { TracesResult } from "./query_traces.ts";
export { type GraphResult, tracedEdges } from "./service_graph.ts";
export type { ServiceRow, ServicesResult } from "./compare_services.ts";
export type { RunbookResult } from "./get_runbook.ts";

/** Every tool by its name. None of them writes. */
export const tools: ReadonlyMap<string, Tool> = new Map(
  ([
    fetchLogs,
    computeErrorRate,
    compareInstances,
    compareRoutes,
    rankSuspects,
    fetchCode,
    queryPrometheus,
    listAlerts,
    recentChanges,
    similarIncidents,
    getRunbook,
    ...clusterTools,
    serviceGraph,
    compareServices,
    queryLogs,
    queryTraces,
    changesBetween,
  ] as unknown as Tool[]).map((tool) => [tool.name, tool]),
);
