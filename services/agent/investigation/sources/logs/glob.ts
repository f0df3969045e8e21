import { ToolError } from "../../tool_error.ts";
import { globMatches } from "../code/paths.ts";
import type { LogRead, Logs } from "./entry.ts";
import { fileLogs } from "./file.ts";
import type { Growth } from "./growth.ts";
import type { LineFormat } from "./lines.ts";

/** Files that are read at most; of more the newest. */
const MOST_FILES = 20;
const MOST_SEEN = 10_000;
const DEEPEST = 8;

/** Log files by paths and patterns (`*`, `**`, `?`, `{a,b}`), relative to `folder` or the working directory. */
export function globLogs(
  paths: readonly string[],
  format: LineFormat,
  deps: { readonly now: () => Date; readonly growth: Growth; readonly folder?: string | undefined },
): Logs {
  const { folder } = deps;
  const full = paths.map((path) =>
    folder === undefined || path.startsWith("/") ? path : `${folder.replace(/(?<!\/)\/+$/, "")}/${path}`
  );
  const [only] = full;
  if (full.length === 1 && !isGlob(only!)) return fileLogs(only!, format, deps);
  return {
    async read(reading) {
      const since = deps.now().getTime() - reading.seconds * 1000;
      const { files, left } = await filesOf(full, since);
      if (files.length === 0) {
        const all = full.join(", ");
        if (left > 0) return nothingNew(all, reading.seconds);
        throw new ToolError("not_found", `log ${all}: there is no such file`);
      }
      const answers = await Promise.allSettled(files.map((path) => fileLogs(path, format, deps).read(reading)));
      return joined(full, { files, answers });
    },
  };
}

function isGlob(path: string): boolean {
  return /[*?{[]/.test(path);
}

function nothingNew(all: string, seconds: number): LogRead {
  return {
    entries: [],
    from: all,
    limited: false,
    seen: 0,
    missing: [],
    notes: [`nothing was written to ${all} in the last ${seconds} s`],
  };
}

function joined(
  paths: readonly string[],
  { files, answers }: { readonly files: readonly string[]; readonly answers: readonly PromiseSettledResult<LogRead>[] },
): LogRead {
  const read = answers.flatMap((answer) => answer.status === "fulfilled" ? [answer.value] : []);
  const failed = answers.flatMap((answer) => answer.status === "rejected" ? [answer.reason] : []);
  if (read.length === 0) throw failed[0];
  return {
    entries: read.flatMap(({ entries }) => entries).toSorted((a, b) =>
      (Date.parse(a.at ?? "") || 0) - (Date.parse(b.at ?? "") || 0)
    ),
    from: files.length === 1 ? files[0]! : `${files.length} files of ${paths.join(", ")}`,
    limited: read.some(({ limited }) => limited),
    seen: read.reduce((sum, { seen = 0 }) => sum + seen, 0),
    missing: [
      ...read.flatMap(({ missing = [] }) => missing),
      ...failed.map((error) => error instanceof ToolError ? error.message : "a file could not be read"),
    ],
    // What one of several files does not have is no news.
    notes: read.flatMap(({ notes = [] }) => notes).filter((note) => !/has no lines of the last/.test(note)),
  };
}

/** Files that were written to since then, the newest first, and how many others there are. */
async function filesOf(paths: readonly string[], since: number): Promise<{ files: string[]; left: number }> {
  const found = new Map<string, number>();
  for (const path of paths) {
    if (!isGlob(path)) {
      found.set(path, Infinity);
      continue;
    }
    const parts = path.split("/");
    const first = parts.findIndex(isGlob);
    const base = parts.slice(0, first).join("/") || (path.startsWith("/") ? "/" : ".");
    await walk(base, { pattern: path, deep: path.includes("**") ? DEEPEST : parts.length - first, found });
  }
  const fresh = [...found].filter(([, written]) => written >= since).sort(([, a], [, b]) => b - a).map(([path]) =>
    path
  );
  return { files: fresh.slice(0, MOST_FILES), left: found.size - fresh.length };
}

async function walk(
  folder: string,
  { pattern, deep, found }: { readonly pattern: string; readonly deep: number; readonly found: Map<string, number> },
): Promise<void> {
  if (deep <= 0 || found.size > MOST_SEEN) return;
  const prefix = folder === "." ? "" : folder === "/" ? "/" : `${folder}/`;
  let entries: AsyncIterable<Deno.DirEntry>;
  try {
    entries = Deno.readDir(folder);
    for await (const { name, isDirectory } of entries) {
      const path = `${prefix}${name}`;
      if (isDirectory) await walk(path, { pattern, deep: deep - 1, found });
      else if (globMatches(pattern, path)) {
        const { isFile, mtime } = await Deno.stat(path);
        if (isFile) found.set(path, mtime?.getTime() ?? 0);
      }
    }
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return;
    throw new ToolError("refused", `log ${pattern}: ${folder} may not be read by this agent`, { cause });
  }
}
