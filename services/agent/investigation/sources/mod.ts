/** Where evidence comes from: metrics, logs, code, alerts, changes. */
export { createSources, type ServiceTraces, type SourceOptions, type Sources } from "./sources.ts";
export type { Peer, Span, TraceRead, Traces, TraceSearch } from "./traces/mod.ts";
export { createPrometheus, type Point, type Prometheus, type Series } from "./prometheus.ts";
export { type Queries, queriesOf } from "./queries.ts";
export {
  before,
  downsample,
  isoSeconds,
  latest,
  median,
  newestStretch,
  ratio,
  type Reading,
  readingOf,
  rounded,
  type Stretch,
} from "./series.ts";
export type { CodeSource, Commit } from "./code/source.ts";
export { allowedPath } from "./code/paths.ts";
export { githubCode } from "./code/github.ts";
export type { Frame } from "./logs/stacks/mod.ts";
export { firstLine, foldShapes, type Shape } from "./logs/shapes.ts";
export {
  at,
  type Budget,
  type ClusterSource,
  exporterOf,
  type Json,
  type KubernetesClient,
  KubernetesError,
  labelsOf,
  LiveCluster,
  liveCluster,
  objectsOf,
  readable,
  readRights,
  RESOURCES,
  type Scope,
  type Snapshot,
  type Target,
  targetOf,
  textOf,
} from "./kubernetes/mod.ts";
export type { ActiveAlert, InstanceEvent } from "./clients.ts";
