/** What the agent shows to programs: incidents, services, events, metrics. */
export { EventStreams } from "./events.ts";
export { incidentRoutes } from "./incidents.ts";
export { storeMetrics } from "./metrics.ts";
export { serviceRoutes } from "./services.ts";
