/** `deno task lab`: scenarios whose truth is known, and how often the agent is right about them. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import {
  inPool,
  loadBaseline,
  loadScenarios,
  loadShopScenarios,
  programsOf,
  recorder,
  reportOf,
  reportPage,
  RESULT_HEAD,
  resultLine,
  runScenario,
  runShopScenario,
  saveBaseline,
  SHOP_HEAD,
  shopLine,
  shopPage,
  shopReportOf,
  shopTables,
  tableLines,
  worseThan,
} from "../lab/mod.ts";
import { ConfigurationError } from "../services/lib/configuration/mod.ts";
import { build, ROOT } from "./build/mod.ts";
import { command, interruption, readArguments, taskProgram } from "./command.ts";
import { monitoringTools } from "./monitoring/mod.ts";

interface Flags {
  readonly system: "inventory" | "shop";
  readonly seeds: readonly number[];
  readonly speed: number;
  readonly jobs: number;
  readonly brain: "rules" | "openai";
  readonly tokenPrice?: number;
  readonly list?: true;
  readonly json?: true;
  readonly keep?: true;
  readonly record?: string;
  readonly saveBaseline?: true;
}

await command("lab", async () => {
  const program = readArguments(
    taskProgram(
      "lab",
      "Runs scenarios whose truth is known on a system of its own, and tells how often the agent is right.",
    )
      .argument("[scenario...]", "names, or beginnings of names; all when none is given")
      .addOption(
        new Option("--system <name>", "inventory: one service; shop: several that call each other")
          .choices(["inventory", "shop"]).default("inventory"),
      )
      .option("--seeds <n,…>", "one run for each seed", (raw) => raw.split(",").map(within(0, 2 ** 31)), [1])
      .option("--speed <n>", "how many times shorter than shipped all windows are; 1: as shipped", within(1, 12), 6)
      .option("--jobs <n>", "systems at once", within(1, 16), Math.max(1, Math.floor(availableParallelism() / 2)))
      .option("--brain <name>", "rules, or openai with OPENAI_API_KEY or OPENAI_BASE_URL", brain, "rules")
      .option("--token-price <usd>", "price of a million tokens, for the cost", Number)
      .option("--list", "tell the scenarios and run none")
      .option("--json", "print the report, or with --list the scenarios, as JSON; what goes on is told on stderr")
      .option("--keep", "keep each system's folder with its logs")
      .option("--record <folder>", "write each run as a recorded situation that replays without a system")
      .option("--save-baseline", "take this run as what later ones are compared with"),
  );
  const flags = program.opts<Flags>();
  if (flags.system === "shop") return await runShop(flags, program.args);
  const scenarios = chosen(await loadScenarios(), program.args);
  // With --json, stdout is for machines.
  const say = flags.json ? console.error : console.log;
  if (flags.list && flags.json) {
    const listed = scenarios.map(({ name, kind, title, truth }) => ({ name, kind, title, control: truth === "none" }));
    console.log(JSON.stringify({ scenarios: listed }));
    return 0;
  }
  if (flags.list) {
    for (const { name, kind, title } of scenarios) console.log(`${name.padEnd(46)}${kind.padEnd(9)}${title}`);
    return 0;
  }
  const { home, signal } = await prepare(flags, say);
  const jobs = flags.seeds.flatMap((seed) =>
    scenarios.map((scenario) => ({
      alone: scenario.alone,
      run: () =>
        runScenario(scenario, {
          folder: join(home, "systems", `${scenario.name}-${seed}`),
          seed,
          speed: flags.speed,
          signal,
          keep: flags.keep ?? false,
          ...(flags.record === undefined ? {} : { before: recorder(join(Deno.cwd(), flags.record), flags.speed) }),
        }),
    }))
  );
  const since = performance.now();
  say(`${jobs.length} runs, ${flags.jobs} at once\n${RESULT_HEAD}`);
  const results = [];
  for await (const result of inPool(jobs, flags.jobs)) {
    results.push(result);
    const minutes = ((performance.now() - since) / 60_000).toFixed(1);
    say(`${`${results.length}/${jobs.length}`.padStart(8)} ${minutes.padStart(5)} min  ${resultLine(result)}`);
  }
  const { brain: used, speed, seeds, tokenPrice } = flags;
  const report = reportOf(results, { at: new Date().toISOString(), brain: used, speed, seeds, tokenPrice });
  await Deno.writeTextFile(join(home, "report.json"), `${JSON.stringify(report, null, 1)}\n`);
  await Deno.writeTextFile(join(home, "report.html"), reportPage(report));
  if (flags.json) console.log(JSON.stringify(report));
  say(`\n${tableLines(report).join("\n")}\n\nReport: ${join(home, "report.html")}, report.json`);
  const baseline = await loadBaseline();
  if (flags.saveBaseline) await saveBaseline(baseline, report);
  const worse = worseThan(baseline, report);
  for (const line of worse) say(`worse than the baseline: ${line}`);
  return worse.length > 0 ? 1 : 0;
});

/** What every run needs: a folder for its report, the executables, nothing of this user's own. */
async function prepare(flags: Flags, say: (line: string) => void): Promise<{ home: string; signal: AbortSignal }> {
  const home = join(Deno.cwd(), Deno.env.get("RUN_DIR") ?? "run", "lab");
  await Deno.mkdir(home, { recursive: true });
  await forgetOwnSettings(flags.brain);
  const signal = interruption();
  await monitoringTools((line) => say(line));
  await build(undefined, (line) => line.endsWith("up to date") || say(line));
  return { home, signal };
}

