import { stealMeter } from "./processes.ts";

/** How often something is measured anew at most, until the hypervisor has left the machine alone meanwhile. */
const TRIES = 4;

/** A figure, and the share of the CPU time that the hypervisor gave to others while it was measured, from 0 to 1. */
export interface Figure<T> {
  readonly value: T;
  readonly steal: number;
}

/** The first try with no more steal than `enough`, else the one with the least: what was measured has no say in it. */
export async function calmest<T>(measure: () => Promise<T>, enough: number): Promise<Figure<T>> {
  let best: Figure<T> | undefined;
  for (let tries = 0; tries < TRIES && (best === undefined || best.steal > enough); tries++) {
    const steal = stealMeter();
    const value = await measure();
    const figure = { value, steal: steal() };
    if (best === undefined || figure.steal < best.steal) best = figure;
  }
  return best!;
}

/**
 * Of the parts of one run, in order, the `count` that the hypervisor disturbed least; a part has to bear what was taken
 * in the one before it as well, for a backlog outlives its cause. What was measured has no say in it.
 */
export function calmParts<T>(parts: readonly Figure<T>[], count: number): Figure<T>[] {
  return parts
    .map(({ value, steal }, i) => ({ value, steal: steal + (parts[i - 1]?.steal ?? 0) }))
    .toSorted((a, b) => a.steal - b.steal)
    .slice(0, count);
}
