import { delimiter, join } from "node:path";
import { download, reasonOf, type Say, TOOLS } from "../build/mod.ts";
import { debianNames, debianPackages } from "./debian.ts";
import { type Architecture, type Program, releases } from "./releases.ts";
import { run } from "./run.ts";

/** The path of each program. */
export type MonitoringTools = Readonly<Record<Program, string>>;

const programs: readonly Program[] = ["prometheus", "promtool", "alertmanager", "amtool"];
const FOLDER = join(TOOLS, "monitoring");

/**
 * Prometheus and Alertmanager with their tools: those on PATH (also under Debian's names), else those fetched before,
 * else the pinned official releases, else Debian's packages, unpacked without root into `.tools/monitoring`.
 *
 * @throws when no way works; the message says what was tried and what can be done.
 */
export async function monitoringTools(say: Say = () => {}): Promise<MonitoringTools> {
  const present = await locate();
  if (present) return present;
  const folder = join(TOOLS, "build");
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(join(folder, "monitoring.lock"), { create: true, write: true });
  await lock.lock(true);
  const meanwhile = await locate();
  if (meanwhile) return meanwhile;
  const failures: string[] = [];
  for (const [from, fetchInto] of [["GitHub", official], ["Debian's packages", debianPackages]] as const) {
    const part = `${FOLDER}.part`;
    await Deno.remove(part, { recursive: true }).catch(() => {});
    await Deno.mkdir(part, { recursive: true });
    try {
      const what = await fetchInto(part);
      await Deno.remove(FOLDER, { recursive: true }).catch(() => {});
      await Deno.rename(part, FOLDER);
      say(`Prometheus and Alertmanager: not on PATH, ${failures.map((f) => `${f}; `).join("")}took ${what}`);
      const tools = await locate();
      if (tools) return tools;
      failures.push(`${from}: the programs were not in what was fetched`);
    } catch (error) {
      await Deno.remove(part, { recursive: true }).catch(() => {});
      failures.push(`${from}: ${reasonOf(error)}`);
    }
  }
  throw new Error(
    `Prometheus and Alertmanager are not on PATH and could not be fetched (${failures.join("; ")}): install them ` +
      `(apt install prometheus prometheus-alertmanager, or https://prometheus.io/download) so that prometheus, promtool, ` +
      `alertmanager and amtool are on PATH`,
  );
}

/** Where the programs are, each on PATH or else where it was fetched to; nothing if one is missing. */
async function locate(): Promise<MonitoringTools | undefined> {
  const folders = [...(Deno.env.get("PATH") ?? "").split(delimiter).filter((folder) => folder !== ""), FOLDER];
  const found: Partial<Record<Program, string>> = {};
  for (const program of programs) {
    const path = await firstProgram(folders, [program, debianNames[program] ?? program]);
    if (path === undefined) return undefined;
    found[program] = path;
  }
  return found as MonitoringTools;
}

async function firstProgram(folders: readonly string[], names: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    for (const name of names) if (await isProgram(join(folder, name))) return join(folder, name);
  }
}

async function isProgram(path: string): Promise<boolean> {
  return await Deno.stat(path).then((stat) => stat.isFile && ((stat.mode ?? 0) & 0o111) !== 0, () => false);
}

async function official(folder: string): Promise<string> {
  if (Deno.build.os !== "linux") throw new Error(`the pinned releases are for Linux, this is ${Deno.build.os}`);
  const architecture: Architecture = Deno.build.arch === "aarch64" ? "arm64" : "amd64";
  const names: string[] = [];
  for (const { url, sha256, programs } of releases) {
    const address = url(architecture);
    const name = address.slice(address.lastIndexOf("/") + 1);
    const archive = join(folder, name);
    try {
      await Deno.writeFile(archive, await download(address, sha256[architecture]));
    } catch (error) {
      throw new Error(`${name}: ${reasonOf(error)}`);
    }
    const inside = programs.map((program) => `${name.replace(/\.tar\.gz$/, "")}/${program}`);
    await run("tar", ["-xzf", archive, "--strip-components=1", ...inside], folder);
    await Deno.remove(archive);
    names.push(name);
  }
  return `${names.join(" and ")}, sha256 checked`;
}
