import type { InstanceRow } from "../tools/mod.ts";

/**
 * The least part of a request's time that computing is where computing is what makes it slow. Below four fifths of busy
 * time, above which an instance counts as busy anyway, a request waits for others at most four times as long as it
 * computes; and where each core has two programs to run, it gets half of one.
 */
const LEAST_PART = 0.1;
/** So many times the usual processor time for a request is more than a few requests or a busy machine make of it. */
const RISEN = 3;

/** What is looked at beside the rows. */
export interface ComputingOptions {
  /** Cores above which an instance counts as busy. */
  readonly limit: number;
  /** Milliseconds of the 95th percentile above which an instance counts as slow. */
  readonly slowMs: number;
}

/**
 * The instances whose requests take long because they compute, the costliest first. Waiting costs no processor time, so
 * what it costs for each request tells the two apart, also where others leave the instance little of its core: there its
 * use of the processor stays low while it is busy all the time.
 */
export function computing(rows: readonly InstanceRow[], options: ComputingOptions): InstanceRow[] {
  return rows.filter((row) => computes(row, rows, options))
    .sort((a, b) => (costOf(b)?.cost ?? 0) - (costOf(a)?.cost ?? 0));
}

/** What a request costs an instance and takes on it, in milliseconds, now or when it was measured last. */
export function costOf(row: InstanceRow): Cost | null {
  const now = row.up === false ? row.last_measured : row;
  return complete({
    cost: now?.cpu_per_request_ms,
    mean: now?.latency_mean_ms,
    cores: now?.cpu_cores,
    rps: now?.requests_per_second,
  });
}

interface Cost {
  /** Processor time for a request, in milliseconds. */
  readonly cost: number;
  /** What a request takes, in milliseconds. */
  readonly mean: number;
  readonly cores: number;
  readonly rps: number;
}

/** Null where something of it was not measured. */
function complete(cost: Readonly<Record<keyof Cost, number | null | undefined>>): Cost | null {
  return Object.values(cost).every((value) => typeof value === "number") ? cost as Cost : null;
}

function computes(row: InstanceRow, rows: readonly InstanceRow[], { limit, slowMs }: ComputingOptions): boolean {
  const now = costOf(row);
  if (now === null) return false;
  const busy = now.rps * now.mean / 1000 > limit;
  const usual = usualOf(row, rows);
  if (usual === null) return busy && now.cost >= LEAST_PART * now.mean;
  // What a process uses anyway costs each of fewer requests more, and that of more requests is no cost of each.
  const more = Math.min(now.cost - usual.cost, 1000 * (now.cores - usual.cores) / now.rps);
  // What was slow and is not now has no cost that would tell why.
  const slow = row.up === false ? beginsToBeSlow(now, usual) : (row.latency_p95_ms ?? 0) > slowMs;
  return (busy || slow) && now.cost >= RISEN * usual.cost && more > 0 &&
    more >= LEAST_PART * (now.mean - usual.mean);
}

/** Of an instance that does not answer any more: the last that was measured holds only the beginning of what ails it. */
function beginsToBeSlow(last: Cost, usual: Cost): boolean {
  return last.mean >= RISEN * usual.mean;
}

/** What was usual on this instance; where it is too young for that, what is so on the best of the others. */
function usualOf(row: InstanceRow, rows: readonly InstanceRow[]): Cost | null {
  const { cpu_per_request_ms: cost, latency_mean_ms: mean, cpu_cores: cores, requests_per_second: rps } = row.before;
  const own = complete({ cost, mean, cores, rps });
  if (own !== null) return own;
  const others = rows.filter((other) => other !== row).map(costOf).filter((other) => other !== null);
  return others.toSorted((a, b) => a.cost - b.cost)[0] ?? null;
}
