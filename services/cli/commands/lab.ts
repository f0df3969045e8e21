import { Argument, InvalidArgumentError, Option } from "commander";
import * as v from "valibot";
import { integer } from "../../lib/configuration/mod.ts";
import { bad, type Cell, good, oneLine, quiet, strong } from "../../lib/terminal/mod.ts";
import { CliError, EXIT } from "../exit.ts";
import { checked, type Context, type Frame } from "../frame.ts";
import { runTask } from "./stack.ts";

interface Flags {
  readonly seeds?: string;
  readonly speed?: number;
  readonly jobs?: number;
  readonly brain?: string;
  readonly tokenPrice?: number;
  readonly keep?: true;
  readonly record?: string;
  readonly saveBaseline?: true;
}

const summary = v.looseObject({
  scenarios: v.number(),
  correct: v.number(),
  controls: v.number(),
  false_alarms: v.number(),
  claims: v.number(),
  supported_claims: v.number(),
});
const seconds = v.nullish(v.number(), null);

/** `RUN_DIR/lab/report.json`, as far as it is shown. */
const labReport = v.looseObject({
  at: v.nullish(v.string(), ""),
  brain: v.nullish(v.string(), ""),
  summary,
  scenarios: v.array(v.looseObject({
    name: v.string(),
    seed: v.nullish(v.number(), null),
    control: v.nullish(v.boolean(), false),
    verdict_ok: v.boolean(),
    place_ok: v.boolean(),
    line_ok: v.boolean(),
    claims: v.nullish(v.number(), null),
    supported_claims: v.nullish(v.number(), null),
    seconds: v.looseObject({ to_alert: seconds, to_diagnosis: seconds, to_message: seconds }),
    wrong: v.nullish(v.array(v.string()), []),
    failed: v.nullish(v.string()),
  })),
});

/** `oncall lab <what> [scenario…]`: incidents whose truth is known, and how often the agent is right about them. */
export function lab({ program, action }: Frame): void {
  const count = (min: number, max: number) => checked(integer({ help: "" }, min, min, max));
  program.command("lab")
    .summary("measure how often the agent is right about known faults")
    .description(
      "run scenarios with a known truth, each on a separate system, and report how often the agent is right",
    )
    .addArgument(
      new Argument("<what>", "list the scenarios, run them, or show the report of the last run")
        .choices(["list", "run", "report"]),
    )
    .argument("[scenario...]", "names, or beginnings of names (default: all)")
    .option("--seeds <n,…>", "run: once for each seed (default 1)", seedList)
    .option("--speed <n>", "run: factor by which all time windows are shortened (default 6)", count(1, 12))
    .option("--jobs <n>", "run: systems at once (default: half the processors)", count(1, 16))
    .addOption(new Option("--brain <name>", "run: the brain that decides (default rules)").choices(["rules", "openai"]))
    .option("--token-price <usd>", "run: price of a million tokens, to compute the cost", price)
    .option("--keep", "run: keep each system's folder with its logs")
    .option("--record <folder>", "run: record each scenario, for a replay without a system")
    .option("--save-baseline", "run: save this run as the baseline of later ones")
    .addHelpText(
      "after",
      `
"list" and "run" call "deno task lab" in the checkout, which keeps its report in run/lab/. Exit
status 1 when a run is worse than the baseline, or when something in the report is wrong.`,
    )
    .action(action(async (context, what: string, names: string[], flags: Flags) => {
      if (what !== "run" && Object.keys(flags).length > 0) {
        throw new CliError(EXIT.usage, `"lab ${what}" takes no flags of "lab run"`);
      }
      if (what === "report") return await report(context, names);
      const args = what === "list" ? ["--list", ...names] : [...given(flags), ...names];
      return await runTask(context, "lab", { args: context.json ? ["--json", ...args] : args, tellsJson: true });
    }));
}

function given(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [flag] : [`${flag}=${value}`];
  });
}

function seedList(raw: string): string {
  if (/^\d{1,10}(,\d{1,10})*$/.test(raw)) return raw;
  throw new InvalidArgumentError("expected whole numbers with commas between them, e.g. 1,2,3");
}

function price(raw: string): number {
  const value = Number(raw);
  if (raw.trim() !== "" && value >= 0 && value < 1e6) return value;
  throw new InvalidArgumentError("expected US dollars, e.g. 2.5");
}

async function report(context: Context, names: readonly string[]): Promise<number> {
  const { out, json, deps, runDir } = context;
  const path = `${runDir}/lab/report.json`;
  let text: string;
  try {
    text = await deps.readText(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new CliError(EXIT.notWell, `there is no report in ${path}: run "oncall lab run" here, in the checkout`);
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), labReport), text);
  if (!parsed.success) throw new CliError(EXIT.notWell, `Cannot read ${path}: ${parsed.issues[0].message}`);
  const { output: found } = parsed;
  const shown = found.scenarios.filter(({ name }) => names.length === 0 || names.some((n) => name.startsWith(n)));
  if (shown.length === 0 && names.length > 0) {
    throw new CliError(EXIT.notWell, `the report has no scenario that begins with ${names.map(oneLine).join(", ")}`);
  }
  if (json) out.json(names.length === 0 ? JSON.parse(text) : { ...JSON.parse(text), scenarios: shown });
  else print(context, found, shown);
  const isRight = names.length === 0
    ? found.summary.correct === found.summary.scenarios && found.summary.false_alarms === 0
    : shown.every(isCorrect);
  return isRight ? EXIT.ok : EXIT.notWell;
}

type Report = v.InferOutput<typeof labReport>;
type Run = Report["scenarios"][number];

function isCorrect({ verdict_ok, place_ok, line_ok, failed }: Run): boolean {
  return verdict_ok && place_ok && line_ok && (failed ?? null) === null;
}

function print({ out, runDir }: Context, { at, brain, summary }: Report, shown: readonly Run[]): void {
  out.table([
    ["", "SCENARIO", "SEED", "ALERT", "DIAGNOSIS", "TOLD", "CLAIMS", "WRONG"].map(quiet),
    ...shown.map((run): Cell[] => [
      isCorrect(run) ? good("right") : bad("wrong"),
      oneLine(run.name),
      String(run.seed ?? ""),
      ...[run.seconds.to_alert, run.seconds.to_diagnosis, run.seconds.to_message]
        .map((value) => value === null ? "-" : `${value.toFixed(1)} s`),
      run.claims === null ? "" : `${run.supported_claims}/${run.claims}`,
      oneLine([...(run.failed ? [`could not be run: ${run.failed}`] : []), ...run.wrong].join("; ")),
    ]),
  ]);
  const { correct, scenarios, controls, false_alarms, claims, supported_claims } = summary;
  out.line();
  out.line(
    strong(`${correct} of ${scenarios} right`),
    `, ${false_alarms} false ${false_alarms === 1 ? "alarm" : "alarms"} (${controls} controls), `,
    `${supported_claims} of ${claims} claims supported`,
    quiet(`  ${oneLine(brain)} brain, ${oneLine(at).slice(0, 16).replace("T", " ")} UTC`),
  );
  out.line(quiet(`With charts of each: ${runDir}/lab/report.html`));
}
