import { sleep } from "../../services/lib/waiting/mod.ts";
import { beganOf, end, type ProcessId } from "./processes.ts";
import type { Part } from "./parts.ts";

/** A log that has grown past this many bytes is put aside as `<name>.1` before its program starts anew. */
const LOG_LIMIT = 10_000_000;

/** A part that did not become ready; the message has its last words. */
export class LaunchError extends Error {
  override name = "LaunchError";
}

/** Starts a part in a session of its own, so that it outlives the task; its output goes to its log. */
export async function launch(part: Part, workingDirectory: string): Promise<ProcessId> {
  const size = await Deno.stat(part.log).then((stat) => stat.size, () => 0);
  if (size > LOG_LIMIT) await Deno.rename(part.log, `${part.log}.1`);
  // Deno.Command cannot hand a file to a child; the shell replaces itself by the program.
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", 'exec "$@" >>"$0" 2>&1', part.log, part.program, ...part.args],
    cwd: workingDirectory,
    env: { ...part.env },
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  child.unref();
  return { pid: child.pid, began: await beganOf(child.pid) ?? "" };
}

/** Waits until a part answers that it is ready; ends it and throws a {@linkcode LaunchError} when it does not. */
export async function untilReady(part: Part, id: ProcessId, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!await isReady(part)) {
    const gone = await beganOf(id.pid) === undefined;
    if (gone || performance.now() > deadline) {
      await end([id]);
      const how = gone ? "ended at once" : `was not ready within ${timeoutMs / 1000} s`;
      throw new LaunchError(`${part.name} ${how}: ${await lastWords(part)} (all of it: ${part.log})`);
    }
    await sleep(50);
  }
}

/** Whether a part answers its health check well. */
export async function isReady(part: Part): Promise<boolean> {
  try {
    const response = await fetch(part.health, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function lastWords(part: Part): Promise<string> {
  const lines = (await Deno.readTextFile(part.log).catch(() => "")).split("\n");
  // Indented lines are the rest of what stands above them, such as a stack trace.
  return lines.findLast((line) => /^\S/.test(line)) ?? "it said nothing";
}
