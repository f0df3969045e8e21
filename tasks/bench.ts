/**
 * `deno task bench [name…] [--rounds N]`: each part beside a peer on this machine, in the same run, written to
 * `bench/results/latest.json`. Names: inventory, balancer, traffic, deliveries, investigation.
 */
import { benchBalancer } from "../bench/balancer.ts";
import { benchDeliveries } from "../bench/deliveries.ts";
import { benchInventory } from "../bench/inventory.ts";
import { benchInvestigation } from "../bench/investigation.ts";
import type { BenchRow } from "../bench/row.ts";
import { benchTraffic } from "../bench/traffic.ts";
import { Command, InvalidArgumentError } from "commander";
import { join } from "node:path";
import { ROOT } from "./build/mod.ts";

const benches: Readonly<Record<string, (rounds?: number) => Promise<BenchRow[]>>> = {
  inventory: benchInventory,
  balancer: benchBalancer,
  traffic: benchTraffic,
  deliveries: benchDeliveries,
  investigation: benchInvestigation,
};

const command = new Command("deno task bench")
  .description("Measures each part beside a peer, as ratios in one run.")
  .argument("[name...]", `which: ${Object.keys(benches).join(", ")}; all when none is named`)
  .option(
    "--rounds <n>",
    "rounds of each measurement, in turn with its peer's (default: each bench's own)",
    wholeNumber,
  )
  .exitOverride((error) => Deno.exit(error.exitCode === 0 ? 0 : 2))
  .parse([...Deno.args], { from: "user" });
const unknown = command.args.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  console.error(`deno task bench: no bench named ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`);
  Deno.exit(2);
}
const { rounds } = command.opts<{ rounds?: number }>();
const rows: BenchRow[] = [];
let failed = false;
for (const name of command.args.length > 0 ? command.args : Object.keys(benches)) {
  console.log(`${name} …`);
  try {
    const measured = await benches[name]!(rounds);
    console.table(measured);
    rows.push(...measured);
  } catch (error) {
    // The other parts' figures are worth having all the same.
    failed = true;
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}
const folder = join(ROOT, "bench", "results");
await Deno.mkdir(folder, { recursive: true });
await Deno.writeTextFile(join(folder, "latest.json"), JSON.stringify(rows, null, 2) + "\n");
console.log(`${rows.length} rows in bench/results/latest.json`);
Deno.exit(failed ? 1 : 0);

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100) throw new InvalidArgumentError("Expected 1 to 100.");
  return value;
}
