/** From a stored incident to a diagnosis that its evidence supports. */
export { type InvestigationDeps, startInvestigations } from "./start.ts";
export type { InvestigationOptions } from "./settings.ts";
export { connectionSecrets, guardOf } from "./egress.ts";
export { investigationSettings } from "./settings.ts";
export { type GraphAnswer, graphRoutes } from "./graph_routes.ts";
export { investigationRoutes, type InvestigationRoutesDeps, replaySchema } from "./routes.ts";
export { createStoppedTraffic, type NoRequestsSince, type StoppedTrafficDeps } from "./stopped_traffic.ts";
export { type Tool, tools } from "./tools/mod.ts";
export type { Difference, Replay } from "./replay.ts";
export { type Catalogue, catalogueOf, catalogueSchema, parseCatalogue, type Service } from "./catalogue/mod.ts";
export {
  createPrometheus,
  createSources,
  type Point,
  type Prometheus,
  queriesOf,
  readable,
  readRights,
  type Series,
} from "./sources/mod.ts";
