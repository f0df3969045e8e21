import { setTimeout as sleep } from "node:timers/promises";
import { standardOutput, writer } from "../terminal/mod.ts";
import { runProgram, tasksHere } from "./programs.ts";
import { runCli } from "./program.ts";

const interrupted = new AbortController();
// The first one asks the command to end, the second one ends it.
const onSignal = () => interrupted.signal.aborted ? Deno.exit(130) : interrupted.abort();
Deno.addSignalListener("SIGINT", onSignal);
Deno.addSignalListener("SIGTERM", onSignal);

const { write, isTerminal, columns } = standardOutput({ noColor: undefined, terminal: undefined });
Deno.exit(
  await runCli(Deno.args, {
    fetch,
    env: (name) => Deno.env.get(name),
    write,
    writeError: writer(Deno.stderr),
    isTerminal,
    columns,
    now: () => new Date(),
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
    run: runProgram,
    readText: (path) => path === "-" ? new Response(Deno.stdin.readable).text() : Deno.readTextFile(path),
    tasks: tasksHere,
    interrupted: interrupted.signal,
  }),
);
