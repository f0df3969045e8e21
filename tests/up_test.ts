import assert from "node:assert/strict";
import { join } from "node:path";
import { runRole, type Stack, stack, until } from "./testing/mod.ts";

function isFree(url: string): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port: Number(new URL(url).port) }).close();
    return true;
  } catch {
    return false;
  }
}

/** What README shows works as it stands; what strangers could send is refused; tokens are their owner's. */
async function onlyOwnersAndLoopback({ folder, urls }: Stack): Promise<void> {
  const curl = async (...args: string[]) => {
    const { stdout } = await new Deno.Command("curl", { args: ["-s", "-w", "\n%{http_code}", ...args] }).output();
    return Number(new TextDecoder().decode(stdout).trim().split("\n").at(-1));
  };
  const item = '{"name": "bolt", "price": 0.2, "manufacturer": "Acme"}';
  const local = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [name, url.replace("http://127.0.0.1", "localhost")]),
  );
  const asTheyStand: [number, ...string[]][] = [
    [200, `${local.manager}/scale`, "-d", '{"replicas": 2}'],
    [200, `${local.manager}/instances`],
    [200, "-X", "PUT", `${local.lb}/items/7`, "-d", item],
    [200, `${local.lb}/items/7`],
    [500, `${local.lb}/random-endpoint/error`],
    [200, `${local.manager}/fault`, "-d", '{"mode": "errors", "p_error": 0.4}'],
    [200, `${local.manager}/fault`, "-d", '{"mode": "none"}'],
    [200, `${local.lb}/logs/tail?seconds=300&limit=20`],
    [200, `${local.agent}/api/incidents`],
  ];
  for (const [status, ...args] of asTheyStand) assert.equal(await curl(...args), status, args.join(" "));

  for (const name of ["token", "alert_token", "alertmanager.yaml"]) {
    assert.equal((await Deno.stat(join(folder, "run", name))).mode! & 0o777, 0o600, name);
  }
  const alertToken = (await Deno.readTextFile(join(folder, "run", "alert_token"))).trim();
  const json = ["-H", "content-type: application/json", "-d", '{"version": "4", "alerts": []}'];
  assert.equal(await curl(`${local.agent}/alerts`, ...json), 401);
  assert.equal(await curl(`${local.agent}/alerts`, ...json, "-H", `authorization: Bearer ${alertToken}`), 200);
  const token = (await Deno.readTextFile(join(folder, "run", "token"))).trim();
  for (const url of [`${local.manager}/instances`, `${local.lb}/metrics`, `${local.agent}/api/incidents`]) {
    const stranger = [url, "-H", "x-forwarded-for: 192.0.2.7"];
    assert.equal(await curl(...stranger), 401, url);
    assert.equal(await curl(...stranger, "-H", `authorization: Bearer ${token}`), 200, url);
  }
  await until("Alertmanager's heartbeat arrives with the token", async () => {
    const { heartbeat } = await (await fetch(`${urls.agent}/healthz`)).json();
    return heartbeat.last_at !== null;
  }, { timeoutMs: 60_000, everyMs: 500 });
}

