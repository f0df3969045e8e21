/**
 * The core that a load generator runs on, so that it never waits while it is moved; what it measures may use that core's
 * other moments and all of the others. Undefined where there is one core only.
 */
export const GENERATOR_CORE: number | undefined = navigator.hardwareConcurrency < 2 ? undefined : 0;

/** A command that runs on `core` only; on all of them without any. */
export function onCore(core: number | undefined, command: string, args: readonly string[]): Deno.Command {
  const [program, ...rest] = core === undefined
    ? [command, ...args] as const
    : ["taskset", "--cpu-list", `${core}`, command, ...args] as const;
  return new Deno.Command(program, { args: rest, stderr: "null" });
}
