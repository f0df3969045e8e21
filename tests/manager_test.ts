import assert from "node:assert/strict";
import { join } from "node:path";
import { freePort, freePortRange, runRole, type StartedRole, startRole, tempFolder, until } from "./testing/mod.ts";

interface Instance {
  readonly port: number;
  readonly pid: number | null;
  readonly service: string;
  readonly status: string;
  readonly url: string;
  readonly restarts: number;
  readonly healthy: boolean;
  readonly version: string | null;
}

/** A manager in a folder of its own that may start four instances. */
async function withManager(
  body: (start: (env?: Record<string, string>) => Promise<StartedRole>, cwd: string, base: number) => Promise<void>,
): Promise<void> {
  await using folder = await tempFolder();
  await using started = new AsyncDisposableStack();
  // What a killed manager left and no other took over, should the test fail; disposed of after the managers.
  started.defer(() => {
    const state = JSON.parse(Deno.readTextFileSync(join(folder.path, "run", "manager.json")));
    for (const { pid } of state.instances) if (pid !== null) Deno.kill(pid, "SIGKILL");
  });
  const base = freePortRange(4);
  const range = { PM_BASE_PORT: String(base), PM_MAX_PORT: String(base + 3) };
  await body(
    async (env = {}) => started.use(await startRole("manager", { cwd: folder.path, env: { ...range, ...env } })),
    folder.path,
    base,
  );
}

async function post(manager: StartedRole, path: string, body: unknown = {}) {
  const response = await fetch(manager.url + path, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

async function get(manager: StartedRole, path: string) {
  return await (await fetch(manager.url + path)).json();
}

async function instances(manager: StartedRole): Promise<Instance[]> {
  return (await get(manager, "/instances")).instances;
}

function targets(cwd: string): string[] {
  return JSON.parse(Deno.readTextFileSync(join(cwd, "run", "inventory_targets.json")))[0].targets;
}

async function refuses(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).body?.cancel();
    return false;
  } catch {
    return true;
  }
}

Deno.test("oncall-manager starts, scales, faults and stops instances, and leaves none behind", () =>
  withManager(async (start, cwd, base) => {
    const manager = await start();
    assert.deepEqual(targets(cwd), []);
    const url = (port: number) => `http://127.0.0.1:${port}`;
    assert.deepEqual((await post(manager, "/start")).body, { ok: true, port: base, url: url(base) });
    assert.deepEqual((await post(manager, "/scale", { replicas: 3 })).body, {
      ok: true,
      started: [base + 1, base + 2],
      stopped: [],
      replicas: 3,
    });
    const list = await instances(manager);
    assert.deepEqual(list.map(({ port, service, status, healthy }) => [port, service, status, healthy]), [
      [base, "inv1", "running", true],
      [base + 1, "inv2", "running", true],
      [base + 2, "inv3", "running", true],
    ]);
    assert.deepEqual((await get(manager, "/backends")).backends, list.map(({ url }) => url));
    assert.deepEqual(targets(cwd), list.map(({ port }) => `127.0.0.1:${port}`));
    for (const { port } of list) assert.ok(Deno.statSync(join(cwd, "logs", `inv_${port}.log`)).isFile);

    assert.equal((await post(manager, "/start", { port: base })).status, 409);
    assert.equal((await post(manager, "/scale", { replicas: 5 })).status, 400);
    assert.equal((await post(manager, "/stop", { port: base + 3 })).status, 404);

    const fault = await post(manager, "/fault", { mode: "errors", p_error: 1, ports: [base + 1] });
    assert.deepEqual(fault.body, { ok: true, results: { [base + 1]: { status: 200 } } });
    const statuses = [];
    for (const { url } of list) {
      const response = await fetch(`${url}/items/1`);
      await response.body?.cancel();
      statuses.push(response.status);
    }
    assert.deepEqual(statuses, [404, 500, 404]);
    assert.doesNotMatch(JSON.stringify(await get(manager, "/events")), /fault|errors/);

    assert.deepEqual((await post(manager, "/stop", { pid: list[0]!.pid })).body, { ok: true, stopped_port: base });
    assert.deepEqual((await post(manager, "/scale", { replicas: 1 })).body.stopped, [base + 2]);
    assert.deepEqual(targets(cwd), [`127.0.0.1:${base + 1}`]);
    const metrics = await (await fetch(`${manager.url}/metrics`)).text();
    assert.match(metrics, /^oncall_manager_instances\{status="running"\} 1$/m);
    assert.match(metrics, /^oncall_manager_restarts_total\{service="inv2",port="\d+"\} 0$/m);

    assert.equal((await manager.stop()).code, 0);
    for (const { url } of list) assert.ok(await refuses(`${url}/healthz`), url);
    assert.deepEqual(targets(cwd), []);
  }));

