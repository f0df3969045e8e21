import assert from "node:assert/strict";
import { integer, list, optional, secret, text, url } from "../../services/lib/configuration/mod.ts";
import { permissionFlags } from "./flags.ts";
import type { Role } from "./roles.ts";

const role: Role = { folder: "x", executable: "oncall-x", writes: true };
const settings = {
  host: text({ env: "X_HOST", help: "" }, "127.0.0.1"),
  port: integer({ env: "X_PORT", help: "" }, 1),
  api: url({ env: "API_URL", help: "" }, "https://api.example.com/v1"),
  backends: list({ env: "BACKENDS", help: "" }),
  site: optional({ env: "SITE_URL", help: "" }),
  store: text({ env: "STORE", help: "" }, "sqlite:run/x.db"),
  token: secret({ env: "TOKEN", help: "" }),
  plain: integer({ flag: "plain", help: "" }, 1),
};

function flags(env: Record<string, string> = {}, changed: Partial<Role> = {}): string[] {
  return permissionFlags({ ...role, ...changed }, settings, (name) => env[name]);
}

function hosts(env: Record<string, string>): string[] {
  return flags(env).find((flag) => flag.startsWith("--allow-net="))!.slice("--allow-net=".length).split(",");
}

Deno.test("permissionFlags() permits the settings' variables, their defaults' hosts and loopback", () => {
  assert.deepEqual(flags(), [
    "--no-prompt",
    "--allow-read=.env,run,logs",
    "--allow-env=API_URL,BACKENDS,CLICOLOR_FORCE,FORCE_COLOR,LOG_DIR,NO_COLOR,RUN_DIR,SITE_URL,STORE,TOKEN,X_HOST,X_PORT",
    "--ignore-env",
    "--allow-net=127.0.0.1,localhost,[::1],0.0.0.0,[::],api.example.com",
    "--allow-write=run,logs",
  ]);
});

Deno.test("permissionFlags() adds the hosts that are configured when building", () => {
  const added = hosts({
    BACKENDS: "http://10.0.0.1:80, http://10.0.0.2",
    SITE_URL: "https://team.example.net",
    STORE: "postgres://u:p@db.internal:5432/x",
    X_HOST: "192.168.0.7",
    ONCALL_ALLOW_NET: "a.example, b.example:443",
    TOKEN: "https://not-a-host.example",
  });
  for (const host of ["10.0.0.1", "10.0.0.2", "team.example.net", "db.internal", "192.168.0.7", "a.example"]) {
    assert.ok(added.includes(host), host);
  }
  assert.ok(added.includes("b.example:443"));
  assert.ok(!added.includes("not-a-host.example"));
});

Deno.test("permissionFlags() gives no write, no programs and no more to read unless the role needs it", () => {
  const none = flags({}, { writes: false });
  assert.ok(none.includes("--allow-read=.env"));
  assert.ok(!none.some((flag) => /^--allow-(write|run|sys|ffi|all)/.test(flag)));
  assert.ok(flags({}, { read: ["/"], denyRead: ["/etc", "/proc"] }).includes("--deny-read=/etc,/proc"));
  const more = flags({ BIN: "./y" }, { read: ["."], run: ["x"], runSetting: "BIN", sys: ["hostname"] });
  for (const flag of ["--allow-read=.env,run,logs,.", "--allow-run=x,./y", "--allow-sys=hostname"]) {
    assert.ok(more.includes(flag), flag);
  }
});

Deno.test("permissionFlags() leaves hosts, files and variables to the code of a role that guards itself", () => {
  assert.deepEqual(flags({}, { guarded: true }), [
    "--no-prompt",
    "--allow-read",
    "--allow-env",
    "--allow-net",
    "--allow-write=run,logs",
  ]);
});

Deno.test("permissionFlags() fixes the lists of a role that guards itself once hosts are given", () => {
  const hardened = flags(
    { ONCALL_ALLOW_NET: "prom.internal", ONCALL_ALLOW_READ: "/var/log/shop", ONCALL_ALLOW_ENV: "PROM_TOKEN" },
    { guarded: true },
  );
  assert.ok(hardened.includes("--allow-read=.env,run,logs,/var/log/shop"));
  assert.ok(hardened.some((flag) => flag.startsWith("--allow-env=") && flag.includes(",PROM_TOKEN,")));
  assert.ok(hardened.some((flag) => flag.startsWith("--allow-net=127.0.0.1,") && flag.endsWith(",prom.internal")));
  assert.ok(hardened.includes("--ignore-env"));
});
