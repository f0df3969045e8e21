import { join } from "node:path";
import { VERSION } from "../../services/configuration/mod.ts";
import { build, executablePath, type RoleName, type Say, sha256 } from "../build/mod.ts";
import { monitoringTools } from "../monitoring/mod.ts";
import { isReady, launch, LaunchError, untilReady } from "./launch.ts";
import { monitoringConfig } from "./monitoring_config.ts";
import { type Part, type PartName, parts } from "./parts.ts";
import { end, portOwner } from "./processes.ts";
import type { StackSettings } from "./settings.ts";
import { readState, type Started, writeState } from "./state.ts";

/** How many instances of the inventory `up` cares for. */
const INSTANCES = 2;

/** The executables that a part consists of: one built anew means that the part is started anew. */
const executablesOf: Readonly<Record<PartName, readonly RoleName[]>> = {
  manager: ["manager", "inventory"],
  lb: ["lb"],
  prometheus: [],
  alertmanager: [],
  agent: ["agent"],
};

/**
 * Builds what has changed and starts the manager, two instances, the balancer, Prometheus, Alertmanager and the agent,
 * each ready before the next. What runs already stays; what was built anew is started anew. When a part fails, or `signal`
 * aborts, what this call started is ended again.
 *
 * @throws with one line that says what is wrong and what can be done.
 */
export async function up(settings: StackSettings, say: Say, signal?: AbortSignal): Promise<Part[]> {
  for (const folder of [settings.runDir, settings.logDir]) {
    await Deno.mkdir(join(settings.workingDirectory, folder), { recursive: true });
  }
  using lock = await Deno.open(join(settings.workingDirectory, settings.runDir, "up.lock"), {
    create: true,
    write: true,
  });
  await lock.lock(true);
  const [tools] = await Promise.all([monitoringTools(say), build(undefined, quietWhenCurrent(say))]);
  const all = parts(settings, tools, await monitoringConfig(settings, tools));
  const running = await stopOutdated(await readState(settings), all, settings, say);
  await portsMustBeFree(all.filter((part) => !running.some((process) => process.name === part.name)), settings);
  const begun: Started[] = [];
  try {
    for (const part of all) {
      signal?.throwIfAborted();
      if (running.some((process) => process.name === part.name)) {
        if (!await isReady(part)) {
          await untilReady(
            part,
            running.find((process) => process.name === part.name)!,
            10_000,
          );
        }
        say(`  ${part.name.padEnd(13)} already running   ${part.url}${await otherVersion(part)}`);
      } else {
        const since = performance.now();
        const id = await launch(part, settings.workingDirectory);
        begun.push({ ...id, name: part.name, build: await buildOf(part) });
        await writeState(settings, [...running, ...begun]);
        await untilReady(part, id);
        say(`  ${part.name.padEnd(13)} ready in ${seconds(since)}   ${part.url}${await otherVersion(part)}`);
      }
      if (part.name === "manager") await scale(part, say);
    }
    signal?.throwIfAborted();
  } catch (error) {
    await end(begun.toReversed());
    await writeState(settings, running);
    throw error;
  }
  return all;
}

/** Leaves out the line of an executable that did not have to be built. */
function quietWhenCurrent(say: Say): Say {
  return (line) => line.endsWith("up to date") || say(line);
}

async function stopOutdated(
  running: readonly Started[],
  all: readonly Part[],
  settings: StackSettings,
  say: Say,
): Promise<Started[]> {
  const current: Started[] = [];
  for (const process of running.toReversed()) {
    const part = all.find((part) => part.name === process.name);
    if (part && process.build === await buildOf(part)) current.unshift(process);
    else {
      say(`  ${process.name.padEnd(13)} has changed since it was started, ending the old one`);
      await end([process]);
    }
  }
  await writeState(settings, current);
  return current;
}

/** What tells one state of a part's executables, configuration and address from another. */
async function buildOf(part: Part): Promise<string> {
  const { PATH: _, ...env } = part.env;
  const marks = [part.url, part.args.join(" "), JSON.stringify(env)];
  for (const role of executablesOf[part.name]) {
    const { mtime, size } = await Deno.stat(executablePath(role));
    marks.push(`${mtime?.getTime()}-${size}`);
  }
  for (const file of part.configFiles) marks.push(await Deno.readTextFile(file).catch(() => ""));
  return sha256(marks.join("\n"));
}

async function portsMustBeFree(toStart: readonly Part[], settings: StackSettings): Promise<void> {
  const problems: string[] = [];
  for (const part of toStart) {
    const owner = await portTaken(part.port, new URL(part.url).hostname);
    if (owner) {
      problems.push(
        `port ${part.port}, which ${part.name} needs, is taken by ${owner} (end it, or set ${part.portVariable})`,
      );
    }
  }
  if (toStart.some((part) => part.name === "manager")) {
    let free = 0;
    const owners: string[] = [];
    for (let port = settings.basePort; port <= settings.maxPort && free < INSTANCES; port++) {
      const owner = await portTaken(port, "127.0.0.1");
      if (owner) owners.push(`port ${port} is taken by ${owner}`);
      else free++;
    }
    if (free < INSTANCES) {
      problems.push(
        `no ${INSTANCES} ports from ${settings.basePort} to ${settings.maxPort} are free for the inventory: ` +
          `${owners.join(", ")} (end them, or set PM_BASE_PORT and PM_MAX_PORT)`,
      );
    }
  }
  if (problems.length > 0) throw new LaunchError(problems.join("; "));
}

async function portTaken(port: number, hostname: string): Promise<string | undefined> {
  try {
    Deno.listen({ hostname, port }).close();
    return undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) return `nobody, but cannot be used: ${(error as Error).message}`;
    return await portOwner(port) ?? `a process that cannot be seen from here (find it with: lsof -i :${port})`;
  }
}

/** Has the manager start instances until there are two; more stay as they are. */
async function scale(manager: Part, say: Say): Promise<void> {
  const since = performance.now();
  const { instances } = await (await fetch(`${manager.url}/instances`)).json();
  const running = instances.filter((instance: { status: string }) => instance.status === "running").length;
  if (running < INSTANCES) {
    const response = await fetch(`${manager.url}/scale`, {
      method: "POST",
      body: JSON.stringify({ replicas: INSTANCES }),
      headers: { "content-type": "application/json" },
    });
    const answer = await response.json();
    if (!response.ok) {
      throw new LaunchError(`the manager cannot start two instances: ${answer.message ?? answer.error}`);
    }
  }
  const { backends } = await (await fetch(`${manager.url}/backends`)).json();
  const state = running < INSTANCES ? `ready in ${seconds(since)}` : "already running";
  say(`  ${"inventory".padEnd(13)} ${state}   ${backends.join(" ")}`);
}

async function otherVersion(part: Part): Promise<string> {
  if (!part.health.endsWith("/healthz")) return "";
  const { version } = await fetch(part.health).then((response) => response.json()).catch(() => ({}));
  return version === VERSION ? "" : `   (version ${version}, this checkout is ${VERSION}: deno task down, then up)`;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`.padStart(6);
}
