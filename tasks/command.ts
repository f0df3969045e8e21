import { Command } from "commander";
import { ConfigurationError } from "../services/lib/configuration/mod.ts";

/** Someone pressed Ctrl-C or sent SIGTERM. */
class Interrupted extends Error {
  override name = "Interrupted";
}

/**
 * Runs a task's body; an error is one line on stderr and exit status 1 (2 where a setting is wrong, 130 when interrupted).
 */
export async function command(name: string, body: () => Promise<number | void>): Promise<never> {
  try {
    Deno.exit(await body() ?? 0);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(`${name}: ${message.replaceAll(/\s*\n\s*/g, " ").trim()}`);
    Deno.exit(error instanceof ConfigurationError ? 2 : error instanceof Interrupted ? 130 : 1);
  }
}

/**
 * What a task takes on its command line; `--help` prints it and ends the task. An unknown flag or a surplus argument is
 * refused, with the nearest flag there is.
 */
export function taskProgram(name: string, description: string): Command {
  return new Command(`deno task ${name}`).description(description).allowExcessArguments(false)
    .exitOverride((error) => {
      if (error.exitCode === 0) Deno.exit(0);
      throw new ConfigurationError([`${error.message.replace(/^error: /, "")} (--help lists the flags)`]);
    })
    .configureOutput({ writeErr: () => {} });
}

/** Reads the command line of a task. @throws {ConfigurationError} for what it does not take. */
export function readArguments(program: Command): Command {
  return program.parse(Deno.args, { from: "user" });
}

/** Aborts at the first Ctrl-C or SIGTERM; from then on a second one ends the task at once. */
export function interruption(): AbortSignal {
  const abort = new AbortController();
  const onSignal = () => {
    if (abort.signal.aborted) Deno.exit(130);
    abort.abort(new Interrupted("interrupted"));
  };
  Deno.addSignalListener("SIGINT", onSignal);
  Deno.addSignalListener("SIGTERM", onSignal);
  return abort.signal;
}
