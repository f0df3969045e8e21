import type { Diagnosis, Incident } from "../../incidents/mod.ts";

/** An incident with what was found. */
export interface Found {
  readonly incident: Incident;
  readonly diagnosis: Diagnosis;
}

/**
 * What one incident is to another: `same`: both name the same cause. `part`: it saw less of the cause that the other names.
 * `whole`: the other saw less of the cause that it names. `other`: nothing joins them.
 */
export type Relation = "same" | "part" | "whole" | "other";

/** Kinds that say how a service suffers rather than why. */
const SYMPTOMS: ReadonlySet<string> = new Set(["latency", "errors_without_stack", "errors_unexplained", "unknown"]);

/** What `one` is to `other`, by their causes and by the services on the way to them. */
export function relationOf(one: Found, other: Found): Relation {
  if (isSame(one.diagnosis, other.diagnosis)) return "same";
  if (isSymptom(one) && isOnWay(one, other)) return "part";
  if (isSymptom(other) && isOnWay(other, one)) return "whole";
  return "other";
}

function isSame(a: Diagnosis, b: Diagnosis): boolean {
  if (a.verdict !== "cause_found" || b.verdict !== "cause_found") return false;
  if (a.service_at_fault === undefined || a.service_at_fault !== b.service_at_fault) return false;
  const places = a.affected_file === null || b.affected_file === null ||
    (a.affected_file === b.affected_file && a.line_number === b.line_number);
  // Two bugs in one service are two causes.
  return places && (a.category === b.category || isVague(a) || isVague(b));
}

function isVague({ category = "" }: Diagnosis): boolean {
  return SYMPTOMS.has(category) || category.startsWith("dependency_");
}

function isSymptom({ diagnosis }: Found): boolean {
  return diagnosis.verdict !== "cause_found" || isVague(diagnosis);
}

/** Whether an incident's service, or what it blames, lies on the way that the other's diagnosis tells. */
function isOnWay(
  { incident, diagnosis }: Found,
  { diagnosis: { verdict, path = [], victims = [], service_at_fault } }: Found,
) {
  if (verdict !== "cause_found" || path.length === 0) return false;
  const way = new Set([...path.map(({ service }) => service), ...victims, service_at_fault]);
  const blamed = diagnosis.verdict === "cause_found" ? diagnosis.service_at_fault : undefined;
  return way.has(incident.service) && (blamed === undefined || way.has(blamed));
}
