import assert from "node:assert/strict";
import { join } from "node:path";
import type { MonitoringConfig } from "./monitoring_config.ts";
import type { MonitoringTools } from "../monitoring/mod.ts";
import { fingerprint } from "./fingerprint.ts";
import { partNames, parts } from "./parts.ts";
import { stackSettings } from "./settings.ts";

const tools: MonitoringTools = { prometheus: "prometheus", alertmanager: "am", promtool: "promtool", amtool: "amtool" };

/** Which parts have another fingerprint after `change`, with `variables` as its environment. */
async function changedBy(
  change: (folder: string) => Promise<void> | void,
  variables: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, "config"));
    const config: MonitoringConfig = {
      prometheus: join(folder, "config/prometheus.yaml"),
      alertmanager: join(folder, "config/alertmanager.yaml"),
      rules: [join(folder, "config/alerts.yaml")],
    };
    const prints = async (variables: Readonly<Record<string, string>>) => {
      const all = parts(stackSettings(folder), tools, config);
      return await Promise.all(all.map((part) => fingerprint(part, (name) => variables[name])));
    };
    const before = await prints({});
    assert.deepEqual(await prints({}), before);
    await change(folder);
    const after = await prints(variables);
    return partNames.filter((_, i) => before[i] !== after[i]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("fingerprint() changes with the files that a part reads when it starts, and with those alone", async () => {
  const write = (file: string) => (folder: string) => Deno.writeTextFile(join(folder, file), "another");
  assert.deepEqual(await changedBy(write("config/oncall.yaml")), ["agent"]);
  assert.deepEqual(await changedBy(write("config/prometheus.yaml")), ["prometheus"]);
  assert.deepEqual(await changedBy(write("config/alerts.yaml")), ["prometheus"]);
  assert.deepEqual(await changedBy(write("config/alertmanager.yaml")), ["alertmanager"]);
});

Deno.test("fingerprint() follows ONCALL_CONFIG to the agent's file", async () => {
  const changed = await changedBy(async (folder) => {
    await Deno.writeTextFile(join(folder, ".env"), "ONCALL_CONFIG=config/mine.yaml\n");
    await Deno.writeTextFile(join(folder, "config/mine.yaml"), "another");
  });
  assert.deepEqual(changed, ["agent"]);
});

Deno.test("fingerprint() changes with a part's own settings, and not with another's", async () => {
  const nothing = () => {};
  assert.deepEqual(await changedBy(nothing, { JIRA_API_TOKEN: "one" }), ["agent"]);
  assert.deepEqual(await changedBy(nothing, { LB_READ_TIMEOUT: "3" }), ["lb"]);
  assert.deepEqual(await changedBy(nothing, { INVENTORY_DB: "run/other.db" }), ["manager"]);
  assert.deepEqual(await changedBy(nothing, { NOBODY_READS_THIS: "1" }), []);
});
