/** The manager: starts, scales and watches over the inventory's instances. */
export { type ManagerDeps, type ManagerOptions, start } from "./start.ts";
export { faultRequest } from "./faults.ts";
export { requestSchemas } from "./requests.ts";
export type { HistoryEvent } from "./event_history.ts";
export type { InstanceStatus, InstanceView } from "./instance_view.ts";
