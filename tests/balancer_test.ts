import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { freePort, freePortRange, runRole, type StartedRole, startRole, tempFolder, until } from "./support/mod.ts";

/** Length and rate; `CHAOS_SECONDS=60 CHAOS_RPS=2000` is the long form. */
const SECONDS = Number(Deno.env.get("CHAOS_SECONDS") ?? 15);
const RPS = Number(Deno.env.get("CHAOS_RPS") ?? 200);
const INSTANCES = 8;

interface Instance {
  readonly port: number;
  readonly pid: number | null;
  readonly healthy: boolean;
}

async function instances(manager: StartedRole): Promise<Instance[]> {
  return (await (await fetch(`${manager.url}/instances`)).json()).instances;
}

async function scale(manager: StartedRole, replicas: number): Promise<void> {
  const response = await fetch(`${manager.url}/scale`, { method: "POST", body: JSON.stringify({ replicas }) });
  assert.equal(response.status, 200, await response.text());
}

async function allHealthy(manager: StartedRole, count: number): Promise<Instance[]> {
  return await until(`${count} healthy instances`, async () => {
    const list = await instances(manager);
    return list.length === count && list.every(({ healthy, pid }) => healthy && pid !== null) && list;
  });
}

async function taking(lb: StartedRole): Promise<string[]> {
  return (await (await fetch(`${lb.url}/healthz`)).json()).backends;
}

Deno.test("oncall-lb fails no GET and no PUT while instances die, freeze, come and go, and the manager is away", async () => {
  await using folder = await tempFolder();
  await using started = new AsyncDisposableStack();
  // Instances that a killed manager left, should the test fail before another takes them over.
  started.defer(() => {
    const state = JSON.parse(Deno.readTextFileSync(`${folder.path}/run/manager.json`));
    for (const { pid } of state.instances) if (pid !== null) Deno.kill(pid, "SIGKILL");
  });
  const base = freePortRange(INSTANCES);
  const managerPort = String(freePort());
  const startManager = async () =>
    started.use(
      await startRole("manager", {
        cwd: folder.path,
        env: { PM_PORT: managerPort, PM_BASE_PORT: String(base), PM_MAX_PORT: String(base + INSTANCES - 1) },
      }),
    );
  let manager = await startManager();
  await scale(manager, 2);
  const env = { PM_URL: manager.url, LB_REFRESH_SEC: "1", LB_ACCESS_LOG: "1", LOG_DIR: "logs" };
  const lb = started.use(await startRole("lb", { cwd: folder.path, env }));
  await until("the balancer has both", async () => (await taking(lb)).length === 2);

  let over = false;
  const traffic = runRole("traffic", {
    args: [
      "--url",
      lb.url,
      "--rps",
      `${RPS}`,
      "--duration",
      `${SECONDS}`,
      "--timeout",
      "20",
      "--max-concurrency",
      "2000",
      "--json",
    ],
  }).finally(() => over = true);
  const rounds = (async () => {
    let count = 0;
    while (!over) {
      const [victim] = await allHealthy(manager, 2);
      Deno.kill(victim!.pid!, "SIGKILL");
      await allHealthy(manager, 2);
      await scale(manager, INSTANCES);
      const frozen = (await allHealthy(manager, INSTANCES)).at(-2)!;
      await until("the balancer has all", async () => (await taking(lb)).length === INSTANCES);
      Deno.kill(frozen.pid!, "SIGSTOP");
      await until(
        "the frozen one is out",
        async () => !(await taking(lb)).some((url) => url.endsWith(`:${frozen.port}`)),
      );
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
      count++;
    }
    return count;
  })();
  const { code, stdout, stderr } = await traffic;
  assert(await rounds > 0);
  const report = JSON.parse(stdout);
  if (Deno.env.has("CHAOS_SECONDS")) {
    const { sent, completed, errors, timeouts, dropped, service_ms } = report;
    console.log({ rounds: await rounds, sent, completed, errors, timeouts, dropped, service_ms });
  }
  await lb.stop();
  const failed = Deno.readTextFileSync(`${folder.path}/logs/lb_access.log`).split("\n")
    .filter((line) => /"status":5/.test(line)).slice(0, 30).join("\n");
  const told = `exit ${code}, ${stderr}\n${stdout.slice(0, 2_000)}\n${failed}\n${lb.output()}`;
  assert.deepEqual(report.failures, {}, told);
  assert.equal(report.errors, 0, told);
  assert.equal(report.timeouts, 0, told);
  assert(report.completed > 0, told);
});

Deno.test("oncall-lb sends no POST twice, whatever dies under it", async () => {
  const path = fileURLToPath(new URL("./support/counting_backend.ts", import.meta.url));
  const received = new Map<string, number>();
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
    child.kill("SIGKILL");
    await child.status;
    await read;
  };
  await using started = new AsyncDisposableStack();
  for (const port of ports) begin(port);
  started.defer(async () => {
    for (const port of ports) await end(port);
  });
  const answers = (port: number) =>
    until(`backend ${port}`, async () => {
      await (await fetch(`http://127.0.0.1:${port}/`)).body?.cancel();
      return true;
    });
  for (const port of ports) await answers(port);
  const backends = ports.map((port) => `http://127.0.0.1:${port}`);
  const env = { BACKENDS: backends.join(","), PM_URL: `http://127.0.0.1:${freePort()}` };
  const lb = started.use(await startRole("lb", { env }));

  const answered = new Set<string>();
  let over = false;
  const senders = Array.from({ length: 16 }, async (_, sender) => {
    for (let i = 0; !over; i++) {
      const name = `/${sender}/${i}`;
      const response = await fetch(lb.url + name, { method: "POST", body: "x".repeat(100) });
      await response.body?.cancel();
      if (response.status === 200) answered.add(name);
      else assert.equal(response.status, 502, name);
    }
  });
  for (let kills = 0; kills < 6; kills++) {
    const port = ports[kills % ports.length]!;
    const before = answered.size;
    await until("some more answers", () => answered.size > before + 50);
    await end(port);
    begin(port);
    await answers(port);
  }
  over = true;
  await Promise.all(senders);
  for (const port of ports) await end(port);
  ports.length = 0;
  const twice = [...received].filter(([, count]) => count > 1);
  assert.deepEqual(twice, []);
  assert.deepEqual([...answered].filter((name) => !received.has(name)), [], "what was answered was received");
});
