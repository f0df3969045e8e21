import { join } from "node:path";
import { catalogueOf } from "../../services/agent/mod.ts";
import { VERSION } from "../../services/lib/configuration/mod.ts";
import { build, environmentAnd, type Say } from "../build/mod.ts";
import { monitoringTools } from "../monitoring/mod.ts";
import { fingerprint } from "./fingerprint.ts";
import { isReady, launch, LaunchError, untilReady } from "./launch.ts";
import { monitoringConfig } from "./monitoring_config.ts";
import { type Part, parts } from "./parts.ts";
import { portsMustBeFree } from "./ports.ts";
import { end } from "./processes.ts";
import { everySettingMustBeValid } from "./valid_settings.ts";
import type { StackSettings } from "./settings.ts";
import { readState, type Started, writeState } from "./state.ts";

/** How many instances of the inventory `up` cares for. */
const INSTANCES = 2;

/**
 * Builds what has changed and starts the manager, two instances, the balancer, Prometheus, Alertmanager and the agent,
 * each ready before the next. What runs already stays; what was built or configured anew is started anew, once it is sure
 * that no other program holds its port. When a part fails, or `signal` aborts, what this call started is ended again.
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
  // What a part would refuse is said before anything is built or ended.
  const environment = environmentAnd(join(settings.workingDirectory, ".env"));
  await everySettingMustBeValid(environment);
  const [tools] = await Promise.all([monitoringTools(say), build(undefined, quietWhenCurrent(say))]);
  const all = parts(settings, tools, await monitoringConfig(settings, tools));
  // The agent itself would say so only once the one that runs is ended.
  catalogueOf({ catalogue: settings.agentConfig });
  const prints = new Map<string, string>();
  for (const part of all) prints.set(part.name, await fingerprint(part, environment));
  const known = await readState(settings);
  const running = known.filter(({ name, build }) => prints.get(name) === build);
  const outdated = known.filter((process) => !running.includes(process));
  const toStart = all.filter((part) => !running.some((process) => process.name === part.name));
  // Nothing that runs is ended for something that could not take its place.
  await portsMustBeFree({ toStart, toEnd: outdated, instances: INSTANCES }, settings);
  for (const process of outdated.toReversed()) {
    say(`  ${process.name.padEnd(13)} has changed since it was started, stopping the old one`);
    await end([process]);
  }
  await writeState(settings, running);
  if (outdated.length > 0) await portsMustBeFree({ toStart, toEnd: [], instances: INSTANCES }, settings);
  const begun: Started[] = [];
  try {
    for (const part of all) {
      signal?.throwIfAborted();
      const process = running.find(({ name }) => name === part.name);
      if (process !== undefined) {
        if (!await isReady(part)) await untilReady(part, process, 10_000);
        say(`  ${part.name.padEnd(13)} already running   ${part.url}${await otherVersion(part)}`);
      } else {
        const since = performance.now();
        const id = await launch(part, settings.workingDirectory);
        begun.push({ ...id, name: part.name, build: prints.get(part.name)! });
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

/** Has the manager start instances until there are two; more stay as they are. */
async function scale(manager: Part, say: Say): Promise<void> {
  const since = performance.now();
  // Where it listens on another address than this machine's own, it asks for the token.
  const headers = { authorization: `Bearer ${manager.env.ONCALL_TOKEN}` };
  const { instances } = await (await fetch(`${manager.url}/instances`, { headers })).json();
  const running = instances.filter((instance: { status: string }) => instance.status === "running").length;
  if (running < INSTANCES) {
    const response = await fetch(`${manager.url}/scale`, {
      method: "POST",
      body: JSON.stringify({ replicas: INSTANCES }),
      headers: { ...headers, "content-type": "application/json" },
    });
    const answer = await response.json();
    if (!response.ok) {
      throw new LaunchError(`the manager cannot start two instances: ${answer.message ?? answer.error}`);
    }
  }
  const { backends } = await (await fetch(`${manager.url}/backends`, { headers })).json();
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
