import { join } from "node:path";

/** deno.lock, as far as its packages go. */
export interface Locked {
  readonly npm?: Readonly<
    Record<
      string,
      {
        readonly integrity?: string;
        readonly dependencies?: readonly string[];
        readonly optionalDependencies?: readonly string[];
      }
    >
  >;
}

/** A package that the lock names. */
export interface Package {
  /** `@scope/name@1.2.3`, with its peers behind an underscore where it has some: as in the lock. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  /** `sha512-` and base64; null where the lock has none. */
  readonly integrity: string | null;
  /** SPDX expression, as the package says it; null where it says none. */
  readonly license: string | null;
  /** Keys of the packages that it needs. */
  readonly needs: readonly string[];
}

/** The packages of a lock, by their keys; licenses are read from Deno's cache. */
export async function packagesOf({ npm = {} }: Locked): Promise<Package[]> {
  const cache = await cacheFolder();
  const byName = new Map(Object.keys(npm).map((key) => [nameOf(key), key]));
  return await Promise.all(
    Object.entries(npm).sort(([a], [b]) => a < b ? -1 : 1).map(async ([key, entry]) => {
      const name = nameOf(key);
      const version = key.slice(name.length + 1).split("_", 1)[0]!;
      const needs = [...(entry.dependencies ?? []), ...(entry.optionalDependencies ?? [])]
        .flatMap((wanted) => npm[wanted] === undefined ? byName.get(nameOf(wanted)) ?? [] : wanted);
      return {
        key,
        name,
        version,
        integrity: entry.integrity ?? null,
        license: await licenseOf(cache, { name, version }),
        needs,
      };
    }),
  );
}

function nameOf(key: string): string {
  return /^(?:@[^/@]+\/)?[^@]+/.exec(key)?.[0] ?? key;
}

/** Deno's folder of packages; null where it does not say. */
async function cacheFolder(): Promise<string | null> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout)) as { npmCache?: string };
  if (npmCache === undefined) return null;
  try {
    for await (const entry of Deno.readDir(npmCache)) if (entry.isDirectory) return join(npmCache, entry.name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return null;
}

async function licenseOf(
  cache: string | null,
  of: { readonly name: string; readonly version: string },
): Promise<string | null> {
  if (cache === null) return null;
  try {
    const { license, licenses } = JSON.parse(await Deno.readTextFile(join(cache, of.name, of.version, "package.json")));
    if (typeof license === "string") return license;
    if (typeof license?.type === "string") return license.type;
    const types = Array.isArray(licenses)
      ? licenses.map((one) => one?.type).filter((type) => typeof type === "string")
      : [];
    return types.length === 0 ? null : types.join(" OR ");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
