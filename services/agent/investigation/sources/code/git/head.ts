import { GitError } from "./limits.ts";

/** The folder with the history of the checkout at `root`. @throws {GitError} when it has none of its own. */
export async function gitFolder(root: string): Promise<string> {
  const path = `${root}/.git`;
  let info: Deno.FileInfo;
  try {
    info = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new GitError("it has no .git folder");
    throw error;
  }
  if (info.isSymlink) throw new GitError("its .git is a symbolic link, which is not followed");
  if (!info.isDirectory) {
    throw new GitError("its .git is a file: a linked worktree or submodule, whose history is kept elsewhere");
  }
  return path;
}

/** Id of the commit that is checked out. @throws {GitError} when there is none. */
export async function headCommit(gitDir: string): Promise<string> {
  const head = (await small(`${gitDir}/HEAD`))?.trim();
  if (head === undefined) throw new GitError("its .git has no HEAD");
  let ref = head;
  // A symbolic ref can name another one.
  for (let depth = 0; depth < 5; depth++) {
    if (/^[0-9a-f]{40}$/.test(ref)) return ref;
    if (/^[0-9a-f]{64}$/.test(ref)) throw new GitError("its objects have SHA-256 names, which are not read");
    const [, name] = /^ref: (refs\/[^\0]{1,500})$/.exec(ref) ?? [];
    if (name === undefined || name.split("/").some((part) => part === "" || part.startsWith("."))) {
      throw new GitError("its HEAD names no branch or commit that can be read (reftables are not)");
    }
    const loose = (await small(`${gitDir}/${name}`))?.trim();
    const found = loose ?? await packedRef(gitDir, name);
    if (found === undefined) throw new GitError(`its branch ${name.replace("refs/heads/", "")} has no commit yet`);
    ref = found;
  }
  throw new GitError("its HEAD leads through too many refs");
}

/** Commits whose parents a shallow clone left out. */
export async function shallowCommits(gitDir: string): Promise<ReadonlySet<string>> {
  return new Set((await small(`${gitDir}/shallow`))?.split("\n").filter((line) => line !== ""));
}

async function packedRef(gitDir: string, name: string): Promise<string | undefined> {
  const refs = await small(`${gitDir}/packed-refs`);
  const line = refs?.split("\n").find((line) => line.endsWith(` ${name}`) && !line.startsWith("#"));
  return line?.slice(0, line.indexOf(" "));
}

/** A file of at most 8 MB; undefined when there is none. */
async function small(path: string): Promise<string | undefined> {
  try {
    const { size, isFile } = await Deno.stat(path);
    if (!isFile) return undefined;
    if (size > 8 * 1024 * 1024) throw new GitError(`${path} is larger than 8 MB`);
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
