import { RESOURCES } from "./api/mod.ts";

/** A rule of a ClusterRole. */
export interface Right {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
}

/** What the agent has to be allowed: to read what `RESOURCES` names, and logs of pods. Secrets are not among it. */
export function readRights(): Right[] {
  const byGroup = Map.groupBy(Object.values(RESOURCES), (one) => one.group);
  return [...byGroup].map(([group, all]) => ({
    apiGroups: [group],
    resources: [...all.map((one) => one.plural), ...group === "" ? ["pods/log"] : []].toSorted(),
    verbs: ["get", "list"],
  }));
}
