/** A program that takes over this task's terminal. */
export interface Foreground {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs a program with this task's input and output and ends the task with its exit code. */
export async function runInForeground(foreground: Foreground): Promise<never> {
  const { program, args, env = {}, cwd } = foreground;
  const child = new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  // Ctrl-C reaches the program by itself, as the terminal signals the whole group; a signal sent to the task does not.
  const forward = (signal: Deno.Signal) => () => {
    try {
      child.kill(signal);
    } catch {
      // It has just ended.
    }
  };
  Deno.addSignalListener("SIGINT", Deno.stdin.isTerminal() ? () => {} : forward("SIGINT"));
  Deno.addSignalListener("SIGTERM", forward("SIGTERM"));
  const { code } = await child.status;
  Deno.exit(code);
}
