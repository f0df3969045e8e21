/**
 * `deno task bench [name…] [--rounds N]`: each part beside a peer on this machine, in the same run, written to
 * `bench/results/latest.json`. The long ones, chaos, soak and crowd, run only when they are named.
 */
import { benchBalancer } from "../bench/balancer.ts";
import { benchChaos } from "../bench/chaos.ts";
import { benchConsole } from "../bench/console.ts";
import { benchCrowd } from "../bench/crowd.ts";
import { benchDeliveries } from "../bench/deliveries.ts";
import { benchExecutables } from "../bench/executables.ts";
import { benchInventory } from "../bench/inventory.ts";
import { benchInvestigation } from "../bench/investigation.ts";
import { machine } from "../bench/machine.ts";
import { stealMeter } from "../bench/processes.ts";
import { keepRows, type KeptRow } from "../bench/results.ts";
import type { BenchRow } from "../bench/row.ts";
import { benchSoak } from "../bench/soak.ts";
import { benchTail } from "../bench/tail.ts";
import { benchTraffic } from "../bench/traffic.ts";
import { InvalidArgumentError } from "commander";
import { command, readArguments, taskProgram } from "./command.ts";
import { ConfigurationError } from "../services/lib/configuration/mod.ts";

/** Each takes its number of rounds, the long ones their length. */
const benches: Readonly<Record<string, (size?: number) => Promise<BenchRow[]>>> = {
  inventory: benchInventory,
  balancer: benchBalancer,
  tail: benchTail,
  traffic: benchTraffic,
  executables: benchExecutables,
  deliveries: benchDeliveries,
  console: benchConsole,
  investigation: benchInvestigation,
};
const long: typeof benches = { chaos: benchChaos, soak: benchSoak, crowd: benchCrowd };
const all = { ...benches, ...long };

await command("bench", async () => {
  const program = readArguments(
    taskProgram("bench", "Measures each part beside a peer, as ratios in one run.")
      .argument(
        "[name...]",
        `which: ${Object.keys(benches).join(", ")} (all of these when none is named), ${Object.keys(long).join(", ")}`,
      )
      .option(
        "--rounds <n>",
        "rounds of each measurement, in turn with its peer's (default: each bench's own)",
        wholeNumber("rounds", 100),
      )
      .option("--seconds <n>", "length of chaos (default: 60)", wholeNumber("seconds", 3_600))
      .option("--minutes <n>", "length of soak (default: 30)", wholeNumber("minutes", 1_440))
      .option("--connections <n>", "connections of crowd (default: 5000)", wholeNumber("connections", 20_000))
      .option("--keep <name>", "write the results to bench/results/<name>.json too, e.g. 2026-11", resultsName),
  );
  const unknown = program.args.filter((name) => all[name] === undefined);
  if (unknown.length > 0) {
    throw new ConfigurationError(`no bench named ${unknown.join(", ")}; there are ${Object.keys(all).join(", ")}`);
  }
  const options = program.opts<
    { rounds?: number; seconds?: number; minutes?: number; connections?: number; keep?: string }
  >();
  const sizes: Readonly<Record<string, number | undefined>> = {
    chaos: options.seconds,
    soak: options.minutes,
    crowd: options.connections,
  };
  const measuredOn = await machine();
  const kept: KeptRow[] = [];
  let failed = false;
  for (const bench of program.args.length > 0 ? program.args : Object.keys(benches)) {
    console.log(`${bench} …`);
    const steal = stealMeter();
    try {
      const rows = await all[bench]!(bench in long ? sizes[bench] : options.rounds);
      console.table(rows);
      const at = new Date().toISOString();
      const share = Number(steal().toFixed(3));
      kept.push(...rows.map((row) => ({ steal: share, ...row, bench, at, machine: measuredOn })));
    } catch (error) {
      // The other parts' figures are worth having all the same.
      failed = true;
      console.error(`${bench}: ${error instanceof Error ? error.message : error}`);
    }
  }
  await keepRows(kept, options.keep);
  console.log(`${kept.length} rows in bench/results/latest.json`);
  return failed ? 1 : 0;
});

function wholeNumber(what: string, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= max) return value;
    throw new InvalidArgumentError(`Expected whole ${what} from 1 to ${max}.`);
  };
}

function resultsName(text: string): string {
  if (/^\d{4}-\d\d[a-z0-9-]*$/.test(text)) return text;
  throw new InvalidArgumentError("Expected a year and a month, e.g. 2026-11, and letters or digits behind them.");
}
