import { type Clock, pause } from "./clock.ts";
import type { Probe } from "./probe.ts";

/** A process of the inventory, started here or by an earlier manager. */
export interface InstanceProcess {
  readonly pid: number;
  /** Resolves when it has ended; `code` is 128 + the signal's number for one that was killed. */
  readonly exited: Promise<Exit>;
  /** Nothing happens when it has ended. @throws {Error} when the machine has no way to signal it. */
  signal(name: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** How a process ended. */
export interface Exit {
  /** `undefined`: it was not our child, so its status is unknown. */
  readonly code: number | undefined;
  /** The end of what it wrote to stderr. */
  readonly lastWords: string;
}

/** What to start and with which variables, beside the manager's own. */
export interface LaunchSpec {
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a process. @throws {Error} when it cannot be started. */
export type Launch = (spec: LaunchSpec) => InstanceProcess;

/** Signals a process that is not our child; false when there is none such. Signal 0 only asks whether there is. */
export type SignalPid = (pid: number, name: "SIGTERM" | "SIGKILL" | "0") => Promise<boolean>;

/** Starts `bin`; each process has its own session, so that Ctrl-C in the manager's terminal reaches the manager only. */
export function launcher(bin: string): Launch {
  return ({ env }) => {
    const child = new Deno.Command(bin, {
      env: { ...env },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      detached: true,
    }).spawn();
    const words = tailOf(child.stderr);
    const exited = child.status.then(async ({ code }) => ({ code, lastWords: await words }));
    return {
      pid: child.pid,
      exited,
      signal(name) {
        try {
          child.kill(name);
        } catch (error) {
          // It ended between our decision and the signal.
          if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
        }
        return Promise.resolve();
      },
    };
  };
}

async function tailOf(stream: ReadableStream<Uint8Array>, limit = 2_000): Promise<string> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const chunk of stream) tail = (tail + decoder.decode(chunk, { stream: true })).slice(-limit);
  return tail.trim();
}

/** Whose process to take over and how to reach it. */
export interface AdoptOptions {
  readonly pid: number;
  readonly url: string;
  readonly probe: Probe;
  readonly signalPid: SignalPid;
  readonly clock: Clock;
  /** How often to check whether it still runs, in milliseconds. */
  readonly intervalMs?: number;
}

/**
 * Takes over a process that an earlier manager started. It is not our child, so nobody tells when it ends: its port and
 * its process id are looked at instead. Where process ids outlive their process (a container whose first process reaps
 * nobody), a port that stays closed has the last word.
 */
export function adoptProcess(options: AdoptOptions): InstanceProcess {
  const { pid, url, probe, signalPid, clock, intervalMs = 500 } = options;
  const closedLimit = 15_000 / intervalMs;
  let killed = false;
  const watch = async (): Promise<Exit> => {
    for (let closed = 0; closed < closedLimit;) {
      const health = await probe(url);
      if (health.kind === "alive" && health.pid === pid) closed = 0;
      else if (!await signalPid(pid, "0")) break;
      else if (health.kind === "refused") closed += killed ? closedLimit : 1;
      await pause(clock, intervalMs);
    }
    return { code: undefined, lastWords: "" };
  };
  return {
    pid,
    exited: watch(),
    async signal(name) {
      killed ||= name === "SIGKILL";
      await signalPid(pid, name);
    },
  };
}

/**
 * Signals through the program `kill`: unlike `Deno.kill`, that needs no permission to run just any program.
 *
 * @throws {Error} when there is no such program; asked by signal 0, it takes the process for running then.
 */
export const signalPid: SignalPid = async (pid, name) => {
  try {
    const { success } = await new Deno.Command("kill", {
      args: [`-${name.replace("SIG", "")}`, String(pid)],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch (cause) {
    if (name === "0") return true;
    throw new Error(`Cannot signal process ${pid}: the program kill is not on PATH`, { cause });
  }
};
