/** `deno task reference`: writes `docs/reference/` anew from the programs themselves. */
import { dirname, join } from "node:path";
import { ROOT } from "./build/mod.ts";
import { referencePages } from "./reference/mod.ts";

for (const [path, text] of Object.entries(await referencePages())) {
  await Deno.mkdir(dirname(join(ROOT, path)), { recursive: true });
  await Deno.writeTextFile(join(ROOT, path), text);
  console.log(path);
}
