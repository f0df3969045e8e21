/** Each role's `start()` and its public types. */
export { type AgentDeps, type AgentOptions, start as startAgent } from "./services/agent/mod.ts";
export type { Diagnosis, Incident, IncidentSummary, IncidentView, ToolCall } from "./services/agent/mod.ts";
export { type BalancerDeps, type BalancerOptions, start as startBalancer } from "./services/balancer/mod.ts";
export { type CliDeps, runCli } from "./services/cli/mod.ts";
export { type FaultMode, type InventoryOptions, start as startInventory } from "./services/inventory/mod.ts";
export type { Running } from "./services/lib/lifecycle/mod.ts";
export {
  type HistoryEvent,
  type InstanceView,
  type ManagerDeps,
  type ManagerOptions,
  start as startManager,
} from "./services/manager/mod.ts";
export { type Report, runTraffic, type TrafficDeps, type TrafficOptions } from "./services/traffic/mod.ts";
