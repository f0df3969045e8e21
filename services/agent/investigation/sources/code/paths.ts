import picomatch from "picomatch";
import { ToolError } from "../../tool_error.ts";

/** Files that hold credentials by custom; never read, whatever the configuration says. */
const CREDENTIALS =
  /(^|\/)(\.[^/]*|[^/]*\.(pem|key|p12|pfx|jks|keystore|kdbx)|id_(rsa|dsa|ecdsa|ed25519)[^/]*|[^/]*secrets?(\.[^/]*)?)($|\/)/i;

/** What of a repository may be read. */
export interface Allowed {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * A path of the repository in its plain form.
 *
 * @throws {ToolError} `refused` when it leaves the repository or may not be read.
 */
export function allowedPath(path: string, allowed: Allowed): string {
  const plain = path.trim().replace(/^\.\//, "");
  if (isOdd(plain)) throw new ToolError("refused", `${JSON.stringify(path)} is not a path inside the repository`);
  const may = allowed.include.some((glob) => globMatches(glob, plain)) &&
    !allowed.exclude.some((glob) => globMatches(glob, plain, { anyForm: true })) && !CREDENTIALS.test(anyForm(plain));
  if (!may) {
    throw new ToolError("refused", `${plain} is not among the files that this service's description lets be read`);
  }
  return plain;
}

/** Whether a path is no plain one: it leaves the repository, names another system's root, or hides what it is. */
function isOdd(path: string): boolean {
  return path === "" || path.startsWith("/") || path.startsWith("~") || /^[a-z]+:/i.test(path) || path.includes("\\") ||
    // Control characters, and those that are not seen or that turn the direction of what follows.
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path) ||
    path.split("/").some((part) => part === ".." || part === "." || part === "" || part !== part.trim());
}

/** The same for each way to write a name that some file system takes for the same file: case, and accents in parts. */
function anyForm(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC");
}

type Matcher = (path: string) => boolean;
const compile: (glob: string, options: Readonly<Record<string, boolean>>) => Matcher = picomatch;
const matchers = new Map<string, Matcher>();

/**
 * Whether `path` matches `glob`: `*` within a folder, `**` across folders, `?` one character, `{a,b}` one of them. Files whose
 * names begin with a dot are files like others. `anyForm` compares names as a file system does that ignores case.
 */
export function globMatches(glob: string, path: string, options?: { readonly anyForm: boolean }): boolean {
  const [pattern, name] = options?.anyForm ? [anyForm(glob), anyForm(path)] : [glob, path];
  let matches = matchers.get(pattern);
  if (matches === undefined) {
    // What begins with `!` would let everything else be read, and `+(a|b)` is a regular expression in disguise.
    matches = compile(pattern, { dot: true, nonegate: true, noextglob: true, posixSlashes: true, strictSlashes: true });
    matchers.set(pattern, matches);
  }
  return matches(name);
}
