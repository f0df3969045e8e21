/**
 * Start-up and memory of each executable beside a bare `Deno.serve` compiled the same way: `deno run -A
 * bench/executables.ts [rounds]`.
 */
import { delimiter, join } from "node:path";
import { BIN, build, compileProgram, executablePath, type RoleName, runtimeEnvironment } from "../tasks/build/mod.ts";
import { freePort, tempFolder, until } from "../tests/testing/mod.ts";
import { residentMb, stealMeter } from "./processes.ts";
import { type BenchRow, benchRow } from "./row.ts";

/** The servers, by the variable that gives them a port. */
const SERVERS = { manager: "PM_PORT", inventory: "PORT", lb: "LB_PORT", agent: "AGENT_PORT" } as const;
const OTHERS: readonly RoleName[] = ["traffic", "cli"];
const PEER = "a bare Deno.serve, compiled";

/** From the start of a program to its first answer, and what it held then. */
interface Start {
  readonly ms: number;
  readonly mb: number;
}

/** Two rows a server, start-up and memory; of what is no server, how long `--version` takes. */
export async function benchExecutables(rounds = 5): Promise<BenchRow[]> {
  await build();
  await using folder = await tempFolder();
  const bare = join(folder.path, "bare");
  await Deno.writeTextFile(join(folder.path, "deno.json"), "{}");
  await compileProgram({
    entry: "bench/bare_server.ts",
    output: bare,
    flags: ["--allow-net=127.0.0.1", "--allow-env=PORT"],
    config: join(folder.path, "deno.json"),
    lock: join(folder.path, "deno.lock"),
    include: [],
    runtime: await runtimeEnvironment(() => {}),
  });
  const rows: BenchRow[] = [];
  for (const [role, variable] of Object.entries(SERVERS)) {
    const measured: { ours: Start; theirs: Start; steal: number }[] = [];
    // The first round brings the files into memory.
    for (let round = 0; round <= rounds; round++) {
      const steal = stealMeter();
      const ours = await server(executablePath(role as RoleName), variable);
      const theirs = await server(bare, "PORT");
      if (round > 0) measured.push({ ours, theirs, steal: steal() });
    }
    for (const [what, unit] of [["ms", "ms"], ["mb", "MB"]] as const) {
      const name = `executables/${what === "ms" ? "start" : "memory"}/oncall-${role}`;
      const sides = measured.map(({ ours, theirs, steal }) => ({ ours: ours[what], theirs: theirs[what], steal }));
      rows.push(benchRow({ name, peer: PEER, unit }, sides));
    }
  }
  for (const role of OTHERS) {
    const measured = [];
    for (let round = 0; round <= rounds; round++) {
      const steal = stealMeter();
      const ours = await versionMs(executablePath(role));
      const theirs = (await server(bare, "PORT")).ms;
      if (round > 0) measured.push({ ours, theirs, steal: steal() });
    }
    const name = `executables/version/${role === "cli" ? "oncall" : `oncall-${role}`}`;
    rows.push(benchRow({ name, peer: PEER, unit: "ms" }, measured));
  }
  return rows;
}

/** Starts a server in an empty folder until it answers, and ends it. */
async function server(program: string, variable: string): Promise<Start> {
  await using folder = await tempFolder();
  const port = freePort();
  // The manager looks for the executable of its instances.
  const env = { [variable]: `${port}`, PATH: [BIN, Deno.env.get("PATH") ?? ""].join(delimiter) };
  const startedAt = performance.now();
  const options = { cwd: folder.path, env, stdin: "null", stdout: "null", stderr: "null" } as const;
  const child = new Deno.Command(program, options).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  try {
    await until(`${program} answers`, async () => {
      if (ended) throw new Error("it has ended");
      const response = await fetch(`http://127.0.0.1:${port}/healthz`);
      await response.body?.cancel();
      return response.ok;
    }, { everyMs: 2 });
    return { ms: performance.now() - startedAt, mb: residentMb(child.pid) };
  } finally {
    if (!ended) child.kill("SIGKILL");
    await child.status;
  }
}

async function versionMs(program: string): Promise<number> {
  const startedAt = performance.now();
  await new Deno.Command(program, { args: ["--version"] }).output();
  return performance.now() - startedAt;
}

if (import.meta.main) {
  console.table(await benchExecutables(Number(Deno.args[0] ?? 5)));
}
