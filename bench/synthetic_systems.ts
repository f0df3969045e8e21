import type { Column, Edge, MetricTable } from "../services/lib/ranking/mod.ts";

/** The faults that a synthetic system can have. */
export const FAULTS = ["cpu", "mem", "delay", "error"] as const;
export type Fault = (typeof FAULTS)[number];

/** A system of services that call each other, its metrics, and the truth about them. */
export interface SyntheticSystem {
  readonly table: MetricTable;
  readonly edges: readonly Edge[];
  /** Null in a fault-free system. */
  readonly fault: Fault | null;
  readonly cause: string | null;
  readonly onset: number;
}

/** Uniform numbers in [0, 1) from a seed: the 32-bit mulberry generator. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A random acyclic call graph of 10 to 40 services over 1,000 s, a sample a second: load with a season, correlated
 * noise, single spikes, 2 % missing values; from the onset on the cause misbehaves and its callers, in turn, wait for
 * it and fail with it; a caller that calls several times waits longer than the cause itself is slow.
 */
export function syntheticSystem(seed: number, fault: Fault | null): SyntheticSystem {
  const random = seeded(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const rows = 1000;
  const count = Math.floor(between(10, 41));
  const names = Array.from({ length: count }, (_, i) => `svc-${i}`);
  const edges: { caller: number; callee: number; calls: number }[] = [];
  for (let callee = 1; callee < count; callee++) {
    const callers = 1 + Math.floor(random() * 2);
    for (let k = 0; k < callers; k++) {
      const caller = Math.floor(random() * callee);
      if (!edges.some((e) => e.caller === caller && e.callee === callee)) {
        edges.push({ caller, callee, calls: Math.floor(between(1, 4)) });
      }
    }
  }
  const onset = Math.floor(between(500, 750));
  const cause = Math.floor(between(1, count));
  const size = between(1, 4);
  const seasonPeriod = between(200, 1500);
  const seasonDepth = between(0, 0.3);
  // What waiting for its callees adds to a service's latency, in ms.
  const waiting = Array.from({ length: count }, () => new Float64Array(rows));
  const extraErrors = Array.from({ length: count }, () => new Float64Array(rows));
  const columns: Column[] = [];
  const put = (service: string, metric: string, at: (row: number) => number) => {
    const values = Float64Array.from({ length: rows }, (_, row) => random() < 0.02 ? NaN : at(row));
    columns.push({ name: `${service}_${metric}`, service, metric, values });
  };
  // Callees have higher numbers than callers, so going down in number lets trouble reach every caller.
  for (let service = count - 1; service >= 0; service--) {
    const faulty = (row: number) => fault !== null && service === cause && row >= onset;
    const ramp = (row: number) => Math.min(1, (row - onset) / 30);
    const base = { cpu: between(0.05, 0.5), mem: between(50, 500), latency: between(2, 80), load: between(5, 200) };
    const noise = between(0.02, 0.15);
    let drift = 0;
    const shared = Float64Array.from({ length: rows }, () => drift = 0.9 * drift + normal() * noise * 0.4);
    const season = (row: number) => 1 + seasonDepth * Math.sin((2 * Math.PI * row) / seasonPeriod);
    const spike = () => random() < 0.002 ? between(2, 6) : 1;
    const latency = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      latency[row] = base.latency * season(row) * (1 + shared[row]!) + waiting[service]![row]!;
      if (faulty(row)) {
        const pain = { cpu: 0.6, mem: 0.4, delay: 1.5, error: 0.1 }[fault!] * size * ramp(row);
        latency[row]! += base.latency * pain;
        if (fault === "error") extraErrors[service]![row]! += 0.1 * size;
      }
      for (const { caller, callee, calls } of edges) {
        if (callee !== service) continue;
        waiting[caller]![row]! += latency[row]! * calls * 0.8;
        extraErrors[caller]![row]! += Math.min(1, extraErrors[service]![row]! * 0.7);
      }
    }
    let walk = 0;
    put(names[service]!, "cpu", (row) =>
      base.cpu * season(row) * spike() * (1 + shared[row]! + normal() * noise) *
      (faulty(row) && fault === "cpu" ? 1 + size * ramp(row) : 1 - 0.2 * Math.min(1, extraErrors[service]![row]!)));
    put(names[service]!, "mem", (row) => {
      walk += normal() * 0.0005;
      const grown = faulty(row) && fault === "mem" ? size * 0.5 * Math.min(1, (row - onset) / 120) : 0;
      return base.mem * (1 + walk + grown);
    });
    put(names[service]!, "latency", (row) => latency[row]! * spike() * (1 + normal() * noise));
    put(
      names[service]!,
      "error",
      (row) =>
        base.load * ((random() < 0.01 ? 0.01 : 0) + Math.min(1, extraErrors[service]![row]!) * (1 + normal() * noise)),
    );
    put(names[service]!, "load", (row) =>
      base.load * season(row) * (1 + shared[row]! + normal() * noise) *
      (1 - 0.2 * Math.min(1, extraErrors[service]![row]!)));
  }
  return {
    table: { times: Float64Array.from({ length: rows }, (_, row) => row), columns },
    edges: edges.map(({ caller, callee }) => ({ caller: names[caller]!, callee: names[callee]! })),
    fault,
    cause: fault === null ? null : names[cause]!,
    onset,
  };
}
