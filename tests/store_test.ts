import assert from "node:assert/strict";
import {
  allIncidents,
  BIN,
  deliver,
  ensureBuilt,
  executablePath,
  freePort,
  idle,
  ofGroup,
  runRole,
  startAgent,
  type Surroundings,
  surroundings,
  tempFolder,
  until,
} from "./testing/mod.ts";

const group = (n: number) => ofGroup(`group ${n}`, [{ fingerprint: n.toString(16).padStart(16, "0") }]);
const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;

Deno.test("oncall backup copies the store under deliveries, and oncall restore puts the same incidents into a fresh folder", async () => {
  await using folder = await tempFolder();
  await using fresh = await tempFolder();
  await using around = await surroundings();
  const env = { ...around.env, INVESTIGATIONS: "1" };
  const before: string[] = [];
  await Deno.mkdir(`${folder.path}/run`, { mode: 0o755 });
  {
    await using agent = await startAgent(around, { cwd: folder.path, env });
    for (let n = 0; n < 20; n++) assert.equal((await deliver(agent.url, group(n))).status, 200);
    let going = true;
    const deliveries = (async () => {
      for (let n = 100; going; n++) await deliver(agent.url, group(n));
    })();
    try {
      const made = await runRole("cli", { cwd: folder.path, args: ["backup", "run/copy.db"] });
      assert.equal(made.code, 0, made.stderr);
      assert.match(made.stdout, /run\/copy\.db: \d+ incidents, \d+ kB, checked/);
      const again = await runRole("cli", { cwd: folder.path, args: ["backup", "run/copy.db"] });
      assert.deepEqual([again.code, again.stdout], [1, ""]);
      const refused = await runRole("cli", { cwd: folder.path, args: ["restore", "run/copy.db"] });
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /held by another agent .*stop it/);
    } finally {
      going = false;
      await deliveries;
    }
    before.push(...(await allIncidents(agent.url)).map(({ id }) => id));
  }
  for (const path of ["run", "run/oncall.db", "run/oncall.db.lock", "run/copy.db"]) {
    assert.equal(mode(`${folder.path}/${path}`) & 0o077, 0, path);
  }
  const back = await runRole("cli", { cwd: fresh.path, args: ["restore", `${folder.path}/run/copy.db`, "--json"] });
  assert.equal(back.code, 0, back.stderr);
  const { rows } = JSON.parse(back.stdout);
  await using agent = await startAgent(around, { cwd: fresh.path, env });
  const after = (await allIncidents(agent.url)).map(({ id }) => id);
  assert.equal(after.length, rows.incidents);
  assert.deepEqual(after, before.slice(0, after.length));
  assert.ok(after.length >= 20);
});

Deno.test("oncall-agent pages a person when its store was lost, and says so on /healthz", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  {
    await using agent = await startAgent(around, { cwd: folder.path });
    assert.equal((await deliver(agent.url, group(1))).status, 200);
    await idle(agent.url);
  }
  for (const suffix of ["", "-wal", "-shm"]) {
    await Deno.remove(`${folder.path}/run/oncall.db${suffix}`).catch(() => {});
  }
  await using agent = await startAgent(around, { cwd: folder.path });
  await until("a person is paged", () => around.twilio.messages.some(({ body }) => /store .* was lost/.test(body)));
  const { ok, store } = await (await fetch(`${agent.url}/healthz`)).json();
  assert.deepEqual([ok, store.began], [true, "lost"]);
});

