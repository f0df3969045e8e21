/** How many marks are looked at: behind each the rest of the text may be read. */
const MOST = 32;

/** The first matches of a global pattern. */
export function matchesOf(text: string, pattern: RegExp): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  for (const match of text.matchAll(pattern)) {
    if (found.push(match as RegExpExecArray) >= MOST) break;
  }
  return found;
}
