/** The services that the agent watches, from `config/oncall.yaml`. */
export { catalogueOf, loadCatalogue, matches, parseCatalogue, serviceOf } from "./load.ts";
export { type Catalogue, catalogueSchema, type LogSource, type Service, type ServiceMetrics } from "./schema.ts";
export { shippedCatalogue } from "./shipped.ts";
