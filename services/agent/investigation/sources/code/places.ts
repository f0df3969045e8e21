import { globMatches } from "./paths.ts";

/** The path in the repository that a file of a stack frame stands for; null where none or more than one may be it. */
export type Places = (file: string, options: { readonly library: boolean }) => string | null;

/** A Go module of the repository: its folder and the name that its packages begin with. */
export interface GoModule {
  readonly folder: string;
  readonly name: string;
}

interface Repository {
  readonly files: readonly string[];
  /** What the service's description counts as its own; everything when not given. */
  readonly include: readonly string[];
  readonly modules: readonly GoModule[];
}

type Path = readonly string[];

const LONGEST = 1_000;
const MOST_KNOWN = 2_000;

/** Names that files of many folders have: alone they tell nothing. */
const USUAL_NAME =
  /^(?:index|main|app|mod|lib|utils?|helpers?|common|types|server|client|handlers?|models?|views?|routes?|urls|config|setup|base|core|errors?|__init__|__main__|init|program|startup|application)\.\w{1,6}$/i;
/** Folders into which images, build machines and servers put a program. */
const ROOT =
  /^(?:usr\/src\/app|usr\/app|app|srv\/app|srv|workspaces?|workdir|code|src|source|build|opt|data|root|go\/src|var\/www\/html|var\/www|var\/task|(?:home|Users)\/[^/]{1,100}|_)(?=\/)/;
/** Languages whose files are printed as package and name; the compiler of Java demands the same folders. */
const PACKAGED = /\.(?:java|kts?|scala|sc|groovy|gvy|cljc?)$/;
/** Folders below which packages begin; the common part of their names may be left out. */
const SOURCE_ROOT = /^(?:src|app|source|java|kotlin|scala\w{0,10}|groovy|clojure|\w{1,30}Main)$/;

/** Derives paths of a repository by their ends, the longest first; what it gives is always one of its files. */
export function placesIn({ files, include, modules }: Repository): Places {
  const byName = new Map<string, Path[]>();
  const own = files.filter((path) => include.some((glob) => globMatches(glob, path)));
  for (const path of own) {
    const parts = path.split("/");
    const key = parts.at(-1)!.toLowerCase();
    const same = byName.get(key);
    if (same) same.push(parts);
    else byName.set(key, [parts]);
  }
  const all = new Set(own);
  const known = new Map<string, string | null>();
  return (file, { library }) => {
    const key = `${library}${file}`;
    let path = known.get(key);
    if (path === undefined) {
      path = (library ? null : ofModule(file, { modules, all })) ?? bySuffix(file, { byName, library });
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(key, path);
    }
    return path;
  };
}

/** A Go file whose path has a module's name in it. */
function ofModule(
  file: string,
  { modules, all }: { readonly modules: readonly GoModule[]; readonly all: ReadonlySet<string> },
): string | null {
  if (!file.endsWith(".go") || file.length > LONGEST) return null;
  const printed = `/${file.replaceAll("\\", "/")}`;
  const found = new Set(modules.flatMap(({ folder, name }) => {
    const at = printed.lastIndexOf(`/${name}/`);
    const path = at < 0 ? null : `${folder}${printed.slice(at + name.length + 2)}`;
    return path !== null && all.has(path) ? [path] : [];
  }));
  return found.size === 1 ? [...found][0]! : null;
}

function bySuffix(
  file: string,
  { byName, library }: { readonly byName: ReadonlyMap<string, readonly Path[]>; readonly library: boolean },
): string | null {
  const printed = library ? installed(file) : partsOf(file);
  if (printed === null || printed.length === 0) return null;
  // File systems of Windows ignore case.
  const same = /^(?:file:\/\/\/?)?[A-Za-z]:[\\/]|\\/.test(file) ? isSameName : isEqual;
  let longest = 0;
  let hits: Path[] = [];
  for (const path of byName.get(printed.at(-1)!.toLowerCase()) ?? []) {
    const length = commonEnd(path, printed, same);
    if (length > longest) [longest, hits] = [length, [path]];
    else if (length === longest && length > 0) hits.push(path);
  }
  if (hits.length !== 1) return null;
  const [hit] = hits;
  const whole = longest === printed.length;
  if (library) return whole && longest > 1 ? hit!.join("/") : null;
  return isSure(hit!, { printed, longest }) ? hit!.join("/") : null;
}

/** Whether the only file with that end is the one that was printed, and not one that shares its name. */
function isSure(hit: Path, { printed, longest }: { readonly printed: Path; readonly longest: number }): boolean {
  if (longest === printed.length) return true;
  const name = printed.at(-1)!;
  if (PACKAGED.test(name)) {
    return !name.endsWith(".java") && SOURCE_ROOT.test(hit[hit.length - longest - 1] ?? "src");
  }
  if (longest > 1 || hit.length === 1 || !USUAL_NAME.test(name)) return true;
  return withoutRoot(printed) === name;
}

function withoutRoot(printed: Path): string {
  return printed.join("/").replace(ROOT, "").replace(/^\//, "");
}

/** Parts of a path as printed, without scheme, host, drive, query and dots; null for what is no path. */
function partsOf(file: string): Path | null {
  // deno-lint-ignore no-control-regex
  if (file.length > LONGEST || /^[<[]|[\x00-\x1f]/.test(file)) return null;
  let path = file.replaceAll("\\", "/");
  const url = /^[a-z][a-z0-9+.-]{1,30}:\/\/[^/]{0,200}\/?/i.exec(path);
  if (url) path = decoded(path.slice(url[0].length).split(/[?#]/, 1)[0]!);
  // A Dart package's name stands for its folder `lib`.
  path = path.replace(/^package:[^/]{1,100}\//, "lib/").replace(/^[A-Za-z]:(?=\/)/, "");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A Python package's own path, where the program was installed like a library. */
function installed(file: string): Path | null {
  const parts = partsOf(file);
  const at = parts?.findLastIndex((part) => part === "site-packages" || part === "dist-packages") ?? -1;
  return at < 0 ? null : parts!.slice(at + 1);
}

type Same = (a: string, b: string) => boolean;
const isEqual: Same = (a, b) => a === b;
const isSameName: Same = (a, b) => a.toLowerCase() === b.toLowerCase();

function commonEnd(a: Path, b: Path, same: Same): number {
  let length = 0;
  while (length < a.length && length < b.length && same(a.at(-1 - length)!, b.at(-1 - length)!)) length++;
  return length;
}
