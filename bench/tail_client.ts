/**
 * The tail at a fixed rate, as the generator sees it: `deno run -A bench/tail_client.ts URL RATE CALM MOST` sends until
 * there were `CALM` seconds in which the hypervisor left the machine alone, at most `MOST` seconds, and prints a
 * {@linkcode Tail} over those; over all when there were fewer.
 */
import { defaultOptions, runWarm, Times } from "../services/traffic/mod.ts";
import { stealMeter } from "./processes.ts";

/** So long are the parts of which each counts or does not, in seconds. */
const PART = 0.2;
/** So many parts after one in which anything was taken do not count: what had piled up has to be worked off. */
const AFTERMATH = 5;

/** What the client prints, as JSON. */
export interface Tail {
  /** 99th percentile of the times from the scheduled moment to the answer, in milliseconds. */
  readonly p99Ms: number;
  /** Share of the CPU time that the hypervisor took in what counts, from 0 to 1. */
  readonly steal: number;
}

if (import.meta.main) {
  const [url, ...numbers] = Deno.args;
  const [rps, calmSeconds, most] = numbers.map(Number) as [number, number, number];
  const options = defaultOptions({ url: url!, rps, duration: most, putFrac: 0, maxConcurrency: 1_000, seed: 1 });
  const stop = new AbortController();
  const calm = new Times(), all = new Times();
  const stealOfAll = stealMeter();
  let steal = stealMeter(), left = calmSeconds / PART, disturbed = 0;
  await runWarm(options, {
    stop: stop.signal,
    progressEvery: PART,
    onProgress({ interval }) {
      all.add(interval.latency);
      if (steal() > 0) disturbed = AFTERMATH + 1;
      steal = stealMeter();
      if (disturbed > 0) disturbed--;
      else {
        calm.add(interval.latency);
        if (--left <= 0) stop.abort();
      }
    },
  });
  const tail: Tail = {
    p99Ms: (left <= 0 ? calm : all).percentiles()!.p99,
    steal: left <= 0 ? 0 : stealOfAll(),
  };
  console.log(JSON.stringify(tail));
  Deno.exit(0);
}
