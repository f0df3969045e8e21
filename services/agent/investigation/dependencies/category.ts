import type { Failure, Way } from "./failure.ts";

/** Faults of a resource, which have a name of their own whoever meets them. */
const RESOURCES: ReadonlySet<Way> = new Set([
  "pool_exhausted",
  "deadlock",
  "lock_timeout",
  "slow_query",
  "read_only",
  "disk_full",
  "out_of_memory",
  "too_many_files",
  "too_many_connections",
  "certificate_expired",
]);

/** The kind of trouble: that of a resource, or a call that failed in some way. */
export function categoryOf({ way }: Pick<Failure, "way">): string {
  return RESOURCES.has(way) ? way : `dependency_${way}`;
}
