import { delimiter } from "node:path";
import { BIN, build, executablePath, type RoleName } from "../../tasks/build/mod.ts";
import { tempFolder } from "./folders.ts";
import { freePort } from "./ports.ts";
import { until } from "./wait.ts";

const built = new Map<RoleName, Promise<void>>();

/** Builds the named executables if they are stale, once in a process. */
export async function ensureBuilt(...names: readonly RoleName[]): Promise<void> {
  for (const name of names) {
    if (!built.has(name)) built.set(name, build([name]));
    await built.get(name);
  }
}

/** How an executable is started. */
export interface RunOptions {
  /** Variables beside PATH (which begins with `bin/`) and HOME; nothing else is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Default: an empty temporary folder, removed at the end. */
  readonly cwd?: string;
  /** How many files and connections it may have open; default: as many as this process. */
  readonly openFiles?: number;
}

/** A started server. */
export interface StartedRole extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly cwd: string;
  /** Its exit, whenever that comes. */
  readonly status: Promise<Deno.CommandStatus>;
  /** What it wrote to stdout and stderr so far. */
  output(): string;
  kill(signal: Deno.Signal): void;
  /** SIGTERM, and its exit; SIGKILL when it has not ended after 20 s. */
  stop(): Promise<Deno.CommandStatus>;
}

const portVariable: Readonly<Partial<Record<RoleName, string>>> = {
  manager: "PM_PORT",
  inventory: "PORT",
  lb: "LB_PORT",
  agent: "AGENT_PORT",
};

/** Builds a server's executable if it is stale, starts it on a free port and waits until it answers `/healthz`. */
export async function startRole(name: RoleName, options: RunOptions = {}): Promise<StartedRole> {
  const variable = portVariable[name];
  if (variable === undefined) throw new Error(`${name} is no server: use runRole()`);
  if (name === "manager") await ensureBuilt("inventory");
  await ensureBuilt(name);
  const port = Number(options.env?.[variable] ?? freePort());
  const folder = options.cwd === undefined ? await tempFolder() : undefined;
  const cwd = options.cwd ?? folder!.path;
  const { openFiles, args = [] } = options;
  const limited = openFiles === undefined
    ? { program: executablePath(name), args: [...args] }
    : { program: "sh", args: ["-c", `ulimit -n ${openFiles}; exec "$0" "$@"`, executablePath(name), ...args] };
  const child = new Deno.Command(limited.program, {
    args: limited.args,
    cwd,
    env: { ...environment(), ...options.env, [variable]: String(port) },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const take = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  };
  const drained = Promise.all([take(child.stdout), take(child.stderr)]);
  let ended: Deno.CommandStatus | undefined;
  const status = child.status.then((status) => ended = status);
  let stopping: Promise<Deno.CommandStatus> | undefined;
  const stop = async () => {
    const timer = setTimeout(() => ended || child.kill("SIGKILL"), 20_000);
    if (!ended) child.kill("SIGTERM");
    const result = await status;
    clearTimeout(timer);
    await drained;
    await folder?.[Symbol.asyncDispose]();
    return result;
  };
  const role: StartedRole = {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    cwd,
    status,
    output: () => output,
    kill: (signal) => child.kill(signal),
    stop: () => stopping ??= stop(),
    [Symbol.asyncDispose]: async () => void await role.stop(),
  };
  try {
    await until(`${name} answers on port ${port}`, async () => {
      if (ended) return true;
      const response = await fetch(`${role.url}/healthz`);
      await response.body?.cancel();
      return response.ok;
    });
    if (ended) throw new Error(`${name} ended with ${ended.code} instead of serving`);
  } catch (error) {
    await role.stop();
    throw new Error(`${(error as Error).message}; its output:\n${output}`, { cause: error });
  }
  return role;
}

/** What a program did that ran to its end. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds an executable if it is stale and runs it to its end. */
export async function runRole(name: RoleName, options: RunOptions = {}): Promise<Result> {
  await ensureBuilt(name);
  await using folder = options.cwd === undefined ? await tempFolder() : undefined;
  const { code, stdout, stderr } = await new Deno.Command(executablePath(name), {
    args: [...options.args ?? []],
    cwd: options.cwd ?? folder!.path,
    env: { ...environment(), ...options.env },
    clearEnv: true,
    stdin: "null",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

function environment(): Record<string, string> {
  return {
    PATH: [BIN, Deno.env.get("PATH") ?? ""].join(delimiter),
    HOME: Deno.env.get("HOME") ?? "/",
    NO_COLOR: "1",
  };
}
