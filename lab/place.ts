import { join } from "node:path";
import type { Truth } from "./scenario.ts";

/** Where the cause is in the code, found by what the line says, so that no number goes stale. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * The one line of `code.file` that holds `code.marker`.
 *
 * @throws when no line or more than one does.
 */
export async function placeOf(code: NonNullable<Truth["code"]>, root: string): Promise<Place> {
  const lines = (await Deno.readTextFile(join(root, code.file))).split("\n");
  const found = lines.flatMap((text, index) => text.includes(code.marker) ? [index + 1] : []);
  if (found.length === 1) return { file: code.file, line: found[0]! };
  throw new Error(`${code.file} has ${found.length} lines with ${JSON.stringify(code.marker)}: expected one`);
}
