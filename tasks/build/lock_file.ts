/** deno.lock, version 5, as far as the build looks into it. */
export interface LockFile {
  readonly version: string;
  readonly specifiers?: Readonly<Record<string, string>>;
  readonly npm?: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly integrity?: string;
  readonly dependencies?: readonly string[];
  readonly optionalDependencies?: readonly string[];
  readonly optionalPeers?: readonly string[];
}

/**
 * The part of a lock file that the given import specifiers (`npm:hono@^4`) lead to. A compiled program embeds all that
 * its lock names, so each role gets a lock of its own.
 */
export function narrowLock(lock: LockFile, specifiers: readonly string[]): LockFile {
  const packages = lock.npm ?? {};
  const byName = new Map<string, string>();
  for (const key of Object.keys(packages)) byName.set(key.slice(0, key.indexOf("@", 1)), key);
  const kept: Record<string, LockedPackage> = {};
  const keep = (reference: string) => {
    // "name" where the lock has one version of it, "name@version" where it has several.
    const key = packages[reference] ? reference : byName.get(reference);
    const found = key === undefined ? undefined : packages[key];
    if (key === undefined || found === undefined || kept[key]) return;
    kept[key] = found;
    for (const next of [...(found.dependencies ?? []), ...(found.optionalDependencies ?? [])]) keep(next);
  };
  const wanted: Record<string, string> = {};
  for (const specifier of specifiers) {
    const version = lock.specifiers?.[specifier];
    if (version === undefined) continue;
    wanted[specifier] = version;
    keep(`${nameOf(specifier)}@${version}`);
  }
  return { version: lock.version, specifiers: wanted, npm: kept };
}

/** The package's name in an import specifier such as `npm:@scope/name@^1/sub`. */
export function nameOf(specifier: string): string {
  return /^npm:\/?((?:@[^/@]+\/)?[^/@]+)/.exec(specifier)?.[1] ?? specifier;
}
