/** The services that the agent watches, from `config/oncall.yaml`. */
export { catalogueOf, loadCatalogue, matches, parseCatalogue, serviceOf } from "./load.ts";
export {
  type Catalogue,
  catalogueSchema,
  type Dependency,
  type LogSource,
  type Service,
  type ServiceMetrics,
  serviceSchema,
} from "./schema.ts";
export { namedBy } from "./references.ts";
export { routeLimits } from "./metrics.ts";
export { shippedCatalogue } from "./shipped.ts";