Deno.test("oncall-manager brings an instance back that was killed under requests, and its discovery file follows", () =>
  withManager(async (start, cwd) => {
    const manager = await start();
    await post(manager, "/scale", { replicas: 2 });
    const [first, second] = await instances(manager);
    let sending = true;
    const requests = (async () => {
      for (let i = 0; sending; i++) {
        for (const { url } of [first!, second!]) {
          await fetch(`${url}/items/${i}`).then((response) => response.body?.cancel(), () => {});
        }
      }
    })();
    const killedMs = Date.now();
    Deno.kill(first!.pid!, "SIGKILL");
    const back = await until("the instance is back", async () => {
      const instance = (await instances(manager))[0]!;
      return instance.restarts === 1 && instance.healthy && instance;
    });
    sending = false;
    await requests;
    assert.notEqual(back.pid, first!.pid);
    assert.equal((await fetch(`${back.url}/healthz`).then((response) => response.json())).pid, back.pid);
    assert.equal((await instances(manager))[1]!.pid, second!.pid);
    assert.deepEqual(targets(cwd), [first!, second!].map(({ port }) => `127.0.0.1:${port}`));
    assert.ok(Deno.statSync(join(cwd, "run", "inventory_targets.json")).mtime!.getTime() >= killedMs);
    const { events } = await get(manager, "/events");
    const lately = events.filter(({ at }: { at: string }) => Date.parse(at) >= killedMs);
    assert.deepEqual(lately.map(({ kind, text }: { kind: string; text: string }) => [kind, text]), [
      ["instance_exited", `inv1 on port ${first!.port} ended with status 137`],
      ["instance_restarted", `inv1 on port ${first!.port} restarted`],
    ]);
  }));

Deno.test("oncall-manager calls an instance crash looping that dies at every request", () =>
  withManager(async (start) => {
    const manager = await start({ FAULT: "crash" });
    await post(manager, "/start");
    const instance = await until("it is crash looping", async () => {
      const [instance] = await instances(manager);
      if (instance!.healthy) await fetch(`${instance!.url}/items/1`).then((r) => r.body?.cancel(), () => {});
      return instance!.status === "crash_looping" && instance;
    }, { timeoutMs: 60_000 });
    assert.ok(instance.restarts >= 4, String(instance.restarts));
    assert.deepEqual((await get(manager, "/backends")).backends, []);
    const metrics = await (await fetch(`${manager.url}/metrics`)).text();
    assert.match(metrics, /^oncall_manager_restarts_total\{service="inv1",port="\d+"\} [4-9]/m);
    assert.equal((await post(manager, "/scale", { replicas: 0 })).status, 200);
  }));

