import { ToolError } from "../../tool_error.ts";

/** Most files of a repository that are listed; of more it is not known which file is the only one of its name. */
export const MOST_FILES = 50_000;
const MOST_FOLDERS = 20_000;
const DEEPEST = 40;

/** Folders of dependencies and of what a build makes. */
const LEFT_OUT = new Set(["node_modules", "bower_components", "vendor", "target", "build", "dist", "__pycache__"]);

/** Whether a folder or file holds no source of the program: hidden, installed or built. */
export function isLeftOut(name: string): boolean {
  return name.startsWith(".") || LEFT_OUT.has(name);
}

/**
 * Paths of the files below `base`, without what {@linkcode isLeftOut} names; no link is followed.
 *
 * @throws {ToolError} `refused` when there are too many.
 */
export async function listFiles(base: string, signal: AbortSignal): Promise<string[]> {
  const files: string[] = [];
  const folders = [""];
  // The list grows while it is read.
  for (const folder of folders) {
    signal.throwIfAborted();
    for await (const { name, isFile, isDirectory, isSymlink } of Deno.readDir(`${base}/${folder}`)) {
      if (isSymlink || isLeftOut(name)) continue;
      if (isFile) files.push(`${folder}${name}`);
      else if (isDirectory && folder.split("/").length <= DEEPEST) folders.push(`${folder}${name}/`);
    }
    if (files.length > MOST_FILES || folders.length > MOST_FOLDERS) throw tooMany();
  }
  return files;
}

/** The refusal of a repository that is too large to be listed. */
export function tooMany(): ToolError {
  return new ToolError("refused", `the repository has more than ${MOST_FILES} files`);
}
