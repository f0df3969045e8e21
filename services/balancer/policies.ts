import type { Backend } from "./backend.ts";

/** Ways to choose among the backends that can take a request; the first is the default. */
export const POLICIES = ["round-robin", "least-requests"] as const;
export type Policy = typeof POLICIES[number];

/**
 * How loaded a backend counts: the least loaded gets the request, and those that count alike take turns. `share` is below 1
 * for a backend that has just returned. Called for every request and backend: allocate nothing.
 */
export const LOADS: Readonly<Record<Policy, (backend: Backend, share: number) => number>> = {
  "round-robin": () => 0,
  // With a share of a tenth, its load counts ten times.
  "least-requests": (backend, share) => (backend.busy.size + 1) / share,
};
