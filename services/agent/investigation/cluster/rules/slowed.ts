import type { Ref, Signal } from "../objects.ts";
import type { View } from "../view.ts";

/** Twice as slow and by more than what a garbage collection takes. */
const RATIO = 2;
const STEP_MS = 50;

export interface Slowed {
  namespace: string;
  name: string;
  /** Half of all requests are slower, not only the slowest tenth. */
  median: boolean;
  /** How many times slower than normal, at the worst quantile. */
  ratio: number;
  signals: Signal[];
}

/** Workloads that answer later than normal, or whose answers fail or are missing. */
export function slowedWorkloads(view: View): Slowed[] {
  const found = new Map<string, Slowed>();
  for (const signal of view.cluster.signals) {
    if (signal.object.kind !== "Workload" || !isWorse(signal)) continue;
    const { namespace, name } = signal.object;
    const known = found.get(`${namespace}/${name}`) ?? { namespace, name, median: false, ratio: 1, signals: [] };
    known.signals.push(signal);
    if (signal.metric === "latency_ms" && signal.now !== undefined) {
      known.ratio = Math.max(known.ratio, signal.now / Math.max(signal.normal ?? 1, 0.5));
      if ((signal.quantile ?? 0.5) <= 0.5) known.median = true;
    }
    found.set(`${namespace}/${name}`, known);
  }
  return [...found.values()];
}

function isWorse({ metric, normal, now }: Signal): boolean {
  if (metric === "success_percent") return (now ?? 100) < 90;
  if (metric !== "latency_ms") return false;
  return now === undefined || now > (normal ?? 0) * RATIO && now - (normal ?? 0) > STEP_MS;
}

/** Whether `from` calls `to`, through others or not. */
export function reachesBy(view: View, namespace: string): (from: string, to: string) => boolean {
  const memo = new Map<string, Set<string>>();
  const reach = (from: string): Set<string> => {
    const known = memo.get(from);
    if (known) return known;
    const seen = new Set<string>();
    const queue = view.callsFrom(namespace, from).map((one) => one.to);
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      queue.push(...view.callsFrom(namespace, name).map((one) => one.to));
    }
    memo.set(from, seen);
    return seen;
  };
  return (from, to) => reach(from).has(to);
}

export function workloadRef(one: { namespace: string; name: string }): Ref {
  return { kind: "Workload", namespace: one.namespace, name: one.name };
}
