import { fileURLToPath } from "node:url";
import { runRole, type StartedRole, startRole } from "./executables.ts";
import { tempFolder } from "./folders.ts";
import { freePort, freePortRange } from "./ports.ts";
import { until } from "./wait.ts";

const INSTANCES = 8;

interface Instance {
  readonly port: number;
  readonly pid: number | null;
  readonly healthy: boolean;
}

/** How long and how hard; without `chaos` nothing happens to the instances. */
export interface ChaosOptions {
  readonly seconds: number;
  readonly rps: number;
  readonly chaos?: boolean;
}

/** What came of it. */
export interface ChaosResult {
  /** The generator's final report. */
  readonly report: {
    readonly scheduled: number;
    readonly completed: number;
    readonly errors: number;
    readonly timeouts: number;
    readonly dropped: number;
    readonly failures: Readonly<Record<string, number>>;
    readonly latency_ms: Readonly<Record<"p50" | "p95" | "p99" | "max", number>>;
    readonly service_ms: Readonly<Record<"p50" | "p95" | "p99" | "max", number>>;
  };
  /** How often everything was done to the instances. */
  readonly rounds: number;
  /** What a failure needs to be understood. */
  readonly told: string;
}

/**
 * GET and PUT through the balancer while instances are killed, scaled from 2 to 8 to 1, frozen and drained, and the
 * manager is killed and started anew, again and again.
 */
export async function chaos({ seconds, rps, chaos = true }: ChaosOptions): Promise<ChaosResult> {
  await using folder = await tempFolder();
  await using started = new AsyncDisposableStack();
  // Instances that a killed manager left, should this fail before another takes them over.
  started.defer(() => {
    const state = JSON.parse(Deno.readTextFileSync(`${folder.path}/run/manager.json`));
    for (const { pid } of state.instances) if (pid !== null) Deno.kill(pid, "SIGKILL");
  });
  const base = freePortRange(INSTANCES);
  const ports = { PM_BASE_PORT: String(base), PM_MAX_PORT: String(base + INSTANCES - 1) };
  const options = { cwd: folder.path, env: { PM_PORT: String(freePort()), ...ports } };
  const startManager = async () => started.use(await startRole("manager", options));
  let manager = await startManager();
  await scale(manager, 2);
  const env = { PM_URL: manager.url, LB_REFRESH_SEC: "1", LB_ACCESS_LOG: "1", LOG_DIR: "logs" };
  const lb = started.use(await startRole("lb", { cwd: folder.path, env }));
  await until("the balancer has both", async () => (await taking(lb)).length === 2);

  let over = false;
  const flags = ["--url", lb.url, "--rps", `${rps}`, "--duration", `${seconds}`, "--timeout", "20", "--json"];
  const traffic = runRole("traffic", { args: [...flags, "--max-concurrency", "2000"] }).finally(() => over = true);
  let rounds = 0;
  while (chaos && !over) {
    const [victim] = await allHealthy(manager, 2);
    Deno.kill(victim!.pid!, "SIGKILL");
    await allHealthy(manager, 2);
    await scale(manager, INSTANCES);
    const frozen = (await allHealthy(manager, INSTANCES)).at(-2)!;
    await until("the balancer has all", async () => (await taking(lb)).length === INSTANCES);
    Deno.kill(frozen.pid!, "SIGSTOP");
    const isOut = async () => !(await taking(lb)).some((url) => url.endsWith(`:${frozen.port}`));
    await until("the frozen one is out", isOut);
    try {
      Deno.kill(frozen.pid!, "SIGCONT");
    } catch {
      // The manager has put another one in its place.
    }
    await scale(manager, 1);
    manager.kill("SIGKILL");
    await manager.status;
    manager = await startManager();
    await allHealthy(manager, 1);
    await scale(manager, 2);
    rounds++;
  }
  const { code, stdout, stderr } = await traffic;
  await lb.stop();
  const lines = Deno.readTextFileSync(`${folder.path}/logs/lb_access.log`).split("\n");
  const failed = [
    ...lines.filter((line) => /"status":5/.test(line)).slice(0, 30),
    // What took 5 s and more.
    ...lines.filter((line) => /"duration_ms":([5-9]|\d\d)\d{3}\b/.test(line)).slice(-30),
  ].join("\n");
  const told = `exit ${code}, ${stderr}\n${stdout.slice(0, 2_000)}\n${failed}\n${lb.output()}`;
  if (code !== 0) throw new Error(told);
  return { report: JSON.parse(stdout), rounds, told };
}

