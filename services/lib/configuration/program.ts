import { Command, CommanderError, Option } from "commander";
import * as v from "valibot";
import { loadDotEnv } from "./dot_env.ts";
import { ConfigurationError } from "./problems.ts";
import { VERSION } from "./version.ts";

/** One value that an executable takes from a flag, else the environment, else `.env`, else its default. */
export interface Setting<T> {
  readonly env?: string;
  readonly flag?: string;
  readonly help: string;
  readonly fallback: T;
  readonly schema: v.GenericSchema<string, NonNullable<T>>;
  /** The value is a credential: `--help` and errors never show it. */
  readonly secret?: boolean;
  /** The flag takes no value. */
  readonly bare?: boolean;
}

// deno-lint-ignore no-explicit-any
export type Settings = Readonly<Record<string, Setting<any>>>;

/** The validated value of each setting. */
export type Values<S extends Settings> = { readonly [K in keyof S]: S[K]["fallback"] };

/** What `--help` and `--version` say. */
export interface Program {
  /** The executable's name, e.g. `oncall-manager`. */
  readonly name: string;
  readonly summary: string;
}

/** Where values are read from; tests pass their own. */
export interface Sources {
  readonly args?: readonly string[];
  readonly env?: (name: string) => string | undefined;
  readonly dotEnv?: Readonly<Record<string, string>>;
}

/**
 * Reads every setting, all problems at once. `--help` and `--version` print to stdout and exit 0.
 *
 * @throws {ConfigurationError} for unknown flags and invalid values.
 */
export function readSettings<S extends Settings>(program: Program, settings: S, sources: Sources = {}): Values<S> {
  const given = parseFlags(program, settings, sources.args ?? Deno.args);
  const dotEnv = sources.dotEnv ?? loadDotEnv();
  const env = sources.env ?? ((name: string) => Deno.env.get(name));
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const [source, raw] = firstGiven(setting, given, env, dotEnv);
    if (raw === undefined) {
      values[key] = setting.fallback;
      continue;
    }
    const parsed = v.safeParse(setting.schema, raw);
    if (parsed.success) values[key] = parsed.output;
    else problems.push(`${source}: ${parsed.issues[0].message}${setting.secret ? "" : `, got ${JSON.stringify(raw)}`}`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return values as Values<S>;
}

/** The values that must never be shown: those of secret settings, and passwords within addresses. */
export function secretsIn<S extends Settings>(settings: S, values: Values<S>): string[] {
  const found: string[] = [];
  for (const [key, setting] of Object.entries(settings)) {
    for (const value of [values[key as keyof S]].flat()) {
      if (typeof value !== "string" || value === "") continue;
      if (setting.secret) found.push(value);
      else if (URL.canParse(value)) {
        const { password } = new URL(value);
        if (password !== "") found.push(password, decodeURIComponent(password));
      }
    }
  }
  return found;
}

function parseFlags(program: Program, settings: Settings, args: readonly string[]): Record<string, string | true> {
  const command = new Command(program.name).description(program.summary).version(VERSION)
    .exitOverride().configureOutput({ writeErr: () => {} });
  for (const setting of Object.values(settings)) {
    const notes = [setting.env && `$${setting.env}`, defaultText(setting)].filter(Boolean).join(", ");
    if (setting.flag !== undefined) {
      const value = setting.bare ? "" : " <value>";
      command.addOption(new Option(`--${setting.flag}${value}`, notes ? `${setting.help} (${notes})` : setting.help));
    }
  }
  const variables = Object.values(settings).filter((s) => s.flag === undefined && s.env !== undefined);
  if (variables.length > 0) {
    const width = Math.max(...variables.map((s) => s.env!.length));
    const rows = variables.map((s) => {
      const note = defaultText(s);
      return `  ${s.env!.padEnd(width)}  ${s.help}${note ? ` (${note})` : ""}`;
    });
    command.addHelpText("after", `\nEnvironment (or .env in the working directory):\n${rows.join("\n")}`);
  }
  try {
    command.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) Deno.exit(0);
    throw new ConfigurationError(`${error.message.replace(/^error: /, "")} (--help lists the flags)`, { cause: error });
  }
  if (command.args.length > 0) {
    throw new ConfigurationError(`unexpected argument ${JSON.stringify(command.args[0])} (--help lists the flags)`);
  }
  const given: Record<string, string | true> = {};
  for (const option of command.options) {
    const value = command.getOptionValue(option.attributeName());
    if (value !== undefined && option.long) given[option.long.slice(2)] = value as string | true;
  }
  return given;
}

function defaultText(setting: Settings[string]): string {
  if (setting.secret || setting.fallback === undefined || setting.bare) return "";
  const value = Array.isArray(setting.fallback) ? setting.fallback.join(",") : String(setting.fallback);
  return value === "" ? "" : `default ${value}`;
}

function firstGiven(
  setting: Settings[string],
  given: Record<string, string | true>,
  env: (name: string) => string | undefined,
  dotEnv: Readonly<Record<string, string>>,
): [source: string, raw: string | undefined] {
  if (setting.flag !== undefined && given[setting.flag] !== undefined) {
    const value = given[setting.flag];
    return [`--${setting.flag}`, value === true ? "true" : value];
  }
  if (setting.env === undefined) return ["", undefined];
  // An empty variable is how a shell or a container says "not set".
  return [setting.env, env(setting.env) || dotEnv[setting.env] || undefined];
}
