import { ToolError } from "../../tool_error.ts";

/** Files that hold credentials by custom; never read, whatever the configuration says. */
const CREDENTIALS =
  /(^|\/)(\.[^/]*|.*\.(pem|key|p12|pfx|jks|keystore|kdbx)|id_(rsa|dsa|ecdsa|ed25519).*|.*secrets?(\.[^/]*)?)($|\/)/i;

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
  const odd = plain === "" || plain.startsWith("/") || /^[a-z]+:/i.test(plain) || plain.includes("\\") ||
    // deno-lint-ignore no-control-regex
    /[\x00-\x1f]/.test(plain) || plain.split("/").some((part) => part === ".." || part === "." || part === "");
  if (odd) throw new ToolError("refused", `${JSON.stringify(path)} is not a path inside the repository`);
  const may = allowed.include.some((glob) => globMatches(glob, plain)) &&
    !allowed.exclude.some((glob) => globMatches(glob, plain)) && !CREDENTIALS.test(plain);
  if (!may) {
    throw new ToolError("refused", `${plain} is not among the files that this service's description lets be read`);
  }
  return plain;
}

/** Whether `path` matches `glob`: `*` within a folder, `**` across folders, `?` one character. */
export function globMatches(glob: string, path: string): boolean {
  let pattern = "";
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]!;
    if (glob.startsWith("**/", i)) {
      pattern += "(?:[^/]+/)*";
      i += 2;
    } else if (glob.startsWith("**", i)) {
      pattern += ".*";
      i += 1;
    } else if (char === "*") pattern += "[^/]*";
    else if (char === "?") pattern += "[^/]";
    else pattern += char.replace(/[.+^${}()|[\]\\]/, "\\$&");
  }
  return new RegExp(`^${pattern}$`).test(path);
}
