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
      const title = /^# (.*)$/m.exec(await Deno.readTextFile(join(folder, name)))?.[1] ?? name;
      return `- [${title}](${name})\n`;
    }),
  );
  return `${above}${HEADING}\n\n${rows.join("")}`;
}
