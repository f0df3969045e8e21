import { ROOT } from "../build/mod.ts";

/** Text for a cell of a Markdown table. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll(/\s*\n\s*/g, " ");
}

/** `text` as code, or nothing when there is none. */
export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** A Markdown table; columns that are empty in every row are left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = head.map((_, column) => rows.some((row) => row[column] !== ""));
  const line = (cells: readonly string[]) => `| ${cells.filter((_, column) => used[column]).map(cell).join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}

/** `text` as `deno fmt` wants it, so that a generated page passes the same check as all others. */
export async function formatted(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("deno fmt refused a generated page");
  return new TextDecoder().decode(stdout);
}
