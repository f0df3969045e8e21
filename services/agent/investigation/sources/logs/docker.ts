import { ToolError } from "../../tool_error.ts";
import { globMatches } from "../code/paths.ts";
import type { Logs } from "./entry.ts";
import { globLogs } from "./glob.ts";
import type { Growth } from "./growth.ts";
import type { LineFormat } from "./lines.ts";

/** Which containers of which Docker. */
export interface DockerOptions extends LineFormat {
  readonly folder: string;
  /** Name (may hold `*`) or id, or the beginning of one. */
  readonly container: string;
}

const MOST_CONTAINERS = 2_000;

/** The files that Docker's logging driver `json-file` writes, one folder for each container. */
export function dockerLogs(options: DockerOptions, deps: { readonly now: () => Date; readonly growth: Growth }): Logs {
  return {
    async read(reading) {
      const files = await filesOf(options);
      if (files.length === 0) {
        throw new ToolError(
          "not_found",
          `${options.folder} has no container ${options.container} with a log of the driver json-file`,
        );
      }
      const read = await globLogs(files, options, deps).read(reading);
      return { ...read, from: `Docker's container ${options.container}` };
    },
  };
}

async function filesOf({ folder, container }: DockerOptions): Promise<string[]> {
  const found: string[] = [];
  let looked = 0;
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory || ++looked > MOST_CONTAINERS) continue;
      const own = await nameOf(`${folder}/${name}/config.v2.json`);
      const isMeant = (container.length >= 4 && name.startsWith(container)) ||
        (own !== null && globMatches(container, own));
      if (isMeant && await isFile(`${folder}/${name}/${name}-json.log`)) {
        found.push(`${folder}/${name}/${name}-json.log`);
      }
    }
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound ? "there is no such folder" : "it may not be read by this agent";
    throw new ToolError("refused", `Docker's containers in ${folder}: ${why}`, { cause });
  }
  return found;
}

async function nameOf(path: string): Promise<string | null> {
  try {
    const { Name: name } = JSON.parse(await Deno.readTextFile(path)) as { Name?: unknown };
    return typeof name === "string" ? name.replace(/^\//, "") : null;
  } catch {
    return null;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
