import { LaunchError } from "./launch.ts";
import type { Part } from "./parts.ts";
import { ownProcesses, portHolder } from "./processes.ts";
import type { StackSettings } from "./settings.ts";
import type { Started } from "./state.ts";

/** What is to be started, and what is ended before that. */
export interface Exchange {
  readonly toStart: readonly Part[];
  /** A port that one of them holds will be free. */
  readonly toEnd: readonly Started[];
  /** How many instances need a port beside the manager's own. */
  readonly instances: number;
}

/** @throws {LaunchError} with one line that names each port that is needed and taken, and by whom. */
export async function portsMustBeFree({ toStart, toEnd, instances }: Exchange, settings: StackSettings): Promise<void> {
  const problems: string[] = [];
  const leaving = new Set(toEnd.map(({ pid }) => pid));
  for (const part of toStart) {
    const owner = await portTaken(part.port, new URL(part.url).hostname, leaving);
    if (owner) {
      problems.push(
        `port ${part.port}, which ${part.name} needs, is taken by ${owner} (end it, or set ${part.portVariable})`,
      );
    }
  }
  if (toStart.some((part) => part.name === "manager")) {
    if (toEnd.some(({ name }) => name === "manager")) {
      // Its instances end with it.
      for (const { pid } of await ownProcesses(settings.workingDirectory)) leaving.add(pid);
    }
    let free = 0;
    const owners: string[] = [];
    for (let port = settings.basePort; port <= settings.maxPort && free < instances; port++) {
      const owner = await portTaken(port, "127.0.0.1", leaving);
      if (owner) owners.push(`port ${port} is taken by ${owner}`);
      else free++;
    }
    if (free < instances) {
      problems.push(
        `no ${instances} ports from ${settings.basePort} to ${settings.maxPort} are free for the inventory: ` +
          `${owners.join(", ")} (end them, or set PM_BASE_PORT and PM_MAX_PORT)`,
      );
    }
  }
  if (problems.length > 0) throw new LaunchError(problems.join("; "));
}

async function portTaken(port: number, hostname: string, leaving: ReadonlySet<number>): Promise<string | undefined> {
  try {
    Deno.listen({ hostname, port }).close();
    return undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) return `nobody, but cannot be used: ${(error as Error).message}`;
    const holder = await portHolder(port);
    if (holder?.pid !== undefined && leaving.has(holder.pid)) return undefined;
    // Where it cannot be seen whose it is, it may be one of those that are ended first.
    if (holder === undefined && leaving.size > 0) return undefined;
    return holder?.text ?? `a process that cannot be seen from here (find it with: lsof -i :${port})`;
  }
}
