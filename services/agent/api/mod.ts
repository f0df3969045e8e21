/** What the agent shows: incidents, events, metrics, a page. */
export { EventStreams } from "./events.ts";
export { incidentRoutes } from "./incidents.ts";
export { storeMetrics } from "./metrics.ts";
export { pageRoutes } from "./page.ts";
