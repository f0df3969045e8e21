/** Which part of a cluster is looked at. */
export interface Scope {
  /** Their objects are read; most that are looked at is `MOST_NAMESPACES`. */
  readonly namespaces: readonly string[];
  /** All pods on these nodes are read, whatever their namespace. */
  readonly nodes: readonly string[];
  /** `namespace/workload` of what the alert is about and what it calls: their logs are read first. */
  readonly near: ReadonlySet<string>;
}

export const MOST_NAMESPACES = 4;
