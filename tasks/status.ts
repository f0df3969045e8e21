/** `deno task status`: what runs here and where. Exit status 1 when something is missing. */
import { VERSION } from "../services/lib/configuration/mod.ts";
import { command, readArguments, taskProgram } from "./command.ts";
import { partNames, readState, type StackSettings, stackSettings } from "./stack/mod.ts";

await command("status", async () => {
  readArguments(taskProgram("status", "Says what runs here and where; exit status 1 when something is missing."));
  const settings = stackSettings();
  const started = await readState(settings);
  let missing = 0;
  for (const name of partNames) {
    const url = urlOf(name, settings);
    const process = started.find((process) => process.name === name);
    const { ready, version, pid } = await ask(name, url);
    if (!ready) missing++;
    const state = ready ? "running" : process ? "not ready" : "down";
    const id = process?.pid ?? pid;
    const other = version !== undefined && version !== VERSION ? `version ${version}, this checkout is ${VERSION}` : "";
    console.log(
      `${name.padEnd(13)} ${state.padEnd(10)} ${(id === undefined ? "" : `${id}`).padEnd(8)} ${url}  ${other}`
        .trimEnd(),
    );
    if (name === "manager" && ready) await listInstances(url);
  }
  return missing > 0 ? 1 : 0;
});

function urlOf(name: typeof partNames[number], { urls }: StackSettings): string {
  return {
    manager: urls.PM_URL,
    lb: urls.LB_URL,
    prometheus: urls.PROM_URL,
    alertmanager: urls.ALERTMANAGER_URL,
    agent: urls.AGENT_URL,
  }[name];
}

async function ask(name: string, url: string): Promise<{ ready: boolean; version?: string; pid?: number }> {
  const path = name === "prometheus" || name === "alertmanager" ? "/-/ready" : "/healthz";
  try {
    const response = await fetch(url + path, { signal: AbortSignal.timeout(2_000) });
    const body = await response.text();
    return path === "/healthz" ? { ...JSON.parse(body), ready: response.ok } : { ready: response.ok };
  } catch {
    return { ready: false };
  }
}

async function listInstances(manager: string): Promise<void> {
  const { instances } = await (await fetch(`${manager}/instances`)).json();
  for (const { service, status, pid, url, restarts } of instances) {
    const again = restarts > 0 ? `restarted ${restarts} times` : "";
    console.log(
      `  ${String(service).padEnd(11)} ${String(status).padEnd(10)} ${String(pid).padEnd(8)} ${url}  ${again}`
        .trimEnd(),
    );
  }
}
