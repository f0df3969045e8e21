import type { RunOptions } from "./frame.ts";

/** Runs a program on PATH to its end, in the working directory; its exit status, or nothing when there is none. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { quiet = false, stdoutToStderr = false }: RunOptions,
): Promise<number | undefined> {
  try {
    const child = new Deno.Command(program, {
      args: [...args],
      // The runtime colors its messages about a task even in a pipe.
      env: Deno.stdout.isTerminal() ? {} : { NO_COLOR: "1" },
      stdin: quiet ? "null" : "inherit",
      stdout: quiet ? "null" : stdoutToStderr ? "piped" : "inherit",
      stderr: quiet ? "null" : "inherit",
    }).spawn();
    if (stdoutToStderr) { for await (const bytes of child.stdout) Deno.stderr.writeSync(bytes); }
    return (await child.status).code;
  } catch (error) {
    // A program that is not on PATH when this one starts is not among those that it may run.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** Names of the tasks in the working directory's `deno.json`; none when there is none. */
export function tasksHere(): string[] {
  try {
    return Object.keys(JSON.parse(Deno.readTextFileSync("deno.json")).tasks ?? {});
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return [];
    throw error;
  }
}
