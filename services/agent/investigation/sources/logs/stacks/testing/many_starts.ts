/** Runs that may be longer than this take time when they can begin at many places. */
const SHORT = 20;

const ATOM = String.raw`(?:\.|\\[a-zA-Z]|\[(?:\\.|[^\]\\])+\]|\\?[^\\()|])`;
const RUN = new RegExp(`(${ATOM})(?:[*+]|\\{\\d+,(\\d*)\\})`, "g");

/**
 * Long runs of a pattern that can begin at many places of one line, so that the time to try them grows with the square
 * of its length: those whose characters also make up all that must stand before them, back to the run before or, without
 * `^`, to any place of the line.
 */
export function manyStarts(pattern: RegExp): string[] {
  return alternatives(pattern.source).flatMap((source) => {
    const found: string[] = [];
    let before: RegExp | null = source.startsWith("^") ? null : /[^]/;
    let from = 0;
    for (const match of source.matchAll(RUN)) {
      const most = match[2] === undefined || match[2] === "" ? Infinity : Number(match[2]);
      if (most <= SHORT) continue;
      const run = new RegExp(`^${match[1]}$`);
      const between = [...required(source.slice(from, match.index))];
      if (before !== null && !between.some((char) => !before!.test(char) || !run.test(char))) found.push(match[0]);
      before = run;
      from = match.index + match[0].length;
    }
    return found;
  });
}

/** The alternatives of a pattern, those within groups left together. */
function alternatives(source: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [token] of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[^]/g)) {
    if (token === "(") depth++;
    if (token === ")") depth--;
    if (token === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += token;
  }
  return parts;
}

/** Characters that stand in a part of a pattern whatever is left out of it. */
function required(part: string): string {
  const hide = (_: string, char: string) => String.fromCharCode(HIDDEN + char.charCodeAt(0));
  return part
    .replaceAll(/\[(?:\\.|[^\]\\])+\](?:[?*+]|\{[^}]*\})?|\\[a-zA-Z](?:[?*+]|\{[^}]*\})?/g, "")
    .replaceAll(/\\(\W)/g, hide)
    .replaceAll(/\((?:\?:)?[^()]*\)\?/g, "")
    .replaceAll(/[^()|](?:[?*]|\{0,\d*\})/g, "")
    .replaceAll(/\(\?[:=!]|\{[^}]*\}|[()|^$.+]/g, "")
    .replaceAll(/[\ue000-\ue07f]/g, (char) => String.fromCharCode(char.charCodeAt(0) - HIDDEN));
}

/** Where characters that were escaped stand meanwhile. */
const HIDDEN = 0xe000;
