/** The agent cannot see the answers: each way to them is tried here, and closed. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { shippedCatalogue } from "../services/agent/investigation/catalogue/mod.ts";
import { createSources } from "../services/agent/investigation/sources/mod.ts";
import { situationOf } from "../services/agent/investigation/testing/investigation.ts";
import { type ToolContext, ToolError, tools } from "../services/agent/investigation/tools/mod.ts";
import { FAULT_MODES } from "../services/inventory/mod.ts";
import { withInstance } from "../services/inventory/testing/instance.ts";
import { ROOT } from "../tasks/build/mod.ts";
import { loadScenarios } from "./scenario.ts";

const NOW = new Date("2026-11-22T15:00:00Z");
/** Words by which a text would tell that a trouble is meant. */
const TELLS = /inject|\bfaults?\b|scenario|\blab\b|simulat|chaos|deliberate|intentional|on purpose|\bbugs?\b/i;

/** What tools work with, reading this very checkout; each request that they make is written down and refused. */
function world(): { context: ToolContext; requests: Request[] } {
  const requests: Request[] = [];
  const catalogue = shippedCatalogue();
  const fetch = ((input: RequestInfo | URL, init?: RequestInit) => {
    requests.push(new Request(input, init));
    return Promise.resolve(Response.json({}, { status: 503 }));
  }) as typeof globalThis.fetch;
  const sources = createSources({
    promUrl: "http://prometheus.test",
    lbUrl: "http://lb.test",
    alertmanagerUrl: "http://alertmanager.test",
    pmUrl: "http://manager.test",
    codeRoot: ROOT,
  }, { fetch, now: () => NOW, catalogue });
  const situation = situationOf({
    name: "an alert",
    alert: { labels: { alertname: "InventoryHighErrorRate", service: "inventory" }, ago: 60 },
    expect: { verdict: "cause_found" },
  }, catalogue);
  const store = { similar: () => Promise.resolve([]), view: () => Promise.resolve(undefined) };
  const signal = new AbortController().signal;
  return { context: { situation, ledger: [], sources, store, now: () => NOW, signal }, requests };
}

/** Calls a tool as a brain does. @throws what the tool throws */
async function call(name: string, args: unknown, context: ToolContext): Promise<unknown> {
  const tool = tools.get(name)!;
  return await tool.run(v.parse(tool.schema, args), context);
}

Deno.test("fetch_code_from_github reads the service's code, and refuses every file that tells the answer", async () => {
  const { context, requests } = world();
  const read = await call("fetch_code_from_github", { file_path: "services/inventory/pricing.ts" }, context);
  assert.match(JSON.stringify(read), /tierFor/);
  const scenarios = [...Deno.readDirSync(new URL("./scenarios/", import.meta.url))].map(({ name }) => name);
  const secret = [
    "services/inventory/faults.ts",
    "services/inventory/faults.ts:79",
    "./services/inventory/faults.ts",
    " services/inventory/faults.ts ",
    "services/inventory/../inventory/faults.ts",
    "services//inventory/faults.ts",
    "services/inventory/./faults.ts",
    `${ROOT}/services/inventory/faults.ts`,
    `file://${ROOT}/services/inventory/faults.ts`,
    "services\\inventory\\faults.ts",
    "services/inventory/ballast.ts",
    "services/inventory/faults_test.ts",
    "services/inventory/random_endpoint_test.ts",
    "services/inventory/testing/instance.ts",
    "services/manager/faults.ts",
    "services/manager/app.ts",
    "services/cli/commands/fault.ts",
    "services/agent/investigation/situations_test.ts",
    "services/agent/investigation/situations/control_a_lull.json",
    "lab/judge.ts",
    "lab/baseline.json",
    ...scenarios.slice(0, 5).map((name) => `lab/scenarios/${name}`),
    "run/lab/report.json",
    "tasks/lab.ts",
    "tests/lab_test.ts",
    ".env",
    "config/oncall.yaml",
  ];
  for (const file_path of secret) {
    // Only the one takes a line behind the path apart; to the other that is another file, which is not there.
    const asked = file_path.endsWith(":79") ? [] : ["recent_changes"];
    for (const tool of ["fetch_code_from_github", ...asked]) {
      const refused = (error: unknown) => error instanceof ToolError && error.code === "refused";
      // What leaves no answer to read must be refused for its path, not because it is not there.
      await assert.rejects(call(tool, { file_path }, context), refused, `${tool} ${file_path}`);
    }
  }
  assert.deepEqual(requests.filter(({ url }) => !url.endsWith("/events")), []);
});

