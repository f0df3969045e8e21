import { sleep } from "../lib/waiting/mod.ts";
import { standardOutput, writer } from "../lib/terminal/mod.ts";
import type { CliDeps } from "./frame.ts";
import { runProgram, tasksHere } from "./programs.ts";

/** What stands in the token's file; nothing where there is none, or it is another's. */
function madeToken(runDir: string): string | undefined {
  try {
    return Deno.readTextFileSync(`${runDir}/token`).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** This process, its terminal and the network; `interrupted` ends a command that goes on. */
export function realDeps(interrupted: AbortSignal): CliDeps {
  const { write, isTerminal, columns } = standardOutput({ noColor: undefined, terminal: undefined });
  return {
    fetch,
    env: (name) => Deno.env.get(name),
    write,
    writeError: writer(Deno.stderr),
    isTerminal,
    columns,
    now: () => new Date(),
    sleep: (ms, signal) => sleep(ms, signal).catch(() => {}),
    run: runProgram,
    readText: (path) => path === "-" ? new Response(Deno.stdin.readable).text() : Deno.readTextFile(path),
    madeToken,
    tasks: tasksHere,
    interrupted,
  };
}
