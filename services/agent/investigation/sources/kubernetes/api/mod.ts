/** A cluster's API, read only. */
export { KubernetesClient, type Listed, type ListOptions } from "./client.ts";
export { isObject, type Json } from "./json.ts";
export { KubernetesError } from "./error.ts";
export { pathOf, type Resource, type ResourceName, RESOURCES } from "./resources.ts";
export type { WatchEvent } from "./watch.ts";
