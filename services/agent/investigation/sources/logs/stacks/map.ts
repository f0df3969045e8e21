import { isLibraryPath } from "./library.ts";
import type { Frame, FrameRule, StackFrame } from "./types.ts";

/** The path in the repository that `file` stands for, or null when no rule matches. */
export function repositoryPath(file: string, rules: readonly FrameRule[]): string | null {
  for (const { pattern, path } of rules) {
    // On Windows a path is printed with its own separators.
    const match = new RegExp(pattern).exec(file) ?? new RegExp(pattern).exec(file.replaceAll("\\", "/"));
    if (match) return path.replaceAll(/\$(\d)/g, (_, index) => match[Number(index)] ?? "");
  }
  return null;
}

/** Derives the path in the repository from a file as printed. */
type Derive = (file: string, options: { readonly library: boolean }) => string | null;

/**
 * Frames that have a place, with the repository's paths: by the rules, and where none of them matches any frame, as
 * `derive` finds them. A library's is in the repository only where no other frame is: a rule for the program's folder
 * also matches the packages that are installed in it.
 */
export function mapFrames(
  frames: readonly StackFrame[],
  rules: readonly FrameRule[],
  { derive }: { readonly derive?: Derive | undefined } = {},
): Frame[] {
  const mapped = frames.flatMap(({ file, line, function: name, column, library }) => {
    if (file === null || line === null) return [];
    const path = repositoryPath(file, rules);
    return [{ name, file, line, column, library: library || (path !== null && isLibraryPath(path)), path }];
  });
  const ruled = derive === undefined || mapped.some(({ path }) => path !== null);
  const placed = ruled ? mapped : mapped.map((one) => ({ ...one, path: derive(one.file, one) }));
  const own = placed.some(({ library, path }) => !library && path !== null);
  return placed.map(({ name, file, line, column, library, path }) => {
    const kept = library && own ? null : path;
    const at = { function: name, file: kept ?? file, line, ...(column === undefined ? {} : { column }) };
    return {
      ...at,
      in_repository: kept !== null,
      ...(ruled || kept === null || kept === file ? {} : { printed: file }),
    };
  });
}
