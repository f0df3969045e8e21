/** `deno task logs [name…] [--no-follow]`: the last lines of each log, then what is added, until Ctrl-C. */
import { sleep } from "../services/lib/waiting/mod.ts";
import { basename, join } from "node:path";
import { command, interruption, readArguments, taskProgram } from "./command.ts";
import { stackSettings } from "./stack/mod.ts";

const LAST_BYTES = 4_000;
const LAST_LINES = 10;

await command("logs", async () => {
  const program = readArguments(
    taskProgram("logs", "Prints the last lines of each log, then what is added, until Ctrl-C.")
      .argument("[name...]", "which logs, by their names in the log folder without .log; all when none is named")
      .option("--no-follow", "end after the last lines"),
  );
  const { follow } = program.opts<{ follow: boolean }>();
  const settings = stackSettings();
  const folder = join(settings.workingDirectory, settings.logDir);
  const wanted = program.args;
  const positions = new Map<string, number>();
  const stop = interruption();
  const look = async () => {
    for (const name of await logNames(folder, wanted)) {
      const file = join(folder, name);
      const { size } = await Deno.stat(file);
      const known = positions.get(name);
      // A file that has shrunk was put aside and begun anew.
      const from = known === undefined ? Math.max(0, size - LAST_BYTES) : known > size ? 0 : known;
      if (size <= from) continue;
      let text = await readFrom(file, from);
      if (known === undefined) text = text.split("\n").slice(-LAST_LINES - 1).join("\n");
      // A line that is still being written waits for its end.
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      positions.set(name, size - new TextEncoder().encode(text.slice(whole.length)).length);
      for (const line of whole.split("\n").slice(0, -1)) console.log(`${basename(name, ".log").padEnd(16)} ${line}`);
    }
  };
  await look();
  if (wanted.length > 0 && positions.size === 0) {
    throw new Error(`no log ${wanted.join(" or ")} in ${settings.logDir}/`);
  }
  if (positions.size === 0) console.log(`No logs in ${settings.logDir}/ yet: deno task up`);
  while (follow && !stop.aborted) {
    await sleep(300);
    await look();
  }
});

async function logNames(folder: string, wanted: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isFile && entry.name.endsWith(".log")) names.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.filter((name) => wanted.length === 0 || wanted.includes(basename(name, ".log"))).sort();
}

async function readFrom(file: string, from: number): Promise<string> {
  using handle = await Deno.open(file);
  await handle.seek(from, Deno.SeekMode.Start);
  return await new Response(handle.readable).text();
}
