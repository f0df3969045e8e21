/**
 * The balancer beside HAProxy (one thread) and nginx (one worker) over the same two backends, with `wrk` as the client:
 * `deno run -A bench/balancer.ts [rounds]`. Needs `wrk`, `nginx` and `haproxy`.
 */
import { build, executablePath } from "../tasks/build/mod.ts";
import { freePort, tempFolder } from "../tests/support/mod.ts";
import { calmest } from "./calm.ts";
import { APART, confine, onCores } from "./cores.ts";
import { cpuSeconds } from "./processes.ts";
import { originServers, proxyServer, startHaproxy, startNginx, startOurs, writeSite } from "./proxies.ts";
import { type BenchRow, benchRow } from "./row.ts";
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
const WARM_UP_SECONDS = 4;
/**
 * The open-loop rate at which the tail is looked at, in requests/s, and for how long: the moments in which the
 * generator starts are not to be a hundredth of the requests.
 */
const RATE = 5_000;
const RATE_SECONDS = 10;
/** Rounds at that rate before it is measured: p99 falls from hundreds of milliseconds to a few over the first ones. */
const WARM_UP_ROUNDS = 2;

/** Up to these shares of steal a throughput and a tail are not measured anew: 10 ms without a core are a whole p99. */
const LITTLE_STEAL = 0.02;
const NO_STEAL = 0.001;

/** One of the proxies under test, or a backend without any. */
interface Target {
  readonly name: "ours" | "haproxy" | "nginx" | "direct";
  readonly port: number;
  readonly pid: number;
}

/** What one run of `wrk` showed. */
interface Sample {
  /** Requests per second. */
  readonly rate: number;
  readonly p99Ms: number;
  /** The target's own CPU seconds for 100,000 requests. */
  readonly cpu: number;
}

/** One round: a figure for each target. */
type RoundOf<T> = Readonly<Record<Target["name"], T>> & { readonly steal: number };

/** All rows of the balancer. */
export async function benchBalancer(rounds = 5): Promise<BenchRow[]> {
  await build(["lb", "traffic"]);
  await using folder = await tempFolder();
  await using stack = new AsyncDisposableStack();
  const backends = [freePort(), freePort()];
  await writeSite(folder.path);
  const origin = stack.use(await startNginx(folder.path, "origin", originServers(folder.path, backends), backends[0]!));
  const ours = stack.use(await startOurs(folder.path, backends));
  const haproxy = stack.use(await startHaproxy(folder.path, backends));
  const port = freePort();
  const nginx = stack.use(await startNginx(folder.path, "proxy", proxyServer(backends, port), port));
  const direct: Target = { name: "direct", ...origin };
  const proxies: Target[] = [
    { name: "ours", ...ours },
    { name: "haproxy", ...haproxy },
    { name: "nginx", ...nginx },
  ];
  for (const { port } of proxies) {
    await wrk(`http://127.0.0.1:${port}/small`, { connections: 32, seconds: WARM_UP_SECONDS });
  }
  const rows = await tail([direct, ...proxies], rounds);
  for (const body of ["small", "1MB"] as const) {
    for (const connections of CONNECTIONS) {
      const alone = body === "small" && connections === 1;
      const samples = await inTurn(alone ? [direct, ...proxies] : proxies, { body, connections, rounds });
      const name = `balancer/${connections}/${body}`;
      const row = (names: { name: string; peer: Target["name"]; unit: string }, value: (sample: Sample) => number) =>
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

/** Rounds of all targets in turn. */
async function inTurn(
  targets: readonly Target[],
  options: { body: keyof typeof BODIES; connections: number; rounds: number },
): Promise<RoundOf<Sample>[]> {
  const { path, seconds } = BODIES[options.body];
  const many = options.body === MANY.body && options.connections === MANY.connections;
  return await roundsOf(
    targets,
    { rounds: many ? options.rounds : Math.min(FEW_ROUNDS, options.rounds), enough: LITTLE_STEAL },
    async ({ port, pid }) => {
      const before = cpuSeconds(pid);
      const { rate, requests, p99Ms } = await wrk(`http://127.0.0.1:${port}${path}`, { ...options, seconds });
      return { rate, p99Ms, cpu: (cpuSeconds(pid) - before) / requests * 100_000 };
    },
  );
}

async function roundsOf<T>(
  targets: readonly Target[],
  options: { readonly rounds: number; readonly enough: number },
  measure: (target: Target) => Promise<T>,
): Promise<RoundOf<T>[]> {
  const { rounds, enough } = options;
  const all: RoundOf<T>[] = [];
  for (let round = 0; round < rounds; round++) {
    const figures = {} as Record<Target["name"], T>;
    let steal = 0;
    // Who comes first changes, so that what a round does to the machine does not always hit the same one.
    for (let i = 0; i < targets.length; i++) {
      const target = targets[(round + i) % targets.length]!;
      const figure = await calmest(() => measure(target), enough);
      figures[target.name] = figure.value;
      steal = Math.max(steal, figure.steal);
    }
    all.push({ ...figures, steal });
  }
  return all;
}

/** p99 at a fixed rate through each proxy, beside going to a backend directly, and what each adds to that. */
async function tail(targets: readonly Target[], rounds: number): Promise<BenchRow[]> {
  await using _apart = APART && await confine(targets.map(({ pid }) => pid), APART.measured);
  // A balancer runs for weeks: what its compiler still has to do in its first seconds is not what is asked here.
  for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const { port } of targets) await p99AtRate(port);
  const samples = await roundsOf(targets, { rounds, enough: NO_STEAL }, ({ port }) => p99AtRate(port));
  const name = `balancer/p99-at-${RATE}`;
  const unit = "ms";
  const added = (of: "ours" | "haproxy" | "nginx") => (round: RoundOf<number>) => round[of] - round.direct;
  const row = (
    names: { name: string; peer: string },
    theirs: (round: RoundOf<number>) => number,
    ours = added("ours"),
  ) =>
    benchRow(
      { ...names, unit },
      samples.map((round) => ({ ours: ours(round), theirs: theirs(round), steal: round.steal })),
    );
  return [
    ...(["direct", "haproxy", "nginx"] as const).map((peer) =>
      row({ name, peer }, (round) => round[peer], (round) => round.ours)
    ),
    row({ name: `${name}/added`, peer: "1 ms, the bound" }, () => 1),
    row({ name: `${name}/added`, peer: "haproxy" }, added("haproxy")),
    row({ name: `${name}/added`, peer: "nginx" }, added("nginx")),
  ];
}

async function p99AtRate(port: number): Promise<number> {
  const args = ["--url", `http://127.0.0.1:${port}`, "--rps", `${RATE}`, "--put-frac", "0", "--json"];
  const { stdout } = await onCores(APART?.generator, executablePath("traffic"), [
    ...args,
    ...["--duration", `${RATE_SECONDS}`, "--max-concurrency", "1000", "--report-every", `${RATE_SECONDS}`],
  ]).output();
  return JSON.parse(new TextDecoder().decode(stdout)).service_ms.p99;
}

if (import.meta.main) {
  console.table(await benchBalancer(Number(Deno.args[0] ?? 5)));
}
