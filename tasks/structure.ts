/** `deno task structure`: the imports that break a rule of the house, with the files' names; `--counts` adds what a reader counts. */
import { countSource, findings, sourceFiles } from "./structure/mod.ts";

const { circles, arrowsUp, pastModules, reservedCalls } = await findings();
let broken = false;
report("circle of imports", circles);
report("import that runs back up", arrowsUp);
report("import past a folder's mod.ts", pastModules);
report("call that only one file may make", reservedCalls);
if (Deno.args.includes("--counts")) {
  const { longFunctions, duplicateNames } = await countSource(await sourceFiles());
  console.log([`functions of more than 60 lines: ${longFunctions.length}`, ...longFunctions].join("\n  "));
  console.log([`names that two files export: ${duplicateNames.length}`, ...duplicateNames].join("\n  "));
}
Deno.exit(broken ? 1 : 0);

function report(rule: string, found: readonly string[]): void {
  console.log([`${rule}: ${found.length}`, ...found].join("\n  "));
  broken ||= found.length > 0;
}
