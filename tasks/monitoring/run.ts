import { reasonOf } from "../build/mod.ts";

/** Runs a program to its end and returns what it printed; a failure is an error with the last lines of what it said. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, { args: [...args], cwd, env: { LC_ALL: "C" }, stdin: "null" }).output();
  } catch (error) {
    throw new Error(error instanceof Deno.errors.NotFound ? `there is no ${program} here` : reasonOf(error));
  }
  if (output.success) return new TextDecoder().decode(output.stdout);
  const said = new TextDecoder().decode(output.stderr).trim().split("\n").filter((line) => !line.startsWith("W: "));
  throw new Error(`${program} ended with ${output.code}: ${said.slice(-2).join(" ")}`);
}
