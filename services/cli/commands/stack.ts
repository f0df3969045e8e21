import { CliError, EXIT } from "../exit.ts";
import type { Context, Frame } from "../frame.ts";

/** The pinned runtime, which a machine without one can still have through Node's npx. */
const RUNTIMES: readonly (readonly [program: string, ...args: string[]])[] = [
  ["deno"],
  ["npx", "-y", "deno@2.7.11"],
];

/** `oncall up`: starts the system, from its checkout. */
export function up({ program, action }: Frame): void {
  program.command("up")
    .summary("start the whole system, each part healthy before the next")
    .description("start the whole system, each part healthy before the next (deno task up, in the checkout)")
    .action(action((context) => runTask(context, "up")));
}

/** `oncall down`: stops it. */
export function down({ program, action }: Frame): void {
  program.command("down")
    .summary("stop the whole system")
    .description("stop the whole system (deno task down, in the checkout)")
    .action(action((context) => runTask(context, "down")));
}

/** How a task is run. */
interface TaskOptions {
  readonly args?: readonly string[];
  /** With `--json`, its own stdout is the answer. */
  readonly tellsJson?: boolean;
}

/** Runs a task of the checkout in the working directory; its exit status. */
export async function runTask(
  { deps, out, json }: Context,
  task: string,
  { args = [], tellsJson = false }: TaskOptions = {},
): Promise<number> {
  if (!deps.tasks().includes(task)) {
    throw new CliError(EXIT.usage, `there is no deno.json with the task "${task}" here: go to the checkout first`);
  }
  for (const [program, ...before] of RUNTIMES) {
    const code = await deps.run(program, [...before, "task", task, ...args], { stdoutToStderr: json && !tellsJson });
    if (code === undefined) continue;
    if (json && !tellsJson) out.json({ ok: code === 0, task, exit_code: code });
    return code;
  }
  throw new CliError(EXIT.notWell, `"${task}" needs Deno 2.7.11 or Node's npx on PATH, and finds neither`);
}
