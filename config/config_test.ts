import assert from "node:assert/strict";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { monitoringTools, ROOT, tempFolder } from "../tests/testing/mod.ts";

const FOLDER = join(ROOT, "config");

const ruleSchema = v.object({
  alert: v.string(),
  expr: v.string(),
  for: v.optional(v.string()),
  labels: v.record(v.string(), v.string()),
  annotations: v.strictObject({ summary: v.string(), description: v.string(), runbook: v.string() }),
});
const rulesSchema = v.object({
  groups: v.array(v.object({ name: v.string(), interval: v.literal("5s"), rules: v.array(ruleSchema) })),
});
const casesSchema = v.object({
  tests: v.array(v.object({
    alert_rule_test: v.array(v.object({ alertname: v.string(), exp_alerts: v.array(v.unknown()) })),
  })),
});

function read(name: string): unknown {
  return parse(Deno.readTextFileSync(join(FOLDER, name)));
}

function rules(): v.InferOutput<typeof ruleSchema>[] {
  return v.parse(rulesSchema, read("alerts.yaml")).groups.flatMap((group) => group.rules);
}

async function run(program: string, args: string[], cwd = FOLDER): Promise<{ ok: boolean; said: string }> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
  return { ok: success, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("prometheus.yaml and alerts.yaml are valid", async () => {
  const { promtool } = await monitoringTools();
  const { ok, said } = await run(promtool, ["check", "config", "prometheus.yaml"]);
  assert.ok(ok, said);
  assert.match(said, new RegExp(`${rules().length} rules found`));
});

Deno.test("alertmanager.yaml is valid", async () => {
  const { amtool } = await monitoringTools();
  const { ok, said } = await run(amtool, ["check-config", "alertmanager.yaml"]);
  assert.ok(ok, said);
});

Deno.test("alerts.yaml fires when it should and only then", async () => {
  const { promtool } = await monitoringTools();
  const { ok, said } = await run(promtool, ["test", "rules", "alerts_test.yaml"]);
  assert.ok(ok, said);
});

/** The alerts that the cases find wrong when every rule is changed by `change`. */
async function foundOut(change: (text: string) => string): Promise<string[]> {
  const { promtool } = await monitoringTools();
  await using folder = await tempFolder();
  Deno.copyFileSync(join(FOLDER, "alerts_test.yaml"), join(folder.path, "alerts_test.yaml"));
  const text = change(Deno.readTextFileSync(join(FOLDER, "alerts.yaml")));
  Deno.writeTextFileSync(join(folder.path, "alerts.yaml"), text);
  const { said } = await run(promtool, ["test", "rules", "alerts_test.yaml"], folder.path);
  return [...new Set([...said.matchAll(/alertname: (\w+)/g)].map((match) => match[1]!))].sort();
}

Deno.test("alerts_test.yaml finds out a rule that never fires, one that always does and one that does not wait", async () => {
  const all = rules().map(({ alert }) => alert).sort();
  const waiting = rules().filter((rule) => rule.for !== undefined).map(({ alert }) => alert).sort();
  assert.deepEqual(await foundOut((text) => text.replaceAll(/expr: .*/g, "expr: vector(1) > 1")), all);
  const always = await foundOut((text) =>
    text.replaceAll(/expr: .*/g, "expr: vector(1)").replaceAll(/for: .*/g, "for: 0s")
  );
  assert.deepEqual(always, all.filter((alert) => alert !== "Watchdog"));
  assert.deepEqual(await foundOut((text) => text.replaceAll(/for: .*/g, "for: 0s")), waiting);
});

Deno.test("alerts.yaml has the rule that every user relies on, to the letter", () => {
  const rule = rules().find(({ alert }) => alert === "InventoryHighErrorRate");
  assert.equal(
    rule?.expr,
    'sum(rate(http_errors_total{job="inventory"}[1m])) / sum(rate(http_requests_total{job="inventory"}[1m])) > 0.2',
  );
  assert.equal(rule.for, "1m");
  assert.deepEqual(rule.labels, { severity: "critical", service: "inventory" });
});

Deno.test("alerts_test.yaml has for each rule a case in which it fires and, but for Watchdog, one in which it does not", () => {
  const cases = v.parse(casesSchema, read("alerts_test.yaml")).tests.flatMap((test) => test.alert_rule_test);
  for (const { alert } of rules()) {
    const own = cases.filter(({ alertname }) => alertname === alert);
    assert.ok(own.some(({ exp_alerts }) => exp_alerts.length > 0), `${alert} never fires`);
    assert.ok(alert === "Watchdog" || own.some(({ exp_alerts }) => exp_alerts.length === 0), `${alert} always fires`);
  }
});

Deno.test("runbooks have one file for each alert, found by its label, with what to check", () => {
  const front = v.strictObject({
    title: v.string(),
    match: v.strictObject({ alertname: v.string() }),
    check: v.pipe(v.array(v.string()), v.minLength(1)),
    skip_tools: v.optional(v.pipe(v.array(v.picklist(toolNames())), v.minLength(1))),
  });
  const names = [...Deno.readDirSync(join(FOLDER, "runbooks"))].map(({ name }) => `config/runbooks/${name}`);
  assert.deepEqual(names.sort(), rules().map(({ annotations }) => annotations.runbook).sort());
  for (const { alert, annotations: { runbook } } of rules()) {
    const text = Deno.readTextFileSync(join(ROOT, runbook));
    const [, head = "", body = ""] = /^---\n(.*?)\n---\n+(.*)$/s.exec(text) ?? [];
    const { title, match } = v.parse(front, parse(head));
    assert.equal(match.alertname, alert, runbook);
    assert.ok(body.startsWith(`# ${title}\n`), `${runbook}: its heading is not its title`);
  }
});

Deno.test("runbooks do not tell whoever investigates how a failure was made", () => {
  for (const { name } of Deno.readDirSync(join(FOLDER, "runbooks"))) {
    assert.doesNotMatch(
      Deno.readTextFileSync(join(FOLDER, "runbooks", name)),
      /\/faults?\b|inject|oom_safe|FAULT/,
      name,
    );
  }
});

Deno.test("alertmanager.yaml groups, waits and sends as users rely on", () => {
  const { route, receivers } = read("alertmanager.yaml") as {
    route: Record<string, unknown>;
    receivers: { webhook_configs: Record<string, unknown>[] }[];
  };
  const { group_by, group_wait, group_interval, repeat_interval } = route;
  assert.deepEqual([group_by, group_wait, group_interval, repeat_interval], [
    ["alertname", "service"],
    "10s",
    "30s",
    "10m",
  ]);
  const sent = receivers.flatMap((receiver) => receiver.webhook_configs);
  assert.deepEqual(sent, [{ url: "http://127.0.0.1:8088/alerts", send_resolved: true }]);
});

/** The investigation's tools, by the names that they are defined with. */
function toolNames(): string[] {
  const folder = join(ROOT, "services/agent/investigation/tools");
  return [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".ts"))
    .flatMap(({ name }) => [...Deno.readTextFileSync(join(folder, name)).matchAll(/^ {2}name: "(\w+)",$/gm)])
    .map((match) => match[1]!);
}
