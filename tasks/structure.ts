/** `deno task structure`: the imports that break a rule of the house, with the files' names; `--counts` adds what a reader counts. */
import { BASELINE, countSource, findings, sourceFiles } from "./structure/mod.ts";

const { circles, arrowsUp, pastModules } = await findings();
let broken = false;
report("circle of imports", circles, BASELINE.circles);
report("import that runs back up", arrowsUp, BASELINE.arrowsUp);
report("import past a folder's mod.ts", pastModules, BASELINE.pastModules);
if (Deno.args.includes("--counts")) {
  const { longFunctions, duplicateNames } = await countSource(await sourceFiles());
  console.log([`functions of more than 60 lines: ${longFunctions.length}`, ...longFunctions].join("\n  "));
  console.log([`names that two files export: ${duplicateNames.length}`, ...duplicateNames].join("\n  "));
}
Deno.exit(broken ? 1 : 0);

/** A rule may be broken as often as it was when it was written down. */
function report(rule: string, found: readonly string[], allowed: number): void {
  console.log([`${rule}: ${found.length}`, ...found].join("\n  "));
  if (found.length <= allowed) return;
  broken = true;
  if (allowed > 0) console.log(`  (at most ${allowed} were there before)`);
}
