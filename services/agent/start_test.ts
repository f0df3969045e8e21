import assert from "node:assert/strict";
import { join } from "node:path";
import { ConfigurationError, readSettings } from "../lib/configuration/mod.ts";
import { silentLogger } from "../lib/telemetry/mod.ts";
import type { IncidentView } from "./incidents/mod.ts";
import { sentDelivery } from "./intake/testing/deliveries.ts";
import { program, settings } from "./settings.ts";
import { type AgentOptions, start } from "./start.ts";

// Nothing listens there: what an investigation cannot read is not what these tests are about.
const NOWHERE = "http://127.0.0.1:1";

function optionsIn(folder: string, env: Readonly<Record<string, string>> = {}): AgentOptions {
  const all: Record<string, string> = {
    AGENT_PORT: "0",
    RUN_DIR: join(folder, "run"),
    PROM_URL: NOWHERE,
    LB_URL: NOWHERE,
    ALERTMANAGER_URL: NOWHERE,
    PM_URL: NOWHERE,
    ...env,
  };
  return readSettings(program, settings, { args: [], env: (name) => all[name], dotEnv: {} });
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function withAgent(body: (url: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const agent = await start(optionsIn(folder));
    try {
      await body(`http://127.0.0.1:${agent.addr.port}`);
      await idle(`http://127.0.0.1:${agent.addr.port}`);
    } finally {
      await agent.stop();
    }
  });
}

async function post(url: string, delivery: unknown): Promise<{ incident: string }> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/alerts`, { method: "POST", headers, body: JSON.stringify(delivery) });
  assert.equal(response.status, 200);
  return await response.json();
}

/** Resolves when no investigation waits or runs. */
async function idle(url: string): Promise<void> {
  for (;;) {
    const { work } = (await json(`${url}/healthz`)).body;
    if (work.queued + work.running === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function json(url: string) {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

Deno.test("start() serves health, metrics and incidents, and keeps them across a restart", () =>
  inFolder(async (folder) => {
    let agent = await start(optionsIn(folder));
    let url = `http://127.0.0.1:${agent.addr.port}`;
    const { incident: code } = await post(url, sentDelivery());
    const health = (await json(`${url}/healthz`)).body;
    assert.deepEqual([health.ok, health.name, health.channels], [true, "oncall-agent", ["log"]]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    for (
      const line of [
        'oncall_agent_deliveries_total{outcome="opened"} 1',
        'oncall_agent_outbox_rows{state="failed"} 0',
        "oncall_agent_heartbeat_lost 0",
        "oncall_agent_work_oldest_seconds ",
      ]
    ) assert.ok(metrics.includes(line), line);
    await idle(url);
    await agent.stop();
    agent = await start(optionsIn(folder));
    url = `http://127.0.0.1:${agent.addr.port}`;
    const { status, body } = await json(`${url}/api/incidents/${code.toLowerCase()}`);
    assert.deepEqual([status, body.code, body.alerts.length], [200, code, 1]);
    await agent.stop();
  }));

Deno.test("start() refuses a second agent on the same store, and lets go of its port", () =>
  inFolder(async (folder) => {
    const agent = await start(optionsIn(folder));
    await assert.rejects(start(optionsIn(folder)), (error: Error) => {
      assert(error instanceof ConfigurationError);
      assert.match(error.message, /held by another agent/);
      return true;
    });
    await agent.stop();
  }));

Deno.test("start() looks at Alertmanager every RECONCILE_EVERY seconds and resolves what is over there", () =>
  inFolder(async (folder) => {
    const alertmanager = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const uptime = "2020-01-01T00:00:00.000Z";
      return Response.json(new URL(request.url).pathname === "/api/v2/status" ? { uptime } : []);
    });
    const env = { ALERTMANAGER_URL: `http://127.0.0.1:${alertmanager.addr.port}`, RECONCILE_EVERY: "1" };
    const agent = await start(optionsIn(folder, env));
    const url = `http://127.0.0.1:${agent.addr.port}`;
    const { incident: code } = await post(url, sentDelivery());
    const response = await fetch(`${url}/api/events`);
    const reader = response.body!.getReader();
    while ((await json(`${url}/api/incidents/${code}`)).body.state !== "resolved") await reader.read();
    await reader.cancel();
    const metrics = await (await fetch(`${url}/metrics`)).text();
    assert.match(metrics, /oncall_agent_alertmanager_looks_total\{outcome="compared"\} \d+/);
    await idle(url);
    await agent.stop();
    await alertmanager.shutdown();
  }));

