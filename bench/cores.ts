/**
 * A load generator's command on one core, so that it never waits while it is moved; what it measures may use that core's
 * other moments and all of the others. Where there is one core only, the command as it is.
 */
export function onOneCore(command: string, args: readonly string[]): Deno.Command {
  const [program, ...rest] = navigator.hardwareConcurrency < 2
    ? [command, ...args] as const
    : ["taskset", "--cpu-list", "0", command, ...args] as const;
  return new Deno.Command(program, { args: rest, stderr: "null" });
}
