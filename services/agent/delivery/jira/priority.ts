import type { IncidentView, Priority } from "../../incidents/mod.ts";
import type { JiraClient, JiraRefusal } from "./client.ts";

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

/** The site's priority as its id and name, undefined where it has none that fits; or why it could not be asked. */
export async function priorityFor(
  wanted: Priority,
  client: JiraClient,
): Promise<{ readonly id: string | undefined; readonly name: string | undefined } | { readonly refusal: JiraRefusal }> {
  const called = await client.priorities();
  if (!called.ok) {
    return called.refusal.status === 404 ? { id: undefined, name: undefined } : { refusal: called.refusal };
  }
  const found = sitePriority(wanted, called.value);
  return { id: found?.id, name: found?.name };
}

/** An incident's priority: its diagnosis', else by its severity. */
export function priorityOf({ diagnosis, severity }: Pick<IncidentView, "diagnosis" | "severity">): Priority {
  if (diagnosis !== null) return diagnosis.priority;
  if (/^(critical|page|high)$/.test(severity)) return "high";
  return /^(warning|medium)$/.test(severity) ? "medium" : "low";
}