Deno.test("oncall-manager goes on with the instances of one that was killed, and can end them", () =>
  withManager(async (start, cwd) => {
    const first = await start();
    await post(first, "/scale", { replicas: 4 });
    const before = await instances(first);
    first.kill("SIGKILL");
    await first.status;
    for (const { url } of before) assert.equal((await fetch(`${url}/healthz`).then((r) => r.json())).ok, true);
    Deno.kill(before[1]!.pid!, "SIGKILL");
    Deno.kill(before[2]!.pid!, "SIGSTOP");

    const second = await start();
    const restarted = await until("the dead one is back", async () => {
      const instance = (await instances(second))[1]!;
      return instance.healthy && instance;
    });
    assert.notEqual(restarted.pid, before[1]!.pid);
    const after = await instances(second);
    assert.deepEqual(after.map(({ pid, healthy }) => [pid, healthy]), [
      [before[0]!.pid, true],
      [restarted.pid, true],
      [before[2]!.pid, false],
      [before[3]!.pid, true],
    ]);
    assert.deepEqual((await get(second, "/backends")).backends, [0, 1, 3].map((index) => before[index]!.url));

    // One that dies now is noticed although it is not this manager's child.
    Deno.kill(before[0]!.pid!, "SIGKILL");
    await until("the adopted one is back", async () => {
      const instance = (await instances(second))[0]!;
      return instance.healthy && instance.pid !== before[0]!.pid;
    });
    assert.deepEqual((await post(second, "/stop", { port: before[2]!.port })).body.stopped_port, before[2]!.port);
    assert.equal((await second.stop()).code, 0);
    for (const { url } of before) assert.ok(await refuses(`${url}/healthz`), url);
    assert.deepEqual(targets(cwd), []);
  }));

Deno.test("oncall-manager takes an instance off the backends that hangs, and puts it back when it answers", () =>
  withManager(async (start) => {
    const manager = await start();
    await post(manager, "/scale", { replicas: 2 });
    const [first, second] = await instances(manager);
    Deno.kill(first!.pid!, "SIGSTOP");
    await until("it is off", async () => (await get(manager, "/backends")).backends.join() === second!.url);
    assert.equal((await instances(manager))[0]!.status, "running");
    Deno.kill(first!.pid!, "SIGCONT");
    await until("it is back", async () => (await get(manager, "/backends")).backends.length === 2);
  }));

Deno.test("oncall-manager says in one line what it cannot work with, and starts nothing", () =>
  withManager(async (start, cwd, base) => {
    const manager = await start();
    const env = { PM_BASE_PORT: String(base), PM_MAX_PORT: String(base + 3), PM_PORT: String(freePort()) };
    const cases: [env: Record<string, string>, cwd: string, message: RegExp][] = [
      [{}, cwd, /another manager \(process \d+\) runs with RUN_DIR run; stop it first/],
      [
        { PM_PORT: String(manager.port), RUN_DIR: "run/other" },
        cwd,
        /port \d+ is taken by oncall-manager .*process \d+/,
      ],
      [{ RUN_DIR: "../elsewhere" }, cwd, /RUN_DIR: cannot write in \.\.\/elsewhere/],
      [{ PM_MAX_PORT: "1", RUN_DIR: "run/other" }, cwd, /PM_MAX_PORT: expected \d+ \(PM_BASE_PORT\) or more, got 1/],
      [{ INVENTORY_BIN: "/bin/ls", RUN_DIR: "run/other" }, cwd, /INVENTORY_BIN: .*not permitted/],
      [{ PM_SD_FILE: "../targets.json", RUN_DIR: "run/other" }, cwd, /PM_SD_FILE: cannot write the discovery file/],
    ];
    for (const [other, folder, message] of cases) {
      const { code, stderr } = await runRole("manager", { env: { ...env, ...other }, cwd: folder });
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
    }
    using foreign = Deno.listen({ hostname: "127.0.0.1", port: base });
    const taken = await post(manager, "/start", { port: foreign.addr.port });
    assert.deepEqual([taken.status, taken.body.error], [409, "port_taken"]);
    assert.deepEqual((await post(manager, "/start")).body.port, base + 1);
    const full = await post(manager, "/scale", { replicas: 4 });
    assert.deepEqual([full.status, full.body.error], [409, "no_free_port"]);
  }));
