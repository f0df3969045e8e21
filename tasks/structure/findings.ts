import { arrowsUp } from "./layers.ts";
import { reservedCalls } from "./callers.ts";
import { circles } from "./circles.ts";
import { importsOf, sourceFiles } from "./imports.ts";
import { pastModules } from "./faces.ts";

/** One breach of a rule, as a line that names the files. */
export type Finding = string;

export interface Findings {
  readonly circles: readonly Finding[];
  readonly arrowsUp: readonly Finding[];
  readonly pastModules: readonly Finding[];
  readonly reservedCalls: readonly Finding[];
}

/** Checks the whole checkout. */
export async function findings(): Promise<Findings> {
  const files = await sourceFiles();
  const imports = await importsOf(files);
  return {
    circles: circles(imports).map((circle) => circle.join(" -> ")),
    arrowsUp: arrowsUp(imports).map(({ from, to }) => `${from} imports ${to}`).sort(),
    pastModules: pastModules(imports, files).map(({ from, to }) => `${from} imports ${to}`).sort(),
    reservedCalls: await reservedCalls(files),
  };
}
