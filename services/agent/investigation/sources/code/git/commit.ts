import type { Commit } from "../source.ts";
import { GitError } from "./limits.ts";
import type { GitObject } from "./stored_object.ts";

/** A commit as far as a file's history needs it. */
export interface ParsedCommit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** Unix seconds at which it was committed; history is gone through by it. */
  readonly time: number;
  readonly told: Commit;
}

/** Reads a commit object; an author's e-mail address is left behind here. @throws {GitError} */
export function parseCommit(id: string, object: GitObject): ParsedCommit {
  const text = new TextDecoder().decode(object.data);
  const end = text.indexOf("\n\n");
  const headers = (end < 0 ? text : text.slice(0, end)).split("\n");
  const all = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((l) => l.slice(name.length + 1));
  const [tree] = all("tree");
  if (object.type !== "commit" || !tree) throw new GitError("a commit of the history is damaged");
  const [author, committer] = [person(all("author")[0]), person(all("committer")[0])];
  const title = end < 0 ? "" : text.slice(end + 2).trimStart().split("\n", 1)[0]!;
  return {
    id,
    tree,
    parents: all("parent"),
    time: committer.time ?? author.time ?? 0,
    told: {
      sha: id.slice(0, 10),
      at: author.time === null ? "" : new Date(author.time * 1000).toISOString(),
      author: author.name,
      title: plain(title).slice(0, 200),
    },
  };
}

function person(line = ""): { name: string; time: number | null } {
  const [, name = "", seconds] = /^([^<]*)<[^>]*> (-?\d{1,11})(?: |$)/.exec(line) ?? [];
  const told = plain(name).trim().slice(0, 100);
  // Some people's name is their address.
  return { name: told === "" || told.includes("@") ? "unknown" : told, time: seconds ? Number(seconds) : null };
}

function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\x00-\x1f\x7f]/g, " ");
}
