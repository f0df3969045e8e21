/** The most requests at once: what takes less than a twentieth of the wanted time is not what the scenario is about. */
const MOST = 20;
const TRIES = 3;

/** What one request takes while no other runs, in seconds; the shortest of a few, since a busy machine only adds to it. */
export async function secondsOfOne(url: string, signal: AbortSignal): Promise<number> {
  let shortest = Infinity;
  for (let attempt = 0; attempt < TRIES && !signal.aborted; attempt++) {
    const begun = performance.now();
    try {
      const response = await fetch(url, { signal });
      await response.body?.cancel();
    } catch {
      // It ends early, or the service is away: what is sent then tells it.
    }
    shortest = Math.min(shortest, (performance.now() - begun) / 1000);
  }
  return shortest;
}

/** How many requests that each take `oneTakes` seconds of one processor are answered after `wanted` seconds, all together. */
export function howManyAtOnce(oneTakes: number, wanted: number): number {
  if (!(oneTakes > 0)) return MOST;
  return Math.min(MOST, Math.max(1, Math.ceil(wanted / oneTakes)));
}