Deno.test("up starts every part in order, is safe to call twice, and down leaves no process and no port", async () => {
  await using system = await stack();
  const first = await system.task("up").ended;
  assert.equal(first.code, 0, first.output);
  const order = ["manager", "inventory", "lb", "prometheus", "alertmanager", "agent"];
  const places = order.map((name) => first.output.search(new RegExp(`^  ${name} +ready in`, "m")));
  assert.deepEqual(places, places.toSorted((a, b) => a - b), first.output);
  assert.ok(places.every((place) => place >= 0), first.output);
  assert.equal(first.output.match(/^ {2}.*curl -s.*$/gm)?.length, 3, first.output);
  const { backends } = await (await fetch(`${system.urls.manager}/backends`)).json();
  assert.equal(backends.length, 2);
  const doctor = await runRole("cli", { args: ["doctor", "--agent-url", system.urls.agent] });
  assert.equal(doctor.code, 0, doctor.stdout);
  await until("Prometheus scrapes every part", async () => {
    const { data } = await (await fetch(`${system.urls.prometheus}/api/v1/targets`)).json();
    const targets: { health: string }[] = data.activeTargets;
    return targets.length === 5 && targets.every((target) => target.health === "up");
  }, { everyMs: 500 });

  await onlyOwnersAndLoopback(system);

  const before = (await system.processes()).map((process) => process.pid).sort();
  assert.equal(before.length, 7);
  const second = await system.task("up").ended;
  assert.equal(second.code, 0, second.output);
  assert.equal(second.output.match(/already running/g)?.length, order.length, second.output);
  assert.deepEqual((await system.processes()).map((process) => process.pid).sort(), before);
  const status = await system.task("status").ended;
  assert.equal(status.code, 0, status.output);
  assert.match(status.output, /inv1 +running/);

  // What only the agent reads has changed, so only the agent is started anew.
  await Deno.writeTextFile(join(system.folder, ".env"), "JIRA_EMAIL=oncall@example.com\n");
  await Deno.writeTextFile(join(system.folder, "config", "oncall.yaml"), "\n# another\n", { append: true });
  const third = await system.task("up").ended;
  assert.equal(third.code, 0, third.output);
  assert.match(third.output, /^ {2}agent +has changed since it was started/m);
  assert.equal(third.output.match(/has changed/g)?.length, 1, third.output);
  assert.equal(third.output.match(/already running/g)?.length, order.length - 1, third.output);

  // A port that is taken costs nothing that runs.
  const running = (await system.processes()).map((process) => process.pid).sort();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const elsewhere = await system.with({ AGENT_PORT: `${taken.addr.port}` }).task("up").ended;
  assert.equal(elsewhere.code, 1, elsewhere.output);
  assert.match(elsewhere.output, new RegExp(`^up: port ${taken.addr.port}, which agent needs, is taken by`, "m"));
  assert.deepEqual((await system.processes()).map((process) => process.pid).sort(), running);

  // So does a mistake in .env, whichever program it is for.
  await Deno.writeTextFile(join(system.folder, ".env"), "JIRA_PROJECT_KEY=no key\nRETENTION_DAYS=ever\n");
  const mistaken = await system.task("up").ended;
  assert.equal(mistaken.code, 2, mistaken.output);
  for (const name of ["JIRA_PROJECT_KEY", "RETENTION_DAYS"]) {
    assert.match(mistaken.output, new RegExp(`${name}: expected`));
  }
  await Deno.writeTextFile(join(system.folder, ".env"), "JIRA_EMIAL=oncall@example.com\n");
  const misspelt = await system.task("up").ended;
  assert.equal(misspelt.code, 2, misspelt.output);
  assert.match(misspelt.output, /unknown variable JIRA_EMIAL, did you mean JIRA_EMAIL\?/);
  assert.deepEqual((await system.processes()).map((process) => process.pid).sort(), running);
  await Deno.writeTextFile(join(system.folder, ".env"), "JIRA_EMAIL=oncall@example.com\n");

  // Its instances lose the manager that would end them.
  const manager = (await system.processes()).find((process) => process.name === "oncall-manager")!;
  Deno.kill(manager.pid, "SIGKILL");
  const down = await system.task("down").ended;
  assert.equal(down.code, 0, down.output);
  assert.deepEqual(await system.processes(), []);
  for (const url of [...Object.values(system.urls), ...backends]) assert.ok(isFree(url), url);
  assert.match((await system.task("down").ended).output, /Nothing was running/);
  assert.equal((await system.task("status").ended).code, 1);
});

Deno.test("up names the port and the process when a port is taken, and starts nothing", async () => {
  await using system = await stack();
  using _listener = Deno.listen({ hostname: "127.0.0.1", port: Number(system.env.LB_PORT) });
  const { code, output } = await system.task("up").ended;
  assert.equal(code, 1);
  const line = new RegExp(
    `^up: port ${system.env.LB_PORT}, which lb needs, is taken by .*process ${Deno.pid}.*LB_PORT`,
    "m",
  );
  assert.match(output, line);
  assert.deepEqual(await system.processes(), []);
});

Deno.test("up names the file and what was expected when a configuration is missing or wrong, and starts nothing", async () => {
  await using system = await stack();
  await Deno.writeTextFile(join(system.folder, "config", "oncall.yaml"), "services:\n  - nam: cart\n");
  const catalogue = await system.task("up").ended;
  assert.equal(catalogue.code, 2);
  assert.match(catalogue.output, /^up: config\/oncall\.yaml line 2: /m);
  await Deno.writeTextFile(join(system.folder, "config", "prometheus.yaml"), "global:\n  scrape_intervall: 5s\n");
  const wrong = await system.task("up").ended;
  assert.equal(wrong.code, 1);
  assert.match(wrong.output, /^up: config\/prometheus\.yaml line 2: field scrape_intervall not found/m);
  await Deno.remove(join(system.folder, "config", "alertmanager.yaml"));
  const missing = await system.task("up").ended;
  assert.equal(missing.code, 1);
  assert.match(missing.output, /^up: config\/alertmanager\.yaml is missing: expected/m);
  await Deno.writeTextFile(join(system.folder, ".env"), "PM_PORT=1\nnonsense\n");
  const env = await system.task("up").ended;
  assert.equal(env.code, 2);
  assert.match(env.output, /\.env line 2: expected NAME=value/);
  assert.deepEqual(await system.processes(), []);
});

Deno.test("status tells when a part is of another version", async () => {
  await using system = await stack();
  const other = () => Response.json({ ok: true, name: "oncall-lb", version: "0.0.1", pid: 1 });
  const server = Deno.serve({ hostname: "127.0.0.1", port: Number(system.env.LB_PORT), onListen() {} }, other);
  const { code, output } = await system.task("status").ended;
  await server.shutdown();
  assert.equal(code, 1);
  assert.match(output, /^lb +running .*version 0\.0\.1, this checkout is \d/m);
});

Deno.test("up ends what it has started when it is interrupted", async () => {
  await using system = await stack();
  const task = system.task("up");
  await until("the manager is ready", () => /^ {2}manager +ready/m.test(task.output()), { timeoutMs: 120_000 });
  task.kill("SIGINT");
  const { code, output } = await task.ended;
  assert.equal(code, 130, output);
  assert.match(output, /^up: interrupted$/m);
  assert.deepEqual(await system.processes(), []);
});
