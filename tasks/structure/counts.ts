import { join } from "node:path";
import { ROOT } from "../build/mod.ts";
import { isTestCode } from "./imports.ts";

/** What a reader counts in the source itself; tests and their helpers are left out. */
export interface SourceCounts {
  /** Functions and methods of more than 60 lines, as `file:line name lines`. */
  readonly longFunctions: readonly string[];
  /** Names that two files export with declarations of their own, as `name: file, file`. */
  readonly duplicateNames: readonly string[];
}

const LONGEST = 60;
const FUNCTION =
  /^( *)(?:export )?(?:default )?(?:static )?(?:override )?(?:async )?(?:function\*? )?([#\w]+)[(<].*[{(,]$/;
const EXPORTED = /^export (?:default )?(?:abstract )?(?:async )?(?:function\*?|interface|type|class|enum) (\w+)/;

/** Relies on what `deno fmt` makes of the source: a function ends with the first `}` that is indented as its head is. */
export async function countSource(files: readonly string[]): Promise<SourceCounts> {
  const longFunctions: string[] = [];
  const declared = new Map<string, string[]>();
  for (const file of files.filter((file) => !isTestCode(file))) {
    const lines = (await Deno.readTextFile(join(ROOT, file))).split("\n");
    longFunctions.push(...longFunctionsOf(lines).map((found) => `${file}:${found}`));
    for (const line of lines) {
      const name = EXPORTED.exec(line)?.[1];
      if (name !== undefined) declared.set(name, [...new Set([...(declared.get(name) ?? []), file])]);
    }
  }
  const duplicateNames = [...declared].filter(([, places]) => places.length > 1)
    .map(([name, places]) => `${name}: ${places.join(", ")}`).sort();
  return { longFunctions, duplicateNames };
}

/** `line name lines` of each function of more than 60 lines. */
export function longFunctionsOf(lines: readonly string[]): string[] {
  const found: string[] = [];
  lines.forEach((line, at) => {
    const match = FUNCTION.exec(line);
    if (match === null || /^(if|for|while|switch|return|await|catch)$/.test(match[2]!)) return;
    if (!line.includes("function") && match[1] !== "  ") return;
    const end = lines.findIndex((other, index) =>
      index > at && ["}", "};", "},"].some((end) => other === `${match[1]}${end}`)
    );
    const length = end - at + 1;
    if (length > LONGEST) found.push(`${at + 1} ${match[2]} ${length}`);
  });
  return found;
}
