import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout: the folder that holds deno.json. */
export const ROOT: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the executables are built. */
export const BIN: string = join(ROOT, "bin");

/** What the tasks fetch or generate for themselves; git-ignored, safe to delete. */
export const TOOLS: string = join(ROOT, ".tools");

/** The module that names every variable of every executable. */
export const VARIABLES_MODULE: string = join(ROOT, "services", "lib", "configuration", "variables.ts");
