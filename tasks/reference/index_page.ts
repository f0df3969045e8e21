import { join } from "node:path";
import { ROOT } from "../build/mod.ts";

const HEADING = "## Choices that are hard to reverse, and why";

/** `docs/README.md` with every page of `docs/` that it does not name above, by title. */
export async function indexPage(): Promise<string> {
  const folder = join(ROOT, "docs");
  const [above] = (await Deno.readTextFile(join(folder, "README.md"))).split(HEADING);
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".md") && name !== "README.md" && !above!.includes(`](${name})`)) names.push(name);
  }
  const rows = await Promise.all(
    names.sort().map(async (name) => {
      const text = await Deno.readTextFile(join(folder, name));
      const title = /^# (.*)$/m.exec(text)?.[1] ?? name;
      return `- [${title}](${name}): ${statusOf(name, text)}\n`;
    }),
  );
  return `${above}${HEADING}\n\n${rows.join("")}`;
}

/** `accepted 2026-11-22`, as the page of a decision says below its title. */
function statusOf(name: string, text: string): string {
  const status = /^# .*\n\nStatus: ((?:proposed|accepted|superseded) \d{4}-\d\d-\d\d[^\n]*)\.\n/.exec(text)?.[1];
  if (status !== undefined) return status;
  throw new Error(`docs/${name} has no "Status: accepted YYYY-MM-DD." below its title; a decision's page needs one`);
}
