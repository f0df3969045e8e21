/** The services that the agent looks after, as `config/oncall.yaml` describes them. */
export { catalogueOf, loadCatalogue, matches, parseCatalogue, serviceOf } from "./load.ts";
export type { Catalogue, LogSource, Service, ServiceMetrics } from "./schema.ts";
