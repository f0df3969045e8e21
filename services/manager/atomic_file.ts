/**
 * Replaces `path` with `text` so that a reader sees the old content or the new, never a part: written beside it, then
 * renamed over it.
 */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  Deno.writeTextFileSync(temporary, text);
  Deno.renameSync(temporary, path);
}
