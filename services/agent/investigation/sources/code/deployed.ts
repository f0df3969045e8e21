import { ToolError } from "../../tool_error.ts";
import type { CodeFile, CodeSource } from "./source.ts";

/** What tells which commit runs: in words, texts in which it stands, the most likely first. */
export type Deployed = (signal: AbortSignal) => Promise<readonly string[]>;

/** Code at the commit that is deployed, as far as that is known and in the repository; else as it is configured. */
export function deployedCode(open: (ref: string | undefined) => CodeSource, deployed: Deployed): CodeSource {
  let known: Promise<readonly string[]> | undefined;
  const refs = (signal: AbortSignal) =>
    known ??= deployed(signal).then((texts) => [...new Set(texts.flatMap(refsIn))].slice(0, 4), () => []);
  const atFirst = async <T>(signal: AbortSignal, ask: (source: CodeSource) => Promise<T>): Promise<T> => {
    for (const ref of await refs(signal)) {
      try {
        return await ask(open(ref));
      } catch (error) {
        // A tag of an image need not be one of the repository.
        if (!(error instanceof ToolError) || error.code !== "not_found") throw error;
      }
    }
    return await ask(open(undefined));
  };
  return {
    name: open(undefined).name,
    read: (path, signal): Promise<CodeFile> => atFirst(signal, (source) => source.read(path, signal)),
    files: (signal) => atFirst(signal, (source) => source.files(signal)),
    commits: (path, signal) => atFirst(signal, (source) => source.commits(path, signal)),
  };
}

/** What a label's value may stand for in a repository: a commit, a tag, the tag of an image, or a commit in one. */
export function refsIn(text: string): string[] {
  const value = text.trim().slice(0, 300);
  if (value === "" || /^(?:unknown|latest|none|dev|dirty|\(devel\))$/i.test(value)) return [];
  const tag = /^[\w.-]+(?:[:/][\w./:-]*)?@sha256:/.test(value)
    ? ""
    : value.includes("/")
    ? value.slice(value.lastIndexOf("/") + 1).split(":")[1] ?? ""
    : value.replace(/^\w[\w.-]{0,100}:/, "");
  const inside = /(?:^|[-_.+g])([0-9a-f]{7,40})(?:-dirty)?$/.exec(tag)?.[1];
  const isCommit = inside !== undefined && /\d/.test(inside);
  return [
    ...(isCommit && inside.length === tag.length ? [] : tag === "" ? [] : [tag]),
    ...(isCommit ? [inside] : []),
    ...(/^\d+\.\d+/.test(tag) ? [`v${tag}`] : []),
  ].filter((ref) => /^[\w][\w./+-]{0,100}$/.test(ref));
}
