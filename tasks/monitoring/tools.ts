import { delimiter, join } from "node:path";
import { download, reasonOf, type Say, TOOLS } from "../build/mod.ts";
import { type Architecture, debian, type Program, releases } from "./releases.ts";

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
    const path = await firstProgram(folders, [program, debian.names[program] ?? program]);
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

async function debianPackages(folder: string): Promise<string> {
  const state = join(folder, "apt");
  await Deno.mkdir(join(state, "lists", "partial"), { recursive: true });
  await Deno.mkdir(join(state, "cache", "archives", "partial"), { recursive: true });
  // The system's sources and keys, but lists, cache and locks of our own: nothing outside the project is written.
  const options = [
    ...["-q", "-o", `Dir::State=${state}`, "-o", `Dir::State::lists=${join(state, "lists")}`],
    ...["-o", `Dir::Cache=${join(state, "cache")}`, "-o", "APT::Sandbox::User=", "-o", "Acquire::http::Timeout=20"],
    ...["-o", "Acquire::https::Timeout=20", "-o", "Acquire::Languages=none"],
  ];
  // One unreachable source among several makes apt-get fail although the packages are there.
  const update = await run("apt-get", [...options, "update"], state).catch(reasonOf);
  try {
    await run("apt-get", [...options, "download", ...debian.packages], state);
  } catch (error) {
    throw new Error(`${reasonOf(error)}${typeof update === "string" ? ` (${update})` : ""}`, { cause: error });
  }
  const names: string[] = [];
  for await (const entry of Deno.readDir(state)) {
    if (!entry.name.endsWith(".deb")) continue;
    await run("dpkg-deb", ["-x", join(state, entry.name), join(state, "unpacked")], state);
    names.push(entry.name.split("_").slice(0, 2).join(" "));
  }
  for (const program of programs) {
    const path = join(state, "unpacked", "usr", "bin", debian.names[program] ?? program);
    await Deno.rename(path, join(folder, program));
  }
  await Deno.remove(state, { recursive: true });
  return `Debian's ${names.sort().join(" and ")}, unpacked into .tools`;
}

/** Runs a program to its end; a failure is an error with the last lines of what it said. */
async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, { args: [...args], cwd, env: { LC_ALL: "C" }, stdin: "null" }).output();
  } catch (error) {
    throw new Error(error instanceof Deno.errors.NotFound ? `there is no ${program} here` : reasonOf(error));
  }
  if (output.success) return;
  const said = new TextDecoder().decode(output.stderr).trim().split("\n").filter((line) => !line.startsWith("W: "));
  throw new Error(`${program} ended with ${output.code}: ${said.slice(-2).join(" ")}`);
}
