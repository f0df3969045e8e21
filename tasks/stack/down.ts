import type { Say } from "../build/mod.ts";
import { partNames } from "./parts.ts";
import { end, ownProcesses, type ProcessId } from "./processes.ts";
import type { StackSettings } from "./settings.ts";
import { readState, writeState } from "./state.ts";

/**
 * Ends everything that runs in this working directory: the parts in reverse order, then whatever of this project is left
 * there (instances whose manager died). Returns how many processes it ended.
 */
export async function down(settings: StackSettings, say: Say): Promise<number> {
  let ended = 0;
  const started = await readState(settings);
  const stop = async (name: string, ids: readonly ProcessId[]) => {
    if (ids.length === 0) return;
    const killed = await end(ids);
    ended += ids.length;
    say(`  ${name.padEnd(13)} stopped${killed.length > 0 ? " (had to be killed)" : ""}`);
  };
  for (const name of partNames.toReversed()) {
    await stop(name, started.filter((process) => process.name === name));
  }
  for (const left of await ownProcesses(settings.workingDirectory)) await stop(left.name, [left]);
  if (started.length > 0) await writeState(settings, []);
  return ended;
}
