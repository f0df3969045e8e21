import { join } from "node:path";
import { isAlive, type ProcessId } from "./processes.ts";
import type { StackSettings } from "./settings.ts";

/** A process that `up` started. */
export interface Started extends ProcessId {
  /** The part that it is, e.g. `manager`. */
  readonly name: string;
  /** What its executables and configuration were when it was started; another value means that they changed since. */
  readonly build: string;
}

/** The processes that `up` started and that are still there. */
export async function readState(settings: StackSettings): Promise<Started[]> {
  let started: Started[];
  try {
    started = JSON.parse(await Deno.readTextFile(statePath(settings)));
  } catch {
    return [];
  }
  const alive: Started[] = [];
  for (const process of started) if (await isAlive(process)) alive.push(process);
  return alive;
}

/** Remembers the processes of `up`, replacing what was remembered. */
export async function writeState(settings: StackSettings, started: readonly Started[]): Promise<void> {
  const path = statePath(settings);
  await Deno.writeTextFile(`${path}.part`, JSON.stringify(started, null, 1));
  await Deno.rename(`${path}.part`, path);
}

function statePath(settings: StackSettings): string {
  return join(settings.workingDirectory, settings.runDir, "up.json");
}