Deno.test("GET /api/incidents pages through incidents and names bad parameters", () =>
  withAgent(async (url) => {
    for (const group of ["a", "b", "c"]) {
      await post(url, sentDelivery([{ fingerprint: group.repeat(16) }], { groupKey: group }));
    }
    const first = (await json(`${url}/api/incidents?limit=2&service=inventory&q=fifth`)).body;
    assert.deepEqual(first.incidents.map((i: { group_key: string }) => i.group_key), ["c", "b"]);
    const second = (await json(`${url}/api/incidents?limit=2&cursor=${first.next}`)).body;
    assert.deepEqual(second.incidents.map((i: { group_key: string }) => i.group_key), ["a"]);
    assert.equal(second.next, null);
    assert.deepEqual((await json(`${url}/api/incidents?state=resolved`)).body, { incidents: [], next: null });
    for (const bad of ["limit=0", "limit=501", "limit=x", "state=closed", "cursor=-1", "page=2", "q=a&q=b"]) {
      const { status, body } = await json(`${url}/api/incidents?${bad}`);
      assert.deepEqual([status, body.error], [400, "invalid_input"], bad);
      assert.ok(body.message.includes(bad.split("=")[0]), body.message);
    }
  }));

Deno.test("GET /api/incidents/{id} answers 404 for an incident that is not there", () =>
  withAgent(async (url) => {
    for (const id of ["K7QF", crypto.randomUUID(), "%00"]) {
      const { status, body } = await json(`${url}/api/incidents/${id}`);
      assert.deepEqual([status, body.error], [404, "not_found"], id);
    }
  }));

Deno.test("GET /api/events tells which incident changed, and ends when the agent stops", () =>
  inFolder(async (folder) => {
    const agent = await start(optionsIn(folder));
    const url = `http://127.0.0.1:${agent.addr.port}`;
    const response = await fetch(`${url}/api/events`);
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const { incident: code } = await post(url, sentDelivery());
    const { id } = (await json(`${url}/api/incidents/${code}`)).body;
    let seen = "";
    while (!seen.includes(`event: incident\ndata: {"id":"${id}"}\n\n`)) seen += (await reader.read()).value ?? "";
    await idle(url);
    const stopped = agent.stop();
    while (!(await reader.read()).done);
    await stopped;
  }));

Deno.test("the agent answers unknown routes with 404 and POST /alerts without a body with 400", () =>
  withAgent(async (url) => {
    assert.deepEqual((await json(`${url}/nowhere`)).status, 404);
    const response = await fetch(`${url}/alerts`, { method: "POST" });
    assert.deepEqual([response.status, (await response.json()).error], [400, "invalid_json"]);
  }));

Deno.test("start() logs one line for each integration that is left out, with the variables that enable it", () =>
  inFolder(async (folder) => {
    const lines: string[] = [];
    const note = (text: string) => void lines.push(text);
    const agent = await start(optionsIn(folder), { log: { debug() {}, info: note, warn: note, error: note } });
    await agent.stop();
    const wanted = ["TWILIO_ACCOUNT_SID", "JIRA_URL", "OPENAI_API_KEY", "GITHUB_OWNER", "PUBLIC_URL"];
    for (const name of wanted) assert.equal(lines.filter((line) => line.includes(name)).length, 1, name);
  }));

Deno.test("start() tells a resolution whose traffic stopped with a word on it", () =>
  inFolder(async (folder) => {
    const startsAt = new Date(Date.now() - 300_000).toISOString();
    // Requests until three minutes ago, none since.
    const prometheus = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const [from, to, step] = ["start", "end", "step"].map((name) => Number(searchParams.get(name)));
      const times = Array.from({ length: Math.floor((to! - from!) / step!) + 1 || 0 }, (_, i) => from! + i * step!);
      const values = times.map((at) => [at, at < to! - 120 ? "5" : "0"]);
      const data = pathname.endsWith("_range")
        ? { resultType: "matrix", result: [{ metric: {}, values }] }
        : { resultType: "vector", result: [{ metric: {}, value: [Date.now() / 1000, "0"] }] };
      return Response.json({ status: "success", data });
    });
    const said = Promise.withResolvers<string>();
    const info = (kind: string, fields: Readonly<Record<string, unknown>> = {}) => {
      if (kind === "resolved") said.resolve(String(fields.text));
    };
    const env = { PROM_URL: `http://127.0.0.1:${prometheus.addr.port}` };
    const agent = await start(optionsIn(folder, env), { log: { ...silentLogger, info } });
    try {
      const url = `http://127.0.0.1:${agent.addr.port}`;
      await post(url, sentDelivery([{ startsAt }]));
      await idle(url);
      await post(url, sentDelivery([{ startsAt, status: "resolved", endsAt: new Date().toISOString() }]));
      assert.match(
        await said.promise,
        /Resolved after \S+ min.* No requests since \d\d:\d\d UTC: the fault may still be/,
      );
      await idle(url);
      const { incidents: [incident] } = await (await fetch(`${url}/api/incidents`)).json();
      const { timeline } = await (await fetch(`${url}/api/incidents/${incident.id}`)).json() as IncidentView;
      const noted = timeline.filter(({ kind }) => kind === "traffic_stopped").map(({ text }) => text);
      assert.equal(noted.length, 1);
      assert.match(noted[0]!, /^No requests since \d\d:\d\d UTC: the fault may still be there$/);
    } finally {
      await agent.stop();
      await prometheus.shutdown();
    }
  }));
