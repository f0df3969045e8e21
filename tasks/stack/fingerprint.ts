import { executablePath, type Lookup, type RoleName, roles, settingsOf, sha256 } from "../build/mod.ts";
import type { Part, PartName } from "./parts.ts";

/** The executables that a part consists of: one built anew means that the part is started anew. */
const executablesOf: Readonly<Record<PartName, readonly RoleName[]>> = {
  manager: ["manager", "inventory"],
  lb: ["lb"],
  prometheus: [],
  alertmanager: [],
  agent: ["agent"],
};

/**
 * What tells one state of a part's executables, configuration, address and settings from another. `environment` is where
 * it finds a variable that it is not started with: the environment, else `.env`.
 */
export async function fingerprint(part: Part, environment: Lookup): Promise<string> {
  const marks = [part.url, part.args.join(" ")];
  // Only what the part itself reads: a ticket system's token does not concern the balancer.
  const variables = new Set(["RUN_DIR", "LOG_DIR"]);
  for (const name of executablesOf[part.name]) {
    const stat = await Deno.stat(executablePath(name)).catch(() => undefined);
    marks.push(`${stat?.mtime?.getTime()}-${stat?.size}`);
    for (const { env } of Object.values(await settingsOf(roles[name]))) if (env !== undefined) variables.add(env);
  }
  for (const name of [...variables].sort()) marks.push(`${name}=${part.env[name] ?? environment(name) ?? ""}`);
  for (const file of part.configFiles) marks.push(await Deno.readTextFile(file).catch(() => ""));
  return sha256(JSON.stringify(marks));
}
