/** What the agent shows to programs: incidents, services, events, metrics. */
export { EventStreams } from "./events.ts";
export { incidentRoutes, incidentsQuery } from "./incidents.ts";
export { storeMetrics } from "./metrics.ts";
export { serviceRoutes } from "./services.ts";