Deno.test("oncall-agent takes over what can be read of a damaged store, and pages a person", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  const path = `${folder.path}/run/oncall.db`;
  let before: string[];
  {
    await using agent = await startAgent(around, { cwd: folder.path });
    for (let n = 1; n <= 10; n++) assert.equal((await deliver(agent.url, group(n))).status, 200);
    await idle(agent.url);
    before = (await allIncidents(agent.url)).map(({ id }) => id);
  }
  // The last pages are those of what came last.
  const file = await Deno.open(path, { write: true });
  await file.seek(Deno.statSync(path).size - 3 * 4096, Deno.SeekMode.Start);
  await file.write(new Uint8Array(3 * 4096).fill(0xff));
  file.close();
  await using agent = await startAgent(around, { cwd: folder.path });
  await until("a person is paged", () => around.twilio.messages.some(({ body }) => /store .* is damaged/.test(body)));
  const { ok, store } = await (await fetch(`${agent.url}/healthz`)).json();
  assert.deepEqual([ok, store.began], [true, "salvaged"]);
  const after = (await allIncidents(agent.url)).map(({ id }) => id);
  assert.ok(after.length > 0 && after.every((id) => before.includes(id)), `${after.length}`);
  assert.equal((await deliver(agent.url, group(99))).status, 200);
});

