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
