import { ToolError } from "../../tool_error.ts";
import { fileHistory } from "./git/history.ts";
import { GitError } from "./git/limits.ts";
import { listFiles } from "./listing.ts";
import { type CodeSource, MAX_FILE, MOST_COMMITS } from "./source.ts";

/** Code in the local checkout at `root`, a folder inside the working directory. */
export function checkoutCode(root: string): CodeSource {
  const base = root.replace(/(?<!\/)\/+$/, "") || ".";
  return {
    name: `checkout ${base}`,
    async read(path) {
      const full = `${base}/${path}`;
      try {
        const info = await Deno.stat(full);
        if (!info.isFile) throw new ToolError("not_found", `${path} is not a file`);
        if (info.size > MAX_FILE) throw new ToolError("refused", `${path} is larger than ${MAX_FILE} bytes`);
        if (await hasLink(base, path)) throw new ToolError("refused", `${path} leads through a symbolic link`);
        return { path, text: await Deno.readTextFile(full), ref: "working copy" };
      } catch (cause) {
        throw explain(path, base, cause);
      }
    },
    files: (signal) => listFiles(base, signal),
    async commits(path, signal) {
      try {
        return await fileHistory(base, path, { signal, most: MOST_COMMITS });
      } catch (cause) {
        if (signal.aborted) throw cause;
        throw new ToolError("not_found", `who changed ${path} is not known: ${historyReason(base, cause)}`, { cause });
      }
    },
  };
}

async function hasLink(base: string, path: string): Promise<boolean> {
  let current = base;
  for (const part of path.split("/")) {
    current += `/${part}`;
    if ((await Deno.lstat(current)).isSymlink) return true;
  }
  return false;
}

function explain(path: string, base: string, cause: unknown): unknown {
  if (cause instanceof ToolError) return cause;
  if (cause instanceof Deno.errors.NotFound) {
    return new ToolError("not_found", `there is no ${path} under CODE_ROOT (${base})`, { cause });
  }
  if (cause instanceof Deno.errors.NotCapable || cause instanceof Deno.errors.PermissionDenied) {
    return new ToolError("refused", `${path} under CODE_ROOT (${base}) may not be read by this agent`, { cause });
  }
  return new ToolError("bad_answer", `${path} under CODE_ROOT (${base}) cannot be read`, { cause });
}

function historyReason(base: string, cause: unknown): string {
  const where = `the checkout's history (CODE_ROOT ${base})`;
  if (cause instanceof GitError) return `${where} cannot be told, ${cause.message}`;
  const refused = cause instanceof Deno.errors.NotCapable || cause instanceof Deno.errors.PermissionDenied;
  return refused ? `${where} may not be read by this agent` : `${where} cannot be read`;
}
