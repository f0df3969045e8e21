/** A part of a live cluster as the objects that rules read. */
export { type Gaps, Lists } from "./lists.ts";
export { MOST_NAMESPACES, type Scope } from "./scope.ts";
export { readCluster, type Snapshot } from "./snapshot.ts";