Deno.test("No tool asks the manager or an instance for anything but events and log entries, and none writes", async () => {
  const { context, requests } = world();
  const hostile: Record<string, unknown[]> = {
    query_prometheus: [
      { query: "http://manager.test/fault" },
      { query: 'up{job="manager"}&x=/../../fault', minutes: 5 },
      { query: "../../../fault" },
    ],
    fetch_code_from_github: [{ file_path: "http://manager.test/fault" }, { file_path: "/fault" }],
    recent_changes: [{}, { file_path: "services/inventory/pricing.ts", minutes: 10_080 }],
    similar_incidents: [{}, { text: "GET /fault" }],
    fetch_logs: [{}, { seconds: 86_400, limit: 200 }],
  };
  for (const name of tools.keys()) {
    for (const args of hostile[name] ?? [{}]) await call(name, args, context).catch(() => {});
  }
  assert.ok(requests.length > 10);
  const asked = new Set(requests.map(({ method, url }) => `${method} ${new URL(url).host}${new URL(url).pathname}`));
  assert.deepEqual([...asked].sort(), [
    "GET alertmanager.test/api/v2/alerts",
    "GET lb.test/logs/tail",
    "GET manager.test/events",
    "GET prometheus.test/api/v1/query",
    "GET prometheus.test/api/v1/query_range",
  ]);
});

Deno.test("No tool takes an address, a method or a body from its caller", () => {
  const forbidden = ["url", "path", "method", "body", "host", "port", "mode", "headers"];
  assert.ok(tools.size > 8);
  for (const [name, { parameters }] of tools) {
    const { properties = {}, additionalProperties } = parameters as {
      properties?: Record<string, unknown>;
      additionalProperties?: unknown;
    };
    assert.deepEqual(Object.keys(properties).filter((key) => forbidden.includes(key)), [], name);
    assert.equal(additionalProperties, false, `${name} refuses what it does not name`);
  }
});

Deno.test("What an instance tells under each fault names the failure that it stands for, never that it is meant", async () => {
  for (const mode of FAULT_MODES) {
    // Some of a crash's request is answered here, since the test's instance is not really ended.
    await withInstance({ fault: mode, faults: { sleep: () => Promise.resolve() } }, async ({ get, send }) => {
      await send("POST", "/faults", { mode, p_error: 1, cpu_ms: 1, latency_ms: 1 });
      const answer = await get("/items/1");
      const { text: metrics } = await get("/metrics");
      const { text: logs } = await get("/logs/tail");
      for (const text of [answer.text, metrics, logs]) assert.doesNotMatch(text, TELLS, mode);
      assert.doesNotMatch(metrics, /oom_safe|route="\/faults"/, mode);
    });
  }
});

Deno.test("What a trigger leaves in the log does not tell that trouble is meant, nor do the triggers' names", async () => {
  const scenarios = await loadScenarios();
  const paths = new Set(scenarios.flatMap(({ traffic }) => traffic.flatMap(({ path }) => path ?? [])));
  await withInstance({ freight: { now: clock(), sleep: () => Promise.resolve() } }, async ({ get }) => {
    for (const path of paths) {
      assert.doesNotMatch(path, /null|range|json|column|regex|cache|leak|time-?out|crash|slow|bug|fault|fail/i);
      await get(path);
    }
    const { text } = await get("/logs/tail?seconds=600");
    assert.match(text, /RangeError/);
    assert.doesNotMatch(text, TELLS);
  });
});

/** A clock that goes on by a second whenever somebody looks. */
function clock(): () => number {
  let seconds = 0;
  return () => 1000 * seconds++;
}

Deno.test("Runbooks, rules and the services' description do not tell what the lab does", async () => {
  const folder = `${ROOT}/config`;
  const files = [...Deno.readDirSync(`${folder}/runbooks`)].map(({ name }) => `runbooks/${name}`);
  for (const file of [...files, "alerts.yaml", "prometheus.yaml", "alertmanager.yaml"]) {
    const text = await Deno.readTextFile(`${folder}/${file}`);
    // A runbook may speak of bugs, and of errors that are answered on purpose; not of how they come about here.
    assert.doesNotMatch(text, /inject|\bfaults?\b|scenario|\blab\b|simulat|chaos|deliberate|intentional/i, file);
  }
});
