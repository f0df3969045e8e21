/**
 * The tail at a fixed rate through each balancer, beside going to a backend directly: `deno run -A bench/tail.ts
 * [rounds]`. Needs `wrk`, `nginx` and `haproxy`.
 */
import { roles } from "../tasks/build/mod.ts";
import { tempFolder } from "../tests/testing/mod.ts";
import type { Figure } from "./calm.ts";
import { onOneCore } from "./cores.ts";
import { type BenchRow, benchRow } from "./row.ts";
import type { Tail } from "./tail_client.ts";
import { startTargets, type TargetName } from "./targets.ts";
import { type RoundOf, roundsInTurn } from "./turns.ts";

/** The open-loop rate at which the tail is looked at, in requests/s. */
const RATE = 5_000;
/** So many seconds without steal are one measurement, and so many are waited for at most. */
const CALM_SECONDS = 10;
const MOST_SECONDS = 40;
/** Rounds before it is measured: a balancer runs for weeks, its compiler's first seconds are not what is asked here. */
const WARM_UP_ROUNDS = 2;

/** p99 at a fixed rate through each proxy, beside going to a backend directly, and what each adds to that. */
export async function benchTail(rounds = 4): Promise<BenchRow[]> {
  await using folder = await tempFolder();
  await using started = await startTargets(folder.path);
  const targets = [started.direct, ...started.proxies];
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    for (const { port } of targets) await tailOf(port, CALM_SECONDS);
  }
  return rowsOf(
    await roundsInTurn(targets, {
      what: `p99 at ${RATE}/s`,
      rounds,
      measure: ({ port }) => tailOf(port, MOST_SECONDS),
      told: (p99Ms) => `${p99Ms.toFixed(2)} ms`,
    }),
  );
}

function rowsOf(measured: readonly RoundOf<number>[]): BenchRow[] {
  type Side = (round: RoundOf<number>) => number;
  const name = `balancer/p99-at-${RATE}`;
  const of = (target: TargetName): Side => (round) => round[target];
  const added = (target: TargetName): Side => (round) => round[target] - round.direct;
  const row = (names: { readonly name: string; readonly peer: string }, ours: Side, theirs: Side) =>
    benchRow(
      { ...names, unit: "ms" },
      measured.map((round) => ({ ours: ours(round), theirs: theirs(round), steal: round.steal })),
    );
  return [
    ...(["direct", "haproxy", "nginx"] as const).map((peer) => row({ name, peer }, of("ours"), of(peer))),
    row({ name: `${name}/added`, peer: "1 ms, the bound" }, added("ours"), () => 1),
    row({ name: `${name}/added`, peer: "haproxy" }, added("ours"), added("haproxy")),
    row({ name: `${name}/added`, peer: "nginx" }, added("ours"), added("nginx")),
  ];
}

/** The generator runs from its sources, with the executable's engine: what it tells of single seconds is needed. */
async function tailOf(port: number, mostSeconds: number): Promise<Figure<number>> {
  const client = new URL("tail_client.ts", import.meta.url).pathname;
  const numbers = [RATE, CALM_SECONDS, mostSeconds].map(String);
  const { stdout, success } = await onOneCore(Deno.execPath(), [
    ...["run", "-A", `--v8-flags=${roles.traffic.engine!.join(",")}`],
    ...[client, `http://127.0.0.1:${port}`, ...numbers],
  ]).output();
  if (!success) throw new Error(`${client} failed: run it by hand to see why`);
  const { p99Ms, steal }: Tail = JSON.parse(new TextDecoder().decode(stdout));
  return { value: p99Ms, steal };
}

if (import.meta.main) {
  console.table(await benchTail(Number(Deno.args[0] ?? 4)));
}
