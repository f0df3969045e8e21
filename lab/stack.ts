import { join } from "node:path";
import { ROOT } from "../tasks/build/mod.ts";
import { down, freePorts, type StackSettings, stackSettings, up } from "../tasks/stack/mod.ts";
import { shortened } from "./windows.ts";

/** The most instances that a scenario may have. */
const INSTANCES = 6;
/** What of the configuration has durations in it. */
const TIMED = ["prometheus.yaml", "alerts.yaml", "alertmanager.yaml", "oncall.yaml"];

/** A whole system of a scenario's own: folder, ports, configuration. */
export interface LabStack {
  readonly settings: StackSettings;
  /** Ends every process in it. */
  stop(): Promise<void>;
}

let starting: Promise<unknown> = Promise.resolve();

/**
 * Starts the whole system in `folder`, with windows `speed` times as short as the shipped ones. One after the other:
 * starting is what costs most, and two at once would make each other late.
 *
 * @throws with one line that says which part did not start.
 */
export async function startStack(folder: string, speed: number, signal: AbortSignal): Promise<LabStack> {
  const settings = await prepare(folder, speed);
  const stop = async () => void await down(settings, () => {});
  try {
    await inTurn(() => up(settings, () => {}, signal));
  } catch (error) {
    await stop();
    throw error;
  }
  return { settings, stop };
}

/** Runs what starts a system once no other system is being started. */
export async function inTurn<T>(start: () => Promise<T>): Promise<T> {
  const begun = starting.then(start);
  starting = begun.catch(() => {});
  return await begun;
}

async function prepare(folder: string, speed: number): Promise<StackSettings> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  // The agent may read all of its folder, so nothing is in it that an operator's would not have.
  await copy(join(ROOT, "config"), join(folder, "config"));
  await copy(join(ROOT, "services", "inventory"), join(folder, "services", "inventory"));
  for (const name of TIMED) {
    const path = join(folder, "config", name);
    await Deno.writeTextFile(path, shortened(await Deno.readTextFile(path), speed));
  }
  const first = freePorts(5 + INSTANCES);
  await Deno.writeTextFile(
    join(folder, ".env"),
    [
      `PM_PORT=${first}`,
      `LB_PORT=${first + 1}`,
      `AGENT_PORT=${first + 2}`,
      `PROM_URL=http://127.0.0.1:${first + 3}`,
      `ALERTMANAGER_URL=http://127.0.0.1:${first + 4}`,
      `PM_BASE_PORT=${first + 5}`,
      `PM_MAX_PORT=${first + 4 + INSTANCES}`,
      `LB_REFRESH_SEC=${Math.max(1, Math.round(5 / speed))}`,
      "",
    ].join("\n"),
  );
  return stackSettings(folder);
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory, isFile } of Deno.readDir(from)) {
    if (isDirectory) await copy(join(from, name), join(to, name));
    else if (isFile) await Deno.copyFile(join(from, name), join(to, name));
  }
}
