import { join } from "node:path";
import { ROOT } from "../../tasks/build/mod.ts";

/** A temporary folder that goes away with its scope: `await using folder = await tempFolder()`. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string;
}

/** An empty temporary folder. */
export async function tempFolder(): Promise<TempFolder> {
  const path = await Deno.makeTempDir({ prefix: "oncall-test-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** A temporary folder with the checkout's `services/` and `config/` in it, to start the whole system in. */
export async function workspace(): Promise<TempFolder> {
  const folder = await tempFolder();
  for (const name of ["services", "config"]) await copy(join(ROOT, name), join(folder.path, name));
  return folder;
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    if (entry.isDirectory) await copy(join(from, entry.name), join(to, entry.name));
    else if (entry.isFile) await Deno.copyFile(join(from, entry.name), join(to, entry.name));
  }
}