/** Runs the shop's scenarios; 1 when one of them came out wrong. */
async function runShop(flags: Flags, names: readonly string[]): Promise<number> {
  const { json, list, brain, speed, seeds } = flags;
  if (flags.record !== undefined || flags.saveBaseline) {
    throw new ConfigurationError(["--record and --save-baseline are for --system inventory"]);
  }
  const scenarios = chosen(await loadShopScenarios(), names);
  const say = json ? console.error : console.log;
  if (list) {
    const listed = scenarios.map(({ name, title, distance, truth }) => ({
      name,
      title,
      distance: distance ?? null,
      control: truth === "none",
    }));
    if (json) console.log(JSON.stringify({ scenarios: listed }));
    else for (const { name, title, distance } of listed) console.log(`${name.padEnd(42)}${distance ?? "–"}  ${title}`);
    return 0;
  }
  const { home, signal } = await prepare(flags, say);
  const keep = flags.keep ? { keep: (folder: string) => say(`kept ${folder}`) } : {};
  const jobs = seeds.flatMap((seed) =>
    scenarios.map((scenario) => ({
      alone: false,
      run: () => runShopScenario(scenario, { seed, speed, signal, ...keep }),
    }))
  );
  say(`${jobs.length} runs, ${flags.jobs} at once\n${SHOP_HEAD}`);
  const results = [];
  for await (const result of inPool(jobs, flags.jobs)) {
    results.push(result);
    say(`${`${results.length}/${jobs.length}`.padStart(8)}  ${shopLine(result)}`);
  }
  const programs = await programsOf();
  const report = shopReportOf(results, { at: new Date().toISOString(), brain, speed, seeds, programs });
  await Deno.writeTextFile(join(home, "report.json"), `${JSON.stringify(report, null, 1)}\n`);
  await Deno.writeTextFile(join(home, "report.html"), shopPage(report));
  if (json) console.log(JSON.stringify(report));
  say(`\n${shopTables(report).join("\n")}\n\nReport: ${join(home, "report.html")}, report.json`);
  return report.summary.correct === report.summary.scenarios ? 0 : 1;
}

function within(min: number, max: number): (raw: string) => number {
  return (raw) => {
    const value = Number(raw);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}`);
  };
}

function brain(raw: string): string {
  if (raw === "rules" || raw === "openai") return raw;
  throw new InvalidArgumentError("expected rules or openai");
}

function chosen<T extends { readonly name: string }>(all: readonly T[], names: readonly string[]): T[] {
  const unknown = names.filter((name) => !all.some((scenario) => scenario.name.startsWith(name)));
  if (unknown.length > 0) {
    throw new ConfigurationError([`no scenario begins with ${unknown.join(", ")} (--list names them)`]);
  }
  return all.filter(({ name }) => names.length === 0 || names.some((wanted) => name.startsWith(wanted)));
}

/** A system of the lab is to have nothing of this user's own: no ports, no phones, no tickets, and a model only if asked. */
async function forgetOwnSettings(brain: Flags["brain"]): Promise<void> {
  const example = await Deno.readTextFile(join(ROOT, ".env.example"));
  for (const [, name] of example.matchAll(/^#([A-Z0-9_]+)=/gm)) {
    if (name === "TERM" || name === "NO_COLOR" || (brain === "openai" && name!.startsWith("OPENAI_"))) continue;
    Deno.env.delete(name!);
  }
}
