/** Where npx keeps a program, or why it cannot be had, in one line. */
export type NpmProgram = { readonly path: string } | { readonly why: string };

/** How long npx may take to look into its cache, and to fetch a package with all that it needs; in milliseconds. */
const LOOK_MS = 60_000;
const FETCH_MS = 240_000;

/** npm's own patience with a registry that does not answer is minutes. */
const FETCH_ENV = { npm_config_fetch_retries: "1", npm_config_fetch_timeout: "20000" };

const found = new Map<string, Promise<NpmProgram>>();

/** The program `name` of an npm package: what npx has in its cache, else fetched now; looked for once in a process. */
export function npmProgram(pkg: string, name: string): Promise<NpmProgram> {
  const key = `${pkg} ${name}`;
  if (!found.has(key)) found.set(key, find(pkg, name));
  return found.get(key)!;
}

async function find(pkg: string, name: string): Promise<NpmProgram> {
  const cached = await npx(["--offline"], { pkg, name, timeoutMs: LOOK_MS, env: {} });
  return "path" in cached ? cached : await npx([], { pkg, name, timeoutMs: FETCH_MS, env: FETCH_ENV });
}

interface Look {
  readonly pkg: string;
  readonly name: string;
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Has npx put the package's programs on PATH, and asks the shell where this one is. */
async function npx(flags: readonly string[], { pkg, name, timeoutMs, env }: Look): Promise<NpmProgram> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const { success, stdout, stderr } = await new Deno.Command("npx", {
      args: ["-y", ...flags, `--package=${pkg}`, "-c", `command -v ${name}`],
      env: { ...env },
      stdin: "null",
      signal: abort.signal,
    }).output();
    const path = new TextDecoder().decode(stdout).trim();
    if (success && path !== "") return { path };
    if (abort.signal.aborted) return { why: `npx has not fetched ${pkg} within ${timeoutMs / 1000} s` };
    return { why: `npx cannot fetch ${pkg}: ${reasonIn(new TextDecoder().decode(stderr))}` };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { why: "there is no npx on PATH" };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** npm's line about the request that failed, else its first. */
function reasonIn(said: string): string {
  const lines = said.split("\n").map((line) => line.replace(/^npm (error|ERR!) /, "").trim()).filter((line) =>
    line !== ""
  );
  return lines.find((line) => /reason:|not found|no matching/i.test(line)) ?? lines[0] ?? "it gave no reason";
}
