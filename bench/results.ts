import { join } from "node:path";
import { ROOT } from "../tasks/build/mod.ts";
import type { Machine } from "./machine.ts";
import type { BenchRow } from "./row.ts";

/** A row as it is kept: with the bench that it is of, and when and on what it was measured. */
export interface KeptRow extends BenchRow {
  readonly bench: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly machine: Machine;
}

const FOLDER = join(ROOT, "bench", "results");
const latest = join(FOLDER, "latest.json");

/**
 * Writes rows to `latest.json`, in place of older ones of the same benches or of the same name, and all of it to
 * `<keep>.json` too.
 */
export async function keepRows(rows: readonly KeptRow[], keep?: string): Promise<void> {
  await Deno.mkdir(FOLDER, { recursive: true });
  const measured = new Set(rows.map(({ bench }) => bench));
  const names = new Set(rows.map(({ name }) => name));
  const others = (await readRows(latest)).filter(({ bench, name }) => !measured.has(bench) && !names.has(name));
  const text = `[\n${[...others, ...rows].map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n]\n`;
  await Deno.writeTextFile(latest, text);
  if (keep !== undefined) await Deno.writeTextFile(join(FOLDER, `${keep}.json`), text);
}

/** The newest results that were kept under a name of their own; undefined when there are none. */
export async function newestKept(): Promise<{ readonly name: string; readonly rows: readonly KeptRow[] } | undefined> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(FOLDER)) if (/^\d{4}-\d\d.*\.json$/.test(name)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const name = names.sort().at(-1);
  return name === undefined ? undefined : { name, rows: await readRows(join(FOLDER, name)) };
}

/** The rows of a file; none when it is not there, or from before rows said which bench they are of. */
async function readRows(path: string): Promise<KeptRow[]> {
  try {
    const rows: KeptRow[] = JSON.parse(await Deno.readTextFile(path));
    return rows.filter(({ bench }) => bench !== undefined);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
