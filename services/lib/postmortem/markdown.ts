/**
 * Text that comes from outside, as Markdown that shows it as it is: nothing in it becomes a link, an image, HTML or a
 * heading. On one line.
 */
export function inline(text: unknown): string {
  return escaped(oneLine(text))
    // What would begin a heading, a list, a quotation or a line under one.
    .replace(/^[#>+=-]/, "\\$&").replace(/^(\d+)([.)])/, "$1\\$2");
}

/** Code that a text marks as such, and addresses with the command that asks them. */
const CODE = /`([^`\n]+)`|((?:\bcurl(?: +-[\w-]+)* +)?"?\b(?:https?|ftp):\/\/[^\s"'<>`()]*[^\s"'<>`(),.;:!?]"?)/gi;

/** Like {@linkcode inline}, but with commands, addresses and text between backticks as code, to be copied. */
export function prose(text: unknown): string {
  const line = oneLine(text);
  let shown = "";
  let from = 0;
  for (const found of line.matchAll(CODE)) {
    shown += escaped(line.slice(from, found.index));
    // Two spans that touch would be one.
    if (shown.endsWith("`") && !shown.endsWith("\\`")) shown += " ";
    shown += code(found[1] ?? found[2]) || escaped(found[0]);
    from = found.index + found[0].length;
  }
  shown += escaped(line.slice(from));
  return shown.replace(/^[#>+=-]/, "\\$&").replace(/^(\d+)([.)])/, "$1\\$2");
}

/** Like {@linkcode prose}, line by line, for an item of a list. */
export function lines(text: unknown): string {
  return String(text ?? "").split(/\r?\n/).map(prose).filter((line) => line !== "").join("\\\n  ");
}

function oneLine(text: unknown): string {
  return String(text ?? "").replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}|\p{Bidi_Control}/gu, "\ufffd").trim();
}

function escaped(line: string): string {
  return line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(/[\\`*_[\]|~]/g, "\\$&")
    // What would become a link all by itself.
    .replaceAll(/(https?|ftp):\/\//gi, "$1:\\/\\/").replaceAll(/www\./gi, "$&\u200b").replaceAll("@", "\\@");
}

/** Text as code, on one line. */
export function code(text: unknown): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const padded = line.startsWith("`") || line.endsWith("`") ? ` ${line} ` : line;
  return line === "" ? "" : `${fence}${padded}${fence}`;
}

/** Text as a block of code, its lines as they are, at most `max` of them. */
export function block(text: string, { language = "", max = 40 }: { language?: string; max?: number } = {}): string {
  const all = text.replaceAll(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, "\ufffd").split("\n");
  const lines = all.length > max ? [...all.slice(0, max), `… ${all.length - max} more lines`] : all;
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${lines.join("\n")}\n${fence}`;
}

/** A table; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
