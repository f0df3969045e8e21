/**
 * The tail at a fixed rate, as the generator sees it: `deno run -A bench/tail_client.ts URL RATE CALM MOST` sends until
 * it has `CALM` seconds in which the hypervisor took nothing, at most `MOST` seconds, and prints a {@linkcode Tail} over
 * the `CALM` calmest of them.
 */
import { createPacer, defaultOptions, runTraffic, warmUp } from "../services/traffic/mod.ts";
import { Times } from "../services/traffic/tally.ts";
import { calmParts, type Figure } from "./calm.ts";
import { stealMeter } from "./processes.ts";

/** What the client prints, as JSON. */
export interface Tail {
  /** 99th percentile of the times from the scheduled moment to the answer, in milliseconds. */
  readonly p99Ms: number;
  /** Share of the CPU time that the hypervisor took in the seconds that count, from 0 to 1. */
  readonly steal: number;
  /** How many seconds it took to have those. */
  readonly seconds: number;
}

if (import.meta.main) {
  const [url, ...numbers] = Deno.args;
  const [rps, count, most] = numbers.map(Number) as [number, number, number];
  const options = defaultOptions({ url: url!, rps, duration: most, putFrac: 0, maxConcurrency: 1_000, seed: 1 });
  const pacer = createPacer();
  await warmUp(options, pacer);
  const stop = new AbortController();
  const seconds: Figure<Times>[] = [];
  let steal = stealMeter();
  await runTraffic(options, {
    pacer,
    stop: stop.signal,
    progressEvery: 1,
    onProgress({ interval }) {
      seconds.push({ value: interval.latency, steal: steal() });
      steal = stealMeter();
      if (calmParts(seconds, count).filter(({ steal }) => steal === 0).length === count) stop.abort();
    },
  });
  pacer.close();
  const calm = calmParts(seconds, count);
  const times = new Times();
  for (const { value } of calm) times.add(value);
  const tail: Tail = {
    p99Ms: times.percentiles()!.p99,
    steal: calm.reduce((sum, { steal }) => sum + steal, 0) / calm.length / 2,
    seconds: seconds.length,
  };
  console.log(JSON.stringify(tail));
  Deno.exit(0);
}
