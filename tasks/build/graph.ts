import { join } from "node:path";
import { denoSaid } from "./deno_said.ts";
import { ROOT } from "./paths.ts";
import { nameOf } from "./lock_file.ts";

/** What a role is made of. */
export interface Graph {
  /** Its modules, as sorted paths in the checkout. */
  readonly files: readonly string[];
  /** The names in imports.json that it uses. */
  readonly imports: readonly string[];
}

interface Info {
  readonly modules: readonly { readonly specifier: string; readonly local?: string; readonly error?: string }[];
}

/** The module graph that begins at `entry` (a path in the checkout); the error names the module that cannot be had. */
export async function moduleGraph(entry: string, imports: Readonly<Record<string, string>>): Promise<Graph> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["info", "--json", "--config", join(ROOT, "deno.json"), "--lock", join(ROOT, "deno.lock")],
      join(ROOT, entry),
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system" },
  }).output();
  if (!success) throw new Error(`Cannot read the modules of ${entry}: ${denoSaid(stderr)}`);
  const info: Info = JSON.parse(new TextDecoder().decode(stdout));
  const files: string[] = [];
  const packages = new Set<string>();
  for (const module of info.modules) {
    if (module.error) throw new Error(`Cannot read the modules of ${entry}: ${module.specifier}: ${module.error}`);
    if (module.local?.startsWith(`${ROOT}/`)) files.push(module.local.slice(ROOT.length + 1));
    if (module.specifier.startsWith("npm:")) packages.add(nameOf(module.specifier));
  }
  return {
    files: files.sort(),
    imports: Object.keys(imports).filter((name) => packages.has(nameOf(imports[name]!))),
  };
}