Deno.test("oncall-agent starts on a full disk: it serves reads, takes no alerts, and tells people so", async () => {
  await ensureBuilt("agent");
  await using folder = await tempFolder();
  await using around = await surroundings();
  const start = async () => {
    const port = freePort();
    // To SQLite a write beyond 2 MiB fails as on a full disk.
    const child = new Deno.Command("sh", {
      args: ["-c", `trap '' XFSZ; ulimit -f 4096; exec "$0"`, executablePath("agent")],
      cwd: folder.path,
      env: { ...around.env, AGENT_PORT: `${port}`, PATH: `${BIN}:${Deno.env.get("PATH")}`, INVESTIGATIONS: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const url = `http://127.0.0.1:${port}`;
    await until("the agent answers", async () => {
      const response = await fetch(`${url}/healthz`);
      await response.body?.cancel();
      return true;
    });
    return { url, child };
  };
  const end = async (child: Deno.ChildProcess) => {
    child.kill("SIGKILL");
    await child.status;
  };
  const large = (n: number) => {
    const [alert] = group(n).alerts as Record<string, unknown>[];
    return ofGroup(`group ${n}`, [{ ...alert, annotations: { description: "x".repeat(50_000) } }]);
  };
  const first = await start();
  try {
    let status = 200;
    for (let n = 1; status === 200; n++) status = (await deliver(first.url, large(n))).status;
    for (let n = 500; n < 900 && (await deliver(first.url, group(n))).status === 200; n++);
  } finally {
    await end(first.child);
  }
  const again = await start();
  try {
    assert.equal((await deliver(again.url, large(1_000))).status, 503);
    const response = await fetch(`${again.url}/healthz`);
    const { ok, store } = await response.json();
    assert.deepEqual([response.status, ok, store.writable], [503, false, false]);
    assert.ok((await allIncidents(again.url)).length > 0);
    const told = () => around.twilio.messages.some(({ body }) => /takes no alerts: the store cannot write/.test(body));
    await until("people are told", told, { timeoutMs: 90_000, everyMs: 200 });
  } finally {
    await end(again.child);
  }
});

/** Whether file systems can be mounted here. */
async function mounts(): Promise<boolean> {
  await using folder = await tempFolder();
  const mounted = await mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path);
  if (mounted) await run("umount", folder.path);
  return mounted;
}

const mount = (...args: string[]) => run("mount", ...args);

async function run(program: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

const MOUNTS = await mounts();

for (const state of ["full", "read-only"] as const) {
  for (const store of ["a store that was closed", "no store"] as const) {
    Deno.test({
      name: `oncall-agent starts on a ${state} disk with ${store}, says so to people, and goes on when that is over`,
      ignore: !MOUNTS,
      fn: async () => {
        await using folder = await tempFolder();
        await using around = await surroundings();
        const disk = `${folder.path}/run`;
        await Deno.mkdir(disk);
        assert.ok(await mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", disk));
        try {
          const before = store === "no store" ? 0 : 3;
          if (before > 0) {
            await using agent = await startAgent(around, { cwd: folder.path });
            for (let n = 0; n < before; n++) assert.equal((await deliver(agent.url, group(n))).status, 200);
          }
          if (state === "full") await fill(`${disk}/filler`);
          else assert.ok(await mount("-o", "remount,ro", disk));
          const agent = await startUnwell(around, folder.path);
          try {
            const response = await fetch(`${agent.url}/healthz`);
            const { ok, store: health } = await response.json();
            assert.deepEqual([response.status, ok, health.writable], [503, false, false]);
            assert.match(health.reason, state === "full" ? /full|space/ : /read-?only/i);
            assert.equal((await allIncidents(agent.url)).length, before);
            assert.equal((await deliver(agent.url, group(100))).status, 503);
            assert.match(await (await fetch(`${agent.url}/`)).text(), /No alerts are taken, for nothing can be stored/);
            const { checks } = await (await fetch(`${agent.url}/api/doctor`)).json();
            const [check] = checks.filter(({ name }: { name: string }) => name === "Store");
            assert.equal(check.state, "failed");
            const cli = await runRole("cli", { args: ["status", "--agent-url", agent.url] });
            assert.match(cli.stdout, /agent +not storing .*takes no alerts/);
            assert.equal(cli.code, 1);
            const told = () => around.twilio.messages.some(({ body }) => /takes no alerts/.test(body));
            await until("people are told", told, { timeoutMs: 90_000, everyMs: 200 });
            if (state === "full") await Deno.remove(`${disk}/filler`);
            else assert.ok(await mount("-o", "remount,rw", disk));
            await until("it is taken", async () => (await deliver(agent.url, group(100))).status === 200);
            assert.equal((await allIncidents(agent.url)).length, before + 1);
          } finally {
            agent.child.kill("SIGTERM");
            await agent.child.status;
          }
        } finally {
          await run("umount", "-l", disk);
        }
      },
    });
  }
}

/** Takes every byte that is left. */
async function fill(path: string): Promise<void> {
  using file = await Deno.open(path, { create: true, write: true });
  try {
    while (true) await file.write(new Uint8Array(512));
  } catch {
    // Full.
  }
}

/** An agent whose `/healthz` does not answer 200. */
async function startUnwell(around: Surroundings, cwd: string): Promise<{ url: string; child: Deno.ChildProcess }> {
  const port = freePort();
  const child = new Deno.Command(executablePath("agent"), {
    cwd,
    env: { ...around.env, AGENT_PORT: `${port}` },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  await until("the agent answers", async () => {
    const response = await fetch(`${url}/healthz`);
    await response.body?.cancel();
    return true;
  });
  return { url, child };
}

Deno.test("oncall-agent investigates what Alertmanager has as active soon after a start, although nothing delivers it", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  const startsAt = new Date(Date.now() - 600_000).toISOString();
  const labels = { alertname: "InventoryHighErrorRate", service: "inventory", severity: "critical" };
  const alertmanager = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    if (new URL(request.url).pathname === "/api/v2/status") return Response.json({ uptime: new Date().toISOString() });
    return Response.json([{
      fingerprint: "00000000000000aa",
      labels,
      annotations: {},
      startsAt,
      status: { state: "active" },
    }]);
  });
  try {
    const env = { ALERTMANAGER_URL: `http://127.0.0.1:${alertmanager.addr.port}`, RECONCILE_EVERY: "3600" };
    await using agent = await startAgent(around, { cwd: folder.path, env });
    await until("the alert is investigated", async () => (await allIncidents(agent.url))[0]?.state === "diagnosed", {
      timeoutMs: 60_000,
      everyMs: 200,
    });
    await idle(agent.url);
    const incidents = await allIncidents(agent.url);
    assert.equal(incidents.length, 1);
    assert.match(incidents[0]!.timeline.map(({ text }) => text).join("\n"), /no delivery told of it/);
    assert.ok(
      around.twilio.messages.some(({ body }) => /began with an empty store while 1 alert fired already/.test(body)),
    );
  } finally {
    await alertmanager.shutdown();
  }
});
