/**
 * The balancer beside HAProxy (one thread) and nginx (one worker) over the same two backends, with `wrk` as the client:
 * `deno run -A bench/balancer.ts [rounds]`. Needs `wrk`, `nginx` and `haproxy`.
 */
import { tempFolder } from "../tests/testing/mod.ts";
import { calmest } from "./calm.ts";
import { cpuSeconds } from "./processes.ts";
import { type BenchRow, benchRow } from "./row.ts";
import { startTargets, type Target, type TargetName } from "./targets.ts";
import { type RoundOf, roundsInTurn } from "./turns.ts";
import { wrk } from "./wrk.ts";

/** Length of one measurement; large bodies need longer for a few rounds of 256 connections. */
const BODIES = {
  small: { path: "/small", seconds: 2 },
  "1MB": { path: "/large", seconds: 3 },
} as const;
const CONNECTIONS = [1, 32, 256];
/** The measurement that counts most has all rounds, the others no more than this. */
const MANY = { body: "small", connections: 32 } as const;
const FEW_ROUNDS = 3;
/** Up to this share of steal a throughput is not measured anew. */
const LITTLE_STEAL = 0.02;

/** What one run of `wrk` showed. */
interface Sample {
  /** Requests per second. */
  readonly rate: number;
  readonly p99Ms: number;
  /** The target's own CPU seconds for 100,000 requests. */
  readonly cpu: number;
}

/** All rows of the balancer. */
export async function benchBalancer(rounds = 5): Promise<BenchRow[]> {
  await using folder = await tempFolder();
  await using targets = await startTargets(folder.path);
  const { direct, proxies } = targets;
  const rows: BenchRow[] = [];
  for (const body of ["small", "1MB"] as const) {
    for (const connections of CONNECTIONS) {
      const alone = body === "small" && connections === 1;
      const samples = await throughput(alone ? [direct, ...proxies] : proxies, { body, connections, rounds });
      const name = `balancer/${connections}/${body}`;
      const row = (names: { name: string; peer: TargetName; unit: string }, value: (sample: Sample) => number) =>
        rows.push(
          benchRow(
            names,
            samples.map(({ steal, ...round }) => ({
              ours: value(round.ours),
              theirs: value(round[names.peer]),
              steal,
            })),
          ),
        );
      for (const peer of ["haproxy", "nginx"] as const) {
        row({ name, peer, unit: "req/s" }, ({ rate }) => rate);
        if (connections === 32) {
          row({ name: `${name}/cpu`, peer, unit: "CPU s per 100,000 requests" }, ({ cpu }) => cpu);
        }
      }
      // One connection in a closed loop makes about as many requests as the rate of the tail.
      if (!alone) continue;
      for (const peer of ["direct", "haproxy", "nginx"] as const) {
        row({ name: `${name}/p99`, peer, unit: "ms" }, ({ p99Ms }) => p99Ms);
      }
    }
  }
  return rows;
}

/** Rounds of `wrk` against all targets in turn. */
async function throughput(
  targets: readonly Target[],
  options: { body: keyof typeof BODIES; connections: number; rounds: number },
): Promise<RoundOf<Sample>[]> {
  const { body, connections } = options;
  const { path, seconds } = BODIES[body];
  const many = body === MANY.body && connections === MANY.connections;
  return await roundsInTurn(targets, {
    what: `${body}, ${connections} connections`,
    rounds: many ? options.rounds : Math.min(FEW_ROUNDS, options.rounds),
    measure: ({ port, pid }) =>
      calmest(async () => {
        const before = cpuSeconds(pid);
        const { rate, requests, p99Ms } = await wrk(`http://127.0.0.1:${port}${path}`, { connections, seconds });
        return { rate, p99Ms, cpu: (cpuSeconds(pid) - before) / requests * 100_000 };
      }, LITTLE_STEAL),
    told: ({ rate }) => `${rate.toFixed(0)}/s`,
  });
}

if (import.meta.main) {
  console.table(await benchBalancer(Number(Deno.args[0] ?? 5)));
}
