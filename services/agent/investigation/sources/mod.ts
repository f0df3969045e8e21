/** Where evidence comes from: metrics, logs, code, alerts, changes. */
export { createSources, type SourceOptions, type Sources } from "./sources.ts";
export type { Point, Prometheus, Series } from "./prometheus.ts";
export type { CodeSource } from "./code/source.ts";
export type { Frame } from "./logs/frames.ts";
export type { Shape } from "./logs/shapes.ts";
