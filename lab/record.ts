import type { IncidentView } from "../services/agent/incidents/mod.ts";
import type { Result } from "./judge.ts";
import type { LabStack } from "./stack.ts";

/** Placeholder. */
export function recordSituation(
  _: LabStack,
  __: { incidents: readonly IncidentView[]; result: Result },
): Promise<void> {
  return Promise.resolve();
}
