/** `deno task reference`: writes `docs/reference/` anew from the programs themselves. */
import { dirname, join } from "node:path";
import { ROOT } from "./build/mod.ts";
import { command, readArguments, taskProgram } from "./command.ts";
import { referencePages } from "./reference/mod.ts";

await command("reference", async () => {
  readArguments(taskProgram("reference", "Writes docs/reference/ from the programs themselves."));
  for (const [path, text] of Object.entries(await referencePages())) {
    await Deno.mkdir(dirname(join(ROOT, path)), { recursive: true });
    await Deno.writeTextFile(join(ROOT, path), text);
    console.log(path);
  }
});
