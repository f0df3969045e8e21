import assert from "node:assert/strict";
import { VERSION } from "../services/lib/configuration/mod.ts";
import { freePort, type Result, type RoleName, runRole, startRole, tempFolder } from "./testing/mod.ts";
import { roleNames, roles } from "../tasks/build/mod.ts";

const servers: readonly RoleName[] = ["manager", "inventory", "lb", "agent"];

const TOKEN = "a-token-of-a-test-that-is-long";

for (const name of roleNames) {
  const { executable } = roles[name];
  Deno.test(`${executable} says what it is, and refuses what it does not know in one line with exit 2`, async () => {
    const [help, version, unknown] = await Promise.all(
      ["--help", "--version", "--no-such-flag"].map((flag) => runRole(name, { args: [flag] })),
    ) as [Result, Result, Result];
    assert.equal(help.code, 0);
    assert.match(help.stdout, new RegExp(`^Usage: ${executable}\\b`));
    assert.deepEqual([version.code, version.stdout.trim()], [0, VERSION]);
    assert.deepEqual([unknown.code, unknown.stdout], [2, ""]);
    assert.match(unknown.stderr, /^oncall[a-z-]*: .*--no-such-flag.*\n$/);
  });
}

for (const name of servers) {
  const { executable } = roles[name];
  Deno.test(`${executable} serves from an empty folder, answers as every server does, and drains on a signal`, async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      await using role = await startRole(name);
      const health = await (await fetch(`${role.url}/healthz`)).json();
      assert.deepEqual([health.ok, health.name, health.version, health.pid], [true, executable, VERSION, role.pid]);
      const metrics = await (await fetch(`${role.url}/metrics`)).text();
      assert.match(metrics, /^process_resident_memory_bytes \d/m);
      if (name !== "lb") {
        const unknown = await fetch(`${role.url}/no/such/route`);
        const body = await unknown.json();
        assert.deepEqual([unknown.status, body.error, typeof body.message], [404, "not_found", "string"]);
      }
      role.kill(signal);
      assert.equal((await role.status).code, 0, role.output());
    }
  });

  Deno.test(`${executable} names who has its port when it is taken, with exit 2`, async () => {
    await using first = await startRole(name);
    await using folder = await tempFolder();
    const variable = { manager: "PM_PORT", inventory: "PORT", lb: "LB_PORT", agent: "AGENT_PORT" }[name as "lb"];
    const second = await runRole(name, { env: { [variable]: `${first.port}` }, cwd: folder.path });
    assert.equal(second.code, 2, second.stderr);
    const line = second.stderr.trim().split("\n").at(-1) ?? "";
    assert.match(line, new RegExp(`port ${first.port} is taken by ${executable} .*process ${first.pid}`));
  });

  Deno.test(`${executable} refuses an address that others reach without a token, and one that cannot be had`, async () => {
    const variable = { manager: "PM_HOST", inventory: "HOST", lb: "LB_HOST", agent: "AGENT_HOST" }[name as "lb"];
    const port = { manager: "PM_PORT", inventory: "PORT", lb: "LB_PORT", agent: "AGENT_PORT" }[name as "lb"];
    const env = { [variable]: "192.0.2.1", [port]: `${freePort()}` };
    const open = await runRole(name, { env });
    assert.equal(open.code, 2, open.stderr);
    assert.match(open.stderr, new RegExp(`${variable}: other machines can reach 192\\.0\\.2\\.1: set .*TOKEN`));
    const tokens = { ONCALL_TOKEN: TOKEN, CONSOLE_TOKEN: TOKEN, ALERT_TOKEN: TOKEN };
    const { code, stderr } = await runRole(name, { env: { ...env, ...tokens } });
    assert.equal(code, 2, stderr);
    // Only the agent's build leaves addresses to what is configured.
    const expected = name === "agent" ? /192\.0\.2\.1/ : /192\.0\.2\.1.*ONCALL_ALLOW_NET=192\.0\.2\.1/;
    assert.match(stderr, expected);
  });
}
