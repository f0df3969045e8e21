import type { Commit, History } from "../source.ts";
import { parseCommit, type ParsedCommit } from "./commit.ts";
import { gitFolder, headCommit, shallowCommits } from "./head.ts";
import { GitError, MAX_COMMITS, MAX_MS } from "./limits.ts";
import { type Objects, openObjects } from "./objects.ts";

/** Most of a history that is read. */
export interface HistoryOptions {
  readonly signal: AbortSignal;
  /** Most commits reported. */
  readonly most: number;
  /** Most commits read. */
  readonly maxCommits?: number;
  readonly maxMs?: number;
}

/**
 * The newest commits before HEAD that touched `path`, as `git log -- path` finds them: where a parent has the same
 * content, only that parent is followed. No program is run and nothing but `.git` is read.
 *
 * @throws {GitError} when the checkout has no history that can be read.
 */
export async function fileHistory(root: string, path: string, options: HistoryOptions): Promise<History> {
  const gitDir = await gitFolder(root);
  const head = await headCommit(gitDir);
  const shallow = await shallowCommits(gitDir);
  using objects = await openObjects(gitDir);
  return await walk(objects, { head, shallow, path, ...options });
}

interface Walk extends HistoryOptions {
  readonly head: string;
  readonly shallow: ReadonlySet<string>;
  readonly path: string;
}

async function walk(objects: Objects, options: Walk): Promise<History> {
  const { head, shallow, path, signal, most, maxCommits = MAX_COMMITS, maxMs = MAX_MS } = options;
  const deadline = performance.now() + maxMs;
  const first = await commit(objects, head);
  if (first === undefined) throw new GitError("the commit that is checked out is missing from its .git");
  const parts = path.split("/");
  const found: Commit[] = [];
  const seen = new Set([head]);
  // Newest first.
  const open = [{ commit: first, entry: await entryAt(objects, first.tree, parts) }];
  if (open[0]!.entry === null) {
    return { commits: [], note: `the commit that is checked out, ${head.slice(0, 10)}, has no ${path}` };
  }
  let note: string | null = null;
  for (let looked = 0; open.length > 0 && found.length < most; looked++) {
    signal.throwIfAborted();
    if (looked >= maxCommits || performance.now() > deadline) {
      note = `only the newest ${looked} commits were looked through for ${path}`;
      break;
    }
    const { commit: current, entry } = open.shift()!;
    if (shallow.has(current.id)) {
      note = `the checkout is a shallow clone: what touched ${path} before ${current.told.sha} is not in it`;
      continue;
    }
    const parents: { commit: ParsedCommit; entry: string | null }[] = [];
    for (const id of current.parents) {
      const parent = await commit(objects, id);
      if (parent === undefined) throw new GitError(`commit ${id.slice(0, 10)} is missing from its .git`);
      parents.push({ commit: parent, entry: await entryAt(objects, parent.tree, parts) });
    }
    const same = parents.find((parent) => parent.entry === entry);
    if (same === undefined && (parents.length > 0 || entry !== null)) found.push(current.told);
    for (const next of same === undefined ? parents : [same]) {
      if (seen.has(next.commit.id)) continue;
      seen.add(next.commit.id);
      const place = open.findIndex((other) => other.commit.time < next.commit.time);
      open.splice(place < 0 ? open.length : place, 0, next);
    }
  }
  return { commits: found, note };
}

async function commit(objects: Objects, id: string): Promise<ParsedCommit | undefined> {
  const object = await objects.read(id);
  return object && parseCommit(id, object);
}

/** Id and mode of what a tree has at a path; null when it has nothing there. */
async function entryAt(objects: Objects, tree: string, parts: readonly string[]): Promise<string | null> {
  let id = tree;
  for (const [index, part] of parts.entries()) {
    const object = await objects.read(id);
    if (object === undefined) throw new GitError("a folder of its history is missing from its .git");
    if (object.type !== "tree") throw new GitError("a folder of its history is damaged");
    const entry = entryOf(object.data, part);
    if (entry === null) return null;
    if (index === parts.length - 1) return `${entry.mode} ${entry.id}`;
    if (entry.mode !== "40000") return null;
    id = entry.id;
  }
  return id;
}

function entryOf(tree: Uint8Array, name: string): { mode: string; id: string } | null {
  const wanted = new TextEncoder().encode(name);
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(0x20, at);
    const end = tree.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > tree.length) throw new GitError("a folder of its history is damaged");
    if (end - space - 1 === wanted.length && wanted.every((byte, i) => byte === tree[space + 1 + i])) {
      const mode = new TextDecoder().decode(tree.subarray(at, space));
      return { mode, id: tree.subarray(end + 1, end + 21).toHex() };
    }
    at = end + 21;
  }
  return null;
}
