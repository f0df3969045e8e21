import type { Priority } from "../../incidents/mod.ts";

/** Names that sites give their priorities, Jira's own first. */
const NAMES: Readonly<Record<Priority, readonly string[]>> = {
  critical: ["highest", "critical", "blocker", "urgent", "p1", "p0"],
  high: ["high", "major", "p2"],
  medium: ["medium", "normal", "p3"],
  low: ["low", "minor", "p4", "lowest", "trivial"],
};

/** The site's priority for ours; undefined when it has none of a name that fits. */
export function sitePriority<T extends { readonly name: string }>(wanted: Priority, site: readonly T[]): T | undefined {
  for (const name of NAMES[wanted]) {
    const found = site.find((priority) => priority.name.toLowerCase() === name);
    if (found !== undefined) return found;
  }
  return undefined;
}
