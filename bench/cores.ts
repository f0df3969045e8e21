/**
 * Which cores a load generator and what it measures run on: the first is the generator's, all others belong to the rest.
 * Where they share their cores, the tail is mostly one's waiting for the other's turn to end. Undefined where there is
 * one core only.
 */
export const APART: { readonly generator: string; readonly measured: string } | undefined =
  navigator.hardwareConcurrency < 2
    ? undefined
    : { generator: "0", measured: `1-${navigator.hardwareConcurrency - 1}` };

/** Confines the threads of running processes to `cores`; they are free again when the scope ends. */
export async function confine(pids: readonly number[], cores: string): Promise<AsyncDisposable> {
  const confineTo = async (cores: string) => {
    for (const pid of pids) await run("taskset", ["--all-tasks", "--cpu-list", "--pid", cores, `${pid}`]);
  };
  await confineTo(cores);
  return { [Symbol.asyncDispose]: () => confineTo(`0-${navigator.hardwareConcurrency - 1}`) };
}

/** A command that runs on `cores` only; on all of them without any. */
export function onCores(cores: string | undefined, command: string, args: readonly string[]): Deno.Command {
  const [program, ...rest] = cores === undefined
    ? [command, ...args] as const
    : ["taskset", "--cpu-list", cores, command, ...args] as const;
  return new Deno.Command(program, { args: rest, stderr: "null" });
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args: [...args], stdout: "null" }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
}
