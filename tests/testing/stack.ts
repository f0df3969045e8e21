import { join } from "node:path";
import { ROOT } from "../../tasks/build/mod.ts";
import { ownProcesses } from "../../tasks/stack/mod.ts";
import { type TempFolder, workspace } from "./folders.ts";
import { freePort, freePortRange } from "./ports.ts";

/** A place to run the whole system in: a folder and ports of its own. Whatever runs in it ends with its scope. */
export interface Stack extends AsyncDisposable {
  readonly folder: string;
  /** The variables that give every part a free port. */
  readonly env: Readonly<Record<string, string>>;
  readonly urls: Readonly<Record<"manager" | "lb" | "agent" | "prometheus" | "alertmanager", string>>;
  /** Starts a task there; see {@linkcode RunningTask}. */
  task(name: string, ...args: string[]): RunningTask;
  /** The same place with other variables for what is started in it. */
  with(env: Readonly<Record<string, string>>): Pick<Stack, "task">;
  /** Processes of this project that run in the folder. */
  processes(): Promise<readonly { readonly pid: number; readonly name: string }[]>;
}

/** A task while it runs. */
export interface RunningTask {
  readonly pid: number;
  /** What it printed so far, stdout and stderr together. */
  output(): string;
  kill(signal: Deno.Signal): void;
  /** Its exit code and all that it printed. */
  readonly ended: Promise<{ readonly code: number; readonly output: string }>;
}

/** A place for the whole system; nothing is started yet. */
export async function stack(): Promise<Stack> {
  const folder = await workspace();
  const first = freePortRange(6);
  const env = {
    PM_PORT: `${freePort()}`,
    PM_BASE_PORT: `${first}`,
    PM_MAX_PORT: `${first + 5}`,
    LB_PORT: `${freePort()}`,
    AGENT_PORT: `${freePort()}`,
    PROM_URL: `http://127.0.0.1:${freePort()}`,
    ALERTMANAGER_URL: `http://127.0.0.1:${freePort()}`,
  };
  return {
    folder: folder.path,
    env,
    urls: {
      manager: `http://127.0.0.1:${env.PM_PORT}`,
      lb: `http://127.0.0.1:${env.LB_PORT}`,
      agent: `http://127.0.0.1:${env.AGENT_PORT}`,
      prometheus: env.PROM_URL,
      alertmanager: env.ALERTMANAGER_URL,
    },
    task: (name, ...args) => start(name, args, folder, env),
    with: (other) => ({ task: (name, ...args) => start(name, args, folder, { ...env, ...other }) }),
    processes: () => ownProcesses(folder.path),
    [Symbol.asyncDispose]: async () => {
      await start("down", [], folder, env).ended;
      await folder[Symbol.asyncDispose]();
    },
  };
}

function start(name: string, args: readonly string[], folder: TempFolder, env: Record<string, string>): RunningTask {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--config", join(ROOT, "deno.json"), "--lock", join(ROOT, "deno.lock")],
      ...[join(ROOT, "tasks", `${name}.ts`), ...args],
    ],
    cwd: folder.path,
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const take = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  };
  const drained = Promise.all([take(child.stdout), take(child.stderr)]);
  return {
    pid: child.pid,
    output: () => output,
    kill: (signal) => child.kill(signal),
    ended: child.status.then(async ({ code }) => {
      await drained;
      return { code, output };
    }),
  };
}
