import { isRecord } from "./cache.ts";

/** The cases below a folder, by their path in it, in the order of their numbers. */
export function casesIn(folder: string): string[] {
  const found: string[] = [];
  const walk = (path: string, depth: number) => {
    for (const entry of Deno.readDirSync(path === "" ? folder : `${folder}/${path}`)) {
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isFile && entry.name === "tool_cache.json") found.push(path);
      else if ((entry.isDirectory || entry.isSymlink) && depth < 4) walk(inner, depth + 1);
    }
  };
  walk("", 0);
  return found.toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }));
}

export function readJson(path: string): Record<string, unknown> {
  const value: unknown = JSON.parse(Deno.readTextFileSync(path));
  if (!isRecord(value)) throw new TypeError(`${path} holds no JSON object`);
  return value;
}
