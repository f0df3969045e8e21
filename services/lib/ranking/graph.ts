import type { Edge, Suspicion } from "./types.ts";

/** From here on a callee's trouble is enough to explain its caller's. */
const EXPLAINS = 4;

/**
 * Goes from each service down to its callees: what callers see of a service (latency, errors) is explained, and no
 * longer held against it, while one of its callees is in trouble too. Services that the symptom cannot reach are left
 * out when there is one.
 */
export function explainByCallees(
  suspicions: readonly Suspicion[],
  edges: readonly Edge[],
  symptom?: string,
): readonly Suspicion[] {
  if (edges.length === 0) return suspicions;
  const callees = new Map<string, string[]>();
  for (const { caller, callee } of edges) callees.set(caller, [...callees.get(caller) ?? [], callee]);
  const byService = new Map(suspicions.map((s) => [s.service, s]));
  const troubled = (service: string) => {
    const s = byService.get(service);
    return s !== undefined && Math.max(s.internal, s.external) >= EXPLAINS;
  };
  const reached = symptom === undefined ? undefined : reachable(symptom, callees);
  return suspicions.filter((s) => reached === undefined || reached.has(s.service)).map((s) => {
    const culprits = (callees.get(s.service) ?? []).filter((callee) => callee !== s.service && troubled(callee));
    if (culprits.length === 0) return s;
    return {
      ...s,
      external: 0,
      because: [...s.because, `it calls ${culprits.join(", ")}, which is in trouble itself`],
    };
  });
}

function reachable(from: string, callees: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set([from]);
  for (const service of seen) for (const callee of callees.get(service) ?? []) seen.add(callee);
  return seen;
}
