import type { Frame, FrameRule, StackFrame } from "./types.ts";

/** The path in the repository that `file` stands for, or null when no rule matches. */
export function repositoryPath(file: string, rules: readonly FrameRule[]): string | null {
  for (const { pattern, path } of rules) {
    const match = new RegExp(pattern).exec(file);
    if (match) return path.replaceAll(/\$(\d)/g, (_, index) => match[Number(index)] ?? "");
  }
  return null;
}

/** Frames that have a place, with the repository's paths. */
export function mapFrames(frames: readonly StackFrame[], rules: readonly FrameRule[]): Frame[] {
  return frames.flatMap(({ file, line, function: name, column }) => {
    if (file === null || line === null) return [];
    const path = repositoryPath(file, rules);
    const at = { function: name, file: path ?? file, line, ...(column === undefined ? {} : { column }) };
    return [{ ...at, in_repository: path !== null }];
  });
}
