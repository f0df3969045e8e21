import { Command, CommanderError } from "commander";
import { ConfigurationError } from "../lib/configuration/mod.ts";
import { account } from "./commands/account.ts";
import { audit } from "./commands/audit.ts";
import { backup, restore } from "./commands/backups.ts";
import { completions } from "./commands/completions.ts";
import { doctor } from "./commands/doctor.ts";
import { fault } from "./commands/fault.ts";
import { init } from "./commands/init.ts";
import { graph } from "./commands/graph.ts";
import { incidents } from "./commands/incidents.ts";
import { lab } from "./commands/lab.ts";
import { logs } from "./commands/logs.ts";
import { open } from "./commands/open.ts";
import { postmortem } from "./commands/postmortem.ts";
import { rank } from "./commands/rank.ts";
import { replay } from "./commands/replay.ts";
import { reply } from "./commands/reply.ts";
import { scale } from "./commands/scale.ts";
import { show } from "./commands/show.ts";
import { silence } from "./commands/silence.ts";
import { down, up } from "./commands/stack.ts";
import { status } from "./commands/status.ts";
import { traffic } from "./commands/traffic.ts";
import { watch } from "./commands/watch.ts";
import { CliError, EXIT, EXIT_HELP } from "./exit.ts";
import { type AddCommand, type CliDeps, createFrame } from "./frame.ts";

/** The commands under their headings, in the order in which `--help` lists them. */
const COMMANDS: Readonly<Record<string, readonly AddCommand[]>> = {
  "Incidents:": [incidents, show, watch, reply, silence, postmortem, replay, open],
  "The system:": [up, down, status, graph, logs, scale, fault, traffic, backup, restore],
  "Measure:": [lab, rank],
  "People:": [account, audit],
  "Set up:": [init, doctor, completions],
};

/** Runs one command; its exit status. What went wrong is one line on stderr. */
export async function runCli(args: readonly string[], deps: CliDeps): Promise<number> {
  let exitCode: number = EXIT.ok;
  const frame = createFrame(deps, (code) => exitCode = code);
  for (const [heading, commands] of Object.entries(COMMANDS)) {
    frame.program.commandsGroup(heading);
    for (const add of commands) add(frame);
  }
  frame.program.addHelpCommand(new Command("help").argument("[command]").description("show help for a command"));
  for (const command of frame.program.commands) command.copyInheritedSettings(frame.program);
  frame.program.addHelpText("after", EXIT_HELP);
  try {
    if (args.length === 0) frame.program.outputHelp();
    else await frame.program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    return failed(error, deps);
  }
}

function failed(error: unknown, { writeError }: CliDeps): number {
  const say = (message: string) => writeError(`oncall: ${message.replaceAll(/(?<!\s)\s*\n\s*/g, " ").trim()}\n`);
  if (error instanceof CommanderError) {
    // --help and --version end here too, having said what they have to say.
    if (error.exitCode === 0) return EXIT.ok;
    say(`${error.message.replace(/^error: /, "")} (--help explains)`);
    return EXIT.usage;
  }
  if (error instanceof ConfigurationError) {
    say(error.message);
    return EXIT.usage;
  }
  if (error instanceof CliError) {
    say(error.message);
    return error.exitCode;
  }
  throw error;
}
