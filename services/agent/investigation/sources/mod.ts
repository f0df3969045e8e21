/** Where evidence comes from: metrics, logs, code, alerts, changes. */
export { createSources, type SourceOptions, type Sources } from "./sources.ts";
export { createPrometheus, type Point, type Prometheus, type Series } from "./prometheus.ts";
export { type Queries, queriesOf } from "./queries.ts";
export type { CodeSource } from "./code/source.ts";
export type { Frame } from "./logs/stacks/mod.ts";
export type { Shape } from "./logs/shapes.ts";
export type { InstanceEvent } from "./clients.ts";
