/**
 * Text that comes from outside, as Markdown that shows it as it is: nothing in it becomes a link, an image, HTML or a
 * heading. On one line.
 */
export function inline(text: unknown): string {
  const line = String(text ?? "").replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}|\p{Bidi_Control}/gu, "\ufffd").trim();
  return line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(/[\\`*_[\]|~]/g, "\\$&")
    // What would become a link all by itself.
    .replaceAll(/(https?|ftp):\/\//gi, "$1:\\/\\/").replaceAll(/www\./gi, "$&\u200b").replaceAll("@", "\\@")
    // What would begin a heading, a list or a quotation.
    .replace(/^[#>+-]/, "\\$&").replace(/^(\d+)([.)])/, "$1\\$2");
}

/** Text as code, on one line. */
export function code(text: unknown): string {
  const line = String(text ?? "").replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}|\p{Bidi_Control}/gu, "\ufffd").trim();
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
