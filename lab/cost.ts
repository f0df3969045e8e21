import { countProductCodes } from "../services/inventory/mod.ts";

/** What a request to a path computes, for measuring it without asking the system that is watched. */
export const COSTLY: Readonly<Record<string, () => unknown>> = {
  "/random-endpoint/product-codes": () => countProductCodes(),
};

/** The most requests at once: what takes less than a twentieth of the wanted time is not what the scenario is about. */
const MOST = 20;
const TRIES = 3;

/** What one request to a path of {@linkcode COSTLY} takes, in seconds; the shortest of a few: a busy machine only adds to it. */
export function secondsOfOne(path: string): number {
  let shortest = Infinity;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const begun = performance.now();
    COSTLY[path]!();
    shortest = Math.min(shortest, (performance.now() - begun) / 1000);
  }
  return shortest;
}

/** How many requests that each take `oneTakes` seconds of one processor are answered after `wanted` seconds, all together. */
export function howManyAtOnce(oneTakes: number, wanted: number): number {
  if (!(oneTakes > 0)) return MOST;
  return Math.min(MOST, Math.max(1, Math.ceil(wanted / oneTakes)));
}