async function scale(manager: StartedRole, replicas: number): Promise<void> {
  const response = await fetch(`${manager.url}/scale`, { method: "POST", body: JSON.stringify({ replicas }) });
  if (response.status !== 200) throw new Error(`POST /scale answers ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

async function allHealthy(manager: StartedRole, count: number): Promise<Instance[]> {
  return await until(`${count} healthy instances`, async () => {
    const list: Instance[] = (await (await fetch(`${manager.url}/instances`)).json()).instances;
    return list.length === count && list.every(({ healthy, pid }) => healthy && pid !== null) && list;
  });
}

async function taking(lb: StartedRole): Promise<string[]> {
  return (await (await fetch(`${lb.url}/healthz`)).json()).backends;
}

/** POSTs that were sent while their backends died. */
export interface PostsResult {
  /** Deliveries at the backends, by name. */
  readonly received: ReadonlyMap<string, number>;
  /** Names of those that were answered with 200. */
  readonly answered: ReadonlySet<string>;
  /** Those answered otherwise, with their status. */
  readonly refused: ReadonlyMap<string, number>;
}

/** POSTs through the balancer to backends that are killed in turn, `kills` times in all. */
export async function postsWhileBackendsDie(kills: number): Promise<PostsResult> {
  const path = fileURLToPath(new URL("./counting_backend.ts", import.meta.url));
  const received = new Map<string, number>();
  const answered = new Set<string>();
  const refused = new Map<string, number>();
  const ports = [freePort(), freePort(), freePort()];
  const children = new Map<number, { child: Deno.ChildProcess; read: Promise<void> }>();
  const begin = (port: number) => {
    const args = ["run", "--allow-net=127.0.0.1", "--no-prompt", path, String(port)];
    const child = new Deno.Command(Deno.execPath(), { args, stdin: "null", stdout: "piped", stderr: "null" }).spawn();
    const read = (async () => {
      let text = "";
      for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
        const lines = (text + piece).split("\n");
        text = lines.pop()!;
        for (const line of lines) received.set(line, (received.get(line) ?? 0) + 1);
      }
    })();
    children.set(port, { child, read });
  };
  const end = async (port: number) => {
    const { child, read } = children.get(port)!;
    children.delete(port);
    child.kill("SIGKILL");
    await child.status;
    await read;
  };
  await using started = new AsyncDisposableStack();
  started.defer(async () => {
    for (const port of [...children.keys()]) await end(port);
  });
  for (const port of ports) begin(port);
  const answers = (port: number) =>
    until(`backend ${port}`, async () => {
      await (await fetch(`http://127.0.0.1:${port}/`)).body?.cancel();
      return true;
    });
  for (const port of ports) await answers(port);
  const backends = ports.map((port) => `http://127.0.0.1:${port}`);
  const env = { BACKENDS: backends.join(","), PM_URL: `http://127.0.0.1:${freePort()}` };
  const lb = started.use(await startRole("lb", { env }));

  let over = false;
  const senders = Array.from({ length: 16 }, async (_, sender) => {
    for (let i = 0; !over; i++) {
      const name = `/${sender}/${i}`;
      const response = await fetch(lb.url + name, { method: "POST", body: "x".repeat(100) });
      await response.body?.cancel();
      if (response.status === 200) answered.add(name);
      else refused.set(name, response.status);
    }
  });
  try {
    for (let kill = 0; kill < kills; kill++) {
      const port = ports[kill % ports.length]!;
      const before = answered.size;
      await until("some more answers", () => answered.size > before + 50);
      await end(port);
      begin(port);
      await answers(port);
    }
  } finally {
    over = true;
    await Promise.all(senders);
  }
  for (const port of ports) await end(port);
  return { received, answered, refused };
}
