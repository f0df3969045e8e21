import { type Argument, Command, InvalidArgumentError, Option } from "commander";
import * as v from "valibot";
import { isLoopback, nameOf } from "../lib/access/mod.ts";
import { readSettings, type Setting, VERSION } from "../lib/configuration/mod.ts";
import { Api, type Part } from "./api.ts";
import { type Addresses, addressesOf, settings } from "./settings.ts";
import { Output, type OutputDeps } from "../lib/terminal/mod.ts";

/** What `oncall` uses of the world; tests pass their own. */
export interface CliDeps {
  readonly fetch: typeof fetch;
  readonly env: (name: string) => string | undefined;
  /** Contents of `.env`; read from the working directory when absent. */
  readonly dotEnv?: Readonly<Record<string, string>>;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly now: () => Date;
  /** Ends early, and quietly, when `signal` aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Runs a program to its end; its exit status, or nothing when there is no such program. */
  readonly run: (program: string, args: readonly string[], options: RunOptions) => Promise<number | undefined>;
  /** The text of a file, or of stdin where the path is `-`. */
  readonly readText: (path: string) => Promise<string>;
  /** The token that `deno task up` left in this folder for run-time state. */
  readonly madeToken: (runDir: string) => string | undefined;
  /** Names of the tasks of the working directory's `deno.json`. */
  readonly tasks: () => readonly string[];
  /** Aborted when the user wants the command to end. */
  readonly interrupted: AbortSignal;
}

/** How a program is run. */
export interface RunOptions {
  /** Without any output. */
  readonly quiet?: boolean;
  /** What it prints goes to stderr, for stdout is for machines. */
  readonly stdoutToStderr?: boolean;
}

/** What a command works with. */
export interface Context {
  readonly deps: CliDeps;
  readonly out: Output;
  /** What `out` writes to. */
  readonly output: OutputDeps;
  /** Path that the traffic's error phase hits. */
  readonly errorPath: string;
  readonly api: Api;
  readonly json: boolean;
  /** Folder for run-time state. */
  readonly runDir: string;
  /** Where incidents are kept, as `ONCALL_STORE` says it. */
  readonly storeUrl: string | undefined;
  /** How many backups stay, and for how many days. */
  readonly backups: { readonly keep: number; readonly days: number };
  readonly addresses: Addresses;
  readonly agent: Part;
  readonly manager: Part;
  readonly balancer: Part;
  readonly prometheus: Part;
  readonly alertmanager: Part;
}

/** Adds one command to the program; `done` takes its exit status. */
export type AddCommand = (frame: Frame) => void;

/** What commands are hung into. */
export interface Frame {
  readonly program: Command;
  /** Makes an action of `body`, which gets its context and returns the exit status. */
  action<A extends unknown[]>(body: (context: Context, ...args: A) => Promise<number>): (...args: A) => Promise<void>;
}

/** A commander parser that checks a flag or an argument as a setting is checked. */
export function checked<T>(setting: Setting<T>): (raw: string) => NonNullable<T> {
  return (raw) => {
    const parsed = v.safeParse(setting.schema, raw);
    if (parsed.success) return parsed.output;
    throw new InvalidArgumentError(parsed.issues[0].message);
  };
}

/** The context of a command, from the program's own flags, the environment and `.env`. */
export function contextOf(program: Command, deps: CliDeps): Context {
  const given = program.opts<Record<string, string | true | undefined>>();
  const args = program.options.flatMap((option) => {
    const value = given[option.attributeName()];
    if (value === undefined || option.long === "--version") return [];
    return value === true ? [option.long!] : [`${option.long}=${value}`];
  });
  const values = readSettings({ name: "oncall", summary: "" }, settings, {
    args,
    env: deps.env,
    ...(deps.dotEnv === undefined ? {} : { dotEnv: deps.dotEnv }),
  });
  const addresses = addressesOf(values);
  // What was made for the programs of this machine is shown to nobody else.
  const tokenFor = (url: string) =>
    values.token ?? (isLoopback(nameOf(new URL(url).host)) ? deps.madeToken(values.runDir) : undefined);
  const part = (name: string, url: string, from: string): Part => ({ name, url, from, token: tokenFor(url) });
  const output = {
    write: deps.write,
    isTerminal: deps.isTerminal && values.terminal !== "dumb",
    color: deps.isTerminal && values.noColor === undefined && values.terminal !== "dumb",
    columns: deps.columns,
  };
  return {
    deps,
    out: new Output(output),
    output,
    errorPath: values.errorPath,
    json: values.json,
    runDir: values.runDir,
    storeUrl: values.storeUrl,
    backups: { keep: values.backupKeep, days: values.backupDays },
    api: new Api(deps),
    addresses,
    agent: {
      ...part("the agent", addresses.agent, "--agent-url or AGENT_URL"),
      token: values.consoleToken ?? tokenFor(addresses.agent),
    },
    manager: part("the manager", addresses.manager, "--manager-url or PM_URL"),
    balancer: part("the load balancer", addresses.balancer, "--lb-url or LB_URL"),
    prometheus: { name: "Prometheus", url: addresses.prometheus, from: "--prometheus-url or PROM_URL" },
    alertmanager: {
      name: "Alertmanager",
      url: addresses.alertmanager,
      from: "--alertmanager-url or ALERTMANAGER_URL",
    },
  };
}

function humanReadableArgName(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "…" : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** The program without its commands. */
export function createFrame(deps: CliDeps, done: (exitCode: number) => void): Frame {
  const program = new Command("oncall")
    .description("The operator's command line: what is wrong, since when, where, why, and what was done about it.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: deps.write,
      writeErr: () => {},
      getOutHelpWidth: () => deps.isTerminal ? deps.columns() : 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map((argument) => humanReadableArgName(argument))].join(" "),
    })
    .showHelpAfterError(false);
  for (const setting of Object.values(settings)) {
    if (setting.flag === undefined) continue;
    const note = setting.env === undefined
      ? ""
      : ` ($${setting.env}${setting.fallback === undefined ? "" : `, default ${setting.fallback}`})`;
    const option = new Option(`--${setting.flag}${setting.bare ? "" : " <url>"}`, setting.help + note);
    program.addOption(setting.bare ? option : option.helpGroup("Addresses:"));
  }
  return {
    program,
    action: (body) => async (...args) => done(await body(contextOf(program, deps), ...args)),
  };
}
