/** Prometheus and Alertmanager: where they come from. */
export { type MonitoringTools, monitoringTools } from "./tools.ts";
