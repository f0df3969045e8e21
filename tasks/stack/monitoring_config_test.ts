import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import { tempFolder } from "../../tests/testing/mod.ts";
import { monitoringTools } from "../monitoring/mod.ts";
import { ConfigError, monitoringConfig } from "./monitoring_config.ts";
import { type StackSettings, stackSettings } from "./settings.ts";

const good = {
  "prometheus.yaml": `rule_files: [alerts.yaml]
scrape_configs:
  - job_name: inventory
    file_sd_configs: [{ files: [../run/inventory_targets.json] }]
  - job_name: manager
    static_configs: [{ targets: ["127.0.0.1:7070"] }]
`,
  "alerts.yaml": `groups:
  - name: x
    rules:
      - alert: X
        expr: up == 0
`,
  "alertmanager.yaml": `route: { receiver: agent }
receivers:
  - name: agent
    webhook_configs: [{ url: "http://127.0.0.1:8088/alerts" }]
`,
};

interface Hook {
  readonly http_config?: { readonly authorization: { readonly credentials: string } };
}

/** Whatever the environment of the tests says. */
const defaults = {
  runDir: "run",
  discoveryFile: undefined,
  urls: {
    PM_URL: "http://127.0.0.1:7070",
    LB_URL: "http://127.0.0.1:9000",
    AGENT_URL: "http://127.0.0.1:8088",
    PROM_URL: "http://127.0.0.1:9090",
    ALERTMANAGER_URL: "http://127.0.0.1:9093",
  },
};

async function checked(
  files: Partial<Record<keyof typeof good, string | undefined>>,
  change: Partial<StackSettings> = {},
) {
  await using folder = await tempFolder();
  await Deno.mkdir(join(folder.path, "config"));
  await Deno.mkdir(join(folder.path, "run"));
  for (const [name, text] of Object.entries({ ...good, ...files })) {
    if (text !== undefined) await Deno.writeTextFile(join(folder.path, "config", name), text);
  }
  const settings = { ...stackSettings(folder.path), ...defaults, ...change };
  const config = await monitoringConfig(settings, await monitoringTools());
  const read = async (path: string) => ({
    path,
    mode: (await Deno.stat(path)).mode,
    content: parse(await Deno.readTextFile(path)),
  });
  return {
    prometheus: await read(config.prometheus),
    alertmanager: await read(config.alertmanager),
    folder: folder.path,
  };
}

const wrong: readonly [string, Parameters<typeof checked>[0], RegExp][] = [
  ["is missing", { "alertmanager.yaml": undefined }, /^config\/alertmanager\.yaml is missing: expected .*git checkout/],
  [
    "not YAML",
    { "prometheus.yaml": "global:\n  scrape_interval: [5s\n" },
    /^config\/prometheus\.yaml line \d+: did not find/,
  ],
  [
    "has an unknown key",
    { "prometheus.yaml": "global:\n  x: 1\n" },
    /^config\/prometheus\.yaml line 2: field x not found/,
  ],
  [
    "has a rule that does not parse",
    { "alerts.yaml": good["alerts.yaml"].replace("up == 0", "sum((") },
    /^config\/alerts\.yaml line 5: .*could not parse expression/,
  ],
  [
    "has a key unknown to Alertmanager",
    { "alertmanager.yaml": "x: 1\n" },
    /^config\/alertmanager\.yaml line 1: field x/,
  ],
];

for (const [what, files, message] of wrong) {
  Deno.test(`monitoringConfig() names file, line and what was expected when a file ${what}`, async () => {
    await assert.rejects(checked(files), (error: Error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"), error.message);
      return true;
    });
  });
}

Deno.test("monitoringConfig() gives Prometheus' file itself when everything has its default place", async () => {
  const { prometheus, folder } = await checked({});
  assert.equal(prometheus.path, join(folder, "config", "prometheus.yaml"));
});

Deno.test("monitoringConfig() has Alertmanager show the agent, and nobody else, the token for alerts", async () => {
  const file = `route: { receiver: agent }
receivers:
  - name: agent
    webhook_configs:
      - { url: "http://127.0.0.1:8088/alerts", send_resolved: true }
      - { url: "http://127.0.0.1:8089/alerts" }
      - { url: "http://127.0.0.1:8088/alerts", http_config: { authorization: { credentials: mine } } }
  - name: nobody
`;
  const { alertmanager, folder } = await checked({ "alertmanager.yaml": file }, { alertToken: "secret-of-alerts" });
  assert.equal(alertmanager.path, join(folder, "run", "alertmanager.yaml"));
  assert.equal(alertmanager.mode! & 0o777, 0o600);
  const hooks = alertmanager.content.receivers[0].webhook_configs;
  assert.deepEqual(hooks.map((hook: Hook) => hook.http_config?.authorization.credentials), [
    "secret-of-alerts",
    undefined,
    "mine",
  ]);
  assert.equal(hooks[0].send_resolved, true);
});

Deno.test("monitoringConfig() has Prometheus show the system's token where other machines reach a server", async () => {
  const urls = { ...defaults.urls, PM_URL: "http://10.0.0.7:7070" };
  const { prometheus } = await checked({}, { urls, token: "secret-of-all" });
  const [inventory, manager] = prometheus.content.scrape_configs;
  assert.equal(inventory.authorization, undefined);
  assert.deepEqual(manager.authorization, { credentials: "secret-of-all" });
});

Deno.test("monitoringConfig() gives copies with the real addresses when ports differ", async () => {
  const urls = { ...defaults.urls, PM_URL: "http://127.0.0.1:17070", AGENT_URL: "http://127.0.0.1:18088" };
  const { prometheus, alertmanager, folder } = await checked({}, { urls });
  assert.equal(prometheus.path, join(folder, "run", "prometheus.yaml"));
  assert.deepEqual(prometheus.content.rule_files, [join(folder, "config", "alerts.yaml")]);
  const [inventory, manager] = prometheus.content.scrape_configs;
  assert.deepEqual(inventory.file_sd_configs[0].files, [join(folder, "run", "inventory_targets.json")]);
  assert.deepEqual(manager.static_configs[0].targets, ["127.0.0.1:17070"]);
  assert.equal(alertmanager.content.receivers[0].webhook_configs[0].url, "http://127.0.0.1:18088/alerts");
});
