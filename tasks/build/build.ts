import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { refuseDuplicates, type Settings } from "../../services/lib/configuration/mod.ts";
import { sha256 } from "./download.ts";
import { environmentAnd, permissionFlags } from "./flags.ts";
import { compileProgram } from "./compile.ts";
import { moduleGraph } from "./graph.ts";
import { narrowLock } from "./lock_file.ts";
import { BIN, ROOT, TOOLS } from "./paths.ts";
import { type Role, type RoleName, roleNames, roles } from "./roles.ts";
import { runtimeEnvironment } from "./runtime.ts";
import { packagesOf as lockedPackages, sbomOf } from "../supply/mod.ts";

/** What the build tells while it works. */
export type Say = (line: string) => void;

/** What a built executable was made from; kept beside it in `.tools/build/`. */
interface Stamp {
  readonly flags: readonly string[];
  readonly deno: string;
  /** The names in imports.json that it uses. */
  readonly imports: readonly string[];
  /** sha256 of its version, compiler options and locked packages. */
  readonly packages: string;
  /** Each module's path in the checkout, and its sha256. */
  readonly sources: Readonly<Record<string, string>>;
  /** The executable's size in bytes. */
  readonly size: number;
}

/** What deno.json and imports.json say, as far as it gets into an executable. */
interface Manifest {
  readonly version: string;
  readonly imports: Readonly<Record<string, string>>;
  readonly compilerOptions: unknown;
  readonly unstable?: readonly string[];
}

/** The path of a role's executable. */
export function executablePath(name: RoleName): string {
  return join(BIN, roles[name].executable);
}

/**
 * Compiles the named roles, those only whose modules, packages, flags or Deno have changed since. Builds that run at the
 * same time wait for each other.
 *
 * @throws when a role cannot be built; the message has the compiler's own words.
 */
export async function build(names: readonly RoleName[] = roleNames, say: Say = () => {}): Promise<void> {
  const folder = join(TOOLS, "build");
  await Deno.mkdir(folder, { recursive: true });
  await Deno.mkdir(BIN, { recursive: true });
  using lock = await Deno.open(join(folder, "lock"), { create: true, write: true });
  await lock.lock(true);
  let runtime: Record<string, string> | undefined;
  for (const [index, name] of names.entries()) {
    const role = roles[name];
    const progress = `[${index + 1}/${names.length}] ${role.executable.padEnd(16)}`;
    const flags = await flagsOf(name);
    if (await isCurrent(role, flags)) {
      if (!await exists(sbomPath(role))) await writeSbom(role);
      say(`${progress} up to date`);
      continue;
    }
    runtime ??= await runtimeEnvironment(say);
    const begun = performance.now();
    const size = await compile(role, flags, runtime);
    say(`${progress} ${(size / 1e6).toFixed(0)} MB in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  }
}

/** The flags that a role is built with now: what it may do, and how its engine runs. */
export async function flagsOf(name: RoleName): Promise<string[]> {
  const role = roles[name];
  const permissions = permissionFlags(role, await settingsOf(role), environmentAnd(join(ROOT, ".env")));
  return role.engine === undefined ? permissions : [...permissions, `--v8-flags=${role.engine.join(",")}`];
}

/** The role's `settings`, each declared once; the suffix makes a long-lived process read a changed file anew. */
export async function settingsOf(role: Role): Promise<Settings> {
  const path = join(ROOT, "services", role.folder, "settings.ts");
  try {
    const { mtime } = await Deno.stat(path);
    const { settings } = await import(`${pathToFileURL(path)}?${mtime?.getTime()}`);
    refuseDuplicates(Object.entries(settings));
    return settings;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

async function compile(role: Role, flags: readonly string[], runtime: Record<string, string>): Promise<number> {
  const entry = `services/${role.folder}/main.ts`;
  const manifest = await readManifest();
  const graph = await moduleGraph(entry, manifest.imports);
  const sources: Record<string, string> = {};
  for (const file of [...graph.files, ...(role.include ?? [])]) {
    if (file !== "deno.json") sources[file] = await hashOf(file);
  }
  const files = await packagesOf(graph.imports);
  const folder = join(TOOLS, "build", role.executable);
  await Deno.mkdir(folder, { recursive: true });
  const config = join(folder, "deno.json");
  const lock = join(folder, "deno.lock");
  await Deno.writeTextFile(config, files.config);
  await Deno.writeTextFile(lock, files.lock);
  // Its name is part of every stack trace, so it is compiled under that name and moved.
  const output = join(folder, role.executable);
  await compileProgram({ entry, output, flags, config, lock, include: role.include ?? [], runtime });
  const { size } = await Deno.stat(output);
  // Without its stamp, an executable is never taken for current, even if this build dies here.
  await Deno.remove(stampPath(role)).catch(() => {});
  await Deno.rename(output, join(BIN, role.executable));
  const stamp: Stamp = {
    flags,
    deno: Deno.version.deno,
    imports: graph.imports,
    packages: files.hash,
    sources,
    size,
  };
  await Deno.writeTextFile(stampPath(role), JSON.stringify(stamp, null, 1));
  await writeSbom(role);
  return size;
}

/** Writes what a built executable is made of beside it. */
async function writeSbom(role: Role): Promise<void> {
  const stamp: Stamp = JSON.parse(await Deno.readTextFile(stampPath(role)));
  const { lock } = await packagesOf(stamp.imports);
  const { version } = await readManifest();
  const sbom = sbomOf({ name: role.executable, version, deno: stamp.deno }, await lockedPackages(JSON.parse(lock)));
  await Deno.mkdir(join(BIN, "sbom"), { recursive: true });
  await Deno.writeTextFile(sbomPath(role), JSON.stringify(sbom, null, 1) + "\n");
}

function sbomPath(role: Role): string {
  return join(BIN, "sbom", `${role.executable}.cdx.json`);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function readManifest(): Promise<Manifest> {
  const { version, compilerOptions, unstable } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const { imports } = JSON.parse(await Deno.readTextFile(join(ROOT, "imports.json")));
  return { version, imports, compilerOptions, unstable };
}

/** A configuration and a lock file that know the named imports only, and the hash of what gets into an executable. */
async function packagesOf(imports: readonly string[]): Promise<{ config: string; lock: string; hash: string }> {
  const manifest = await readManifest();
  const own = Object.fromEntries(imports.map((name) => [name, manifest.imports[name]!]));
  const narrow = narrowLock(JSON.parse(await Deno.readTextFile(join(ROOT, "deno.lock"))), Object.values(own));
  const config = JSON.stringify({
    imports: own,
    compilerOptions: manifest.compilerOptions,
    unstable: manifest.unstable,
  });
  const lock = JSON.stringify(narrow);
  return { config, lock, hash: sha256(manifest.version + config + lock) };
}

async function isCurrent(role: Role, flags: readonly string[]): Promise<boolean> {
  try {
    const stamp: Stamp = JSON.parse(await Deno.readTextFile(stampPath(role)));
    if (stamp.deno !== Deno.version.deno || stamp.flags.join() !== flags.join()) return false;
    if ((await Deno.stat(join(BIN, role.executable))).size !== stamp.size) return false;
    if ((await packagesOf(stamp.imports)).hash !== stamp.packages) return false;
    for (const [file, hash] of Object.entries(stamp.sources)) if (await hashOf(file) !== hash) return false;
    return true;
  } catch {
    return false;
  }
}

function stampPath(role: Role): string {
  return join(TOOLS, "build", `${role.executable}.json`);
}

async function hashOf(file: string): Promise<string> {
  return sha256(await Deno.readFile(join(ROOT, file)));
}
