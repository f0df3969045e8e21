/** What a system's own metrics say of its services: which there are, and which of their metrics stand for what. */
export type { Counted } from "./counted.ts";
export { type Proposal, proposeMetrics } from "./propose.ts";
export { conventionOf } from "./conventions.ts";
export { metricsOf, type SeriesLabels } from "./series.ts";
export { type FoundService, servicesOf } from "./services.ts";
