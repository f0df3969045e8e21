/** `deno task manifests`: writes `config/kubernetes/` anew. */
import { dirname, join } from "node:path";
import { ROOT } from "./build/mod.ts";
import { command, readArguments, taskProgram } from "./command.ts";
import { MANIFESTS, manifests } from "./kubernetes/mod.ts";

await command("manifests", async () => {
  readArguments(taskProgram("manifests", "Writes config/kubernetes/ (kustomize and Helm) from tasks/kubernetes."));
  for (const [path, text] of Object.entries(await manifests())) {
    const file = join(ROOT, MANIFESTS, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, text);
    console.log(`${MANIFESTS}/${path}`);
  }
});
