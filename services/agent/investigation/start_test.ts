import assert from "node:assert/strict";
import type { Registry } from "prom-client";
import { readSettings } from "../../lib/configuration/mod.ts";
import { createMetrics, silentLogger } from "../../lib/telemetry/mod.ts";
import { type IncidentView, newId, openStore, type Store } from "../incidents/mod.ts";
import { createModel, modelSettings } from "../model/mod.ts";
import { shippedCatalogue } from "./catalogue/mod.ts";
import { investigationSettings } from "./settings.ts";
import { type InvestigationDeps, startInvestigations } from "./start.ts";
import { asks, startModel } from "./testing/model.ts";
import type { Recorded } from "./testing/recorded.ts";
import { World } from "./testing/world.ts";

const recorded: Recorded = JSON.parse(Deno.readTextFileSync(
  new URL("./situations/null_dereference_on_one_route_fresh_system_both_instances.json", import.meta.url),
));

function options(url: string, env: Record<string, string> = {}) {
  const given: Record<string, string> = { PROM_URL: url, LB_URL: url, PM_URL: url, ALERTMANAGER_URL: url, ...env };
  return readSettings({ name: "test", summary: "" }, { ...investigationSettings, ...modelSettings }, {
    args: [],
    env: (name) => given[name],
    dotEnv: {},
  });
}

/** Investigations on `deps.store` with the settings of the environment `env`. */
function investigationsOn(
  deps: Omit<InvestigationDeps, "settings" | "model" | "log" | "registry"> & { registry?: Registry },
  url: string,
  env?: Record<string, string>,
) {
  const settings = options(url, env);
  const { registry = createMetrics(), store, fetch = globalThis.fetch } = deps;
  const model = createModel(settings, { store, registry, now: () => new Date(), fetch });
  return startInvestigations({ ...deps, log: silentLogger, registry, settings, model });
}

async function openIncident(store: Store, recorded: Recorded): Promise<string> {
  const id = newId();
  const at = new Date().toISOString();
  await store.transact(async (tx) => {
    await tx.saveIncident({
      id,
      code: await tx.freeCode(),
      state: "open",
      service: recorded.alert.labels.service ?? "unknown",
      severity: recorded.alert.labels.severity ?? "",
      title: recorded.alert.labels.alertname ?? "",
      group_key: id,
      opened_at: at,
      resolved_at: null,
      truncated_alerts: 0,
      episode: 1,
      acknowledged_at: null,
      acknowledged_by: null,
    });
    await tx.saveAlert(id, {
      fingerprint: "00000000000000aa",
      status: "firing",
      starts_at: new Date(Date.now() - recorded.alert.ago * 1000).toISOString(),
      ends_at: null,
      labels: recorded.alert.labels,
      annotations: recorded.alert.annotations ?? {},
      generator_url: "",
      episode: 1,
    });
    await tx.enqueueWork({ kind: "investigation", incident_id: id, episode: 1, rank: 0, created_at: at });
  });
  return id;
}

async function diagnosed(store: Store, id: string): Promise<IncidentView> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const view = await store.view(id);
    if (view?.diagnosis) return view;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("no diagnosis in time");
}

/** A server that answers as a recorded situation at the time of asking. */
function serveWorld(situation: Recorded) {
  const service = shippedCatalogue().services[0]!;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    try {
      return new World(situation, { service, now: new Date() }).answer(request);
    } catch {
      return new Response("away", { status: 503 });
    }
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, stop: () => server.shutdown() };
}

Deno.test("startInvestigations() stores a diagnosis, its evidence and one message per channel", async () => {
  const world = serveWorld(recorded);
  const store = await openStore("sqlite::memory:");
  const registry = createMetrics();
  const investigations = investigationsOn({
    store,
    registry,
    notify: ["log", "whatsapp"],
  }, world.url);
  const id = await openIncident(store, recorded);
  const view = await diagnosed(store, id);
  assert.equal(view.state, "diagnosed");
  assert.equal(view.diagnosis!.verdict, "cause_found");
  assert.equal(view.diagnosis!.affected_file, "services/inventory/pricing.ts");
  assert.equal(view.diagnosis!.line_number, 6);
  assert.deepEqual(view.timeline.map((entry) => entry.kind), ["investigation_started", "diagnosis"]);
  assert.deepEqual(view.notifications.map((n) => n.channel).sort(), ["log", "whatsapp"]);
  const [logs, rate] = ["fetch_logs", "compute_error_rate"].map((tool) =>
    view.tool_calls.find((c) => c.tool === tool)!
  );
  assert.equal(logs!.step, rate!.step);
  assert.equal(new Set(view.tool_calls.map((call) => call.id)).size, view.tool_calls.length);
  for (const call of view.tool_calls) assert.match(call.hash, /^[0-9a-f]{64}$/);
  await investigations.stop();
  assert.match(
    await registry.metrics(),
    /oncall_agent_investigations_total\{verdict="cause_found",brain="rules",degraded="false"\} 1/,
  );
  await store.close();
  await world.stop();
});

Deno.test("startInvestigations() ends with a diagnosis when nothing can be reached", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const store = await openStore("sqlite::memory:");
  const investigations = investigationsOn({
    store,
    notify: ["log"],
  }, `http://127.0.0.1:${port}`);
  const { diagnosis } = await diagnosed(store, await openIncident(store, recorded));
  assert.equal(diagnosis!.verdict, "not_enough_evidence");
  assert.equal(diagnosis!.error_rate, null);
  for (const what of ["logs", "error rate", "instances"]) {
    assert(diagnosis!.missing.some((text) => text.startsWith(`${what}:`) && /cannot be reached/.test(text)), what);
  }
  await investigations.stop();
  await store.close();
});

Deno.test("startInvestigations() goes on after the last finished step when it was stopped", async () => {
  const world = serveWorld(recorded);
  const folder = await Deno.makeTempDir();
  let store = await openStore(`sqlite:${folder}/oncall.db`);
  const asked: string[] = [];
  const stopAt = Promise.withResolvers<void>();
  const blocked = Promise.withResolvers<never>();
  blocked.promise.catch(() => {});
  const counting = (hang: boolean): typeof fetch => (input, init) => {
    const { pathname } = new URL(input as string);
    asked.push(pathname);
    // The second step asks for events; the first agent dies there.
    if (hang && pathname === "/events") {
      stopAt.resolve();
      return blocked.promise;
    }
    return fetch(input, init);
  };
  const start = (hang: boolean) =>
    investigationsOn({
      store,
      notify: ["log"],
      fetch: counting(hang),
    }, world.url);
  const first = start(true);
  const id = await openIncident(store, recorded);
  await stopAt.promise;
  await first.stop();
  const before = (await store.view(id))!.tool_calls;
  assert(before.length >= 5);
  const logsAsked = asked.filter((path) => path === "/logs/tail").length;
  // A store that is opened frees what an agent held that is no more.
  await store.close();
  store = await openStore(`sqlite:${folder}/oncall.db`);
  const second = start(false);
  const view = await diagnosed(store, id);
  assert.equal(view.diagnosis!.verdict, "cause_found");
  assert.equal(asked.filter((path) => path === "/logs/tail").length, logsAsked);
  for (const call of before) {
    const after = view.tool_calls.find((other) => other.id === call.id)!;
    assert.equal(after.hash, call.hash);
    assert.equal(after.ended_at, call.ended_at);
  }
  assert(view.timeline.some((entry) => entry.kind === "investigation_resumed"));
  await second.stop();
  await store.close();
  await world.stop();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("startInvestigations() stores and tells what a model found, and what it cost", async () => {
  const world = serveWorld(recorded);
  const store = await openStore("sqlite::memory:");
  const registry = createMetrics();
  const diagnosis = {
    root_cause: "33 % of all requests fail.",
    affected_file: "services/inventory/pricing.ts",
    line_number: 6,
    suggested_fix: "Mend it.",
    priority: "high",
    next_steps: [],
  };
  const model = startModel([asks(["fetch_logs"], ["compute_error_rate"]), asks(["send_diagnosis", diagnosis])]);
  const env = { OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_API_KEY: "sk-test-0123456789abcdef" };
  const investigations = investigationsOn(
    {
      store,
      registry,
      notify: ["log"],
    },
    world.url,
    env,
  );
  const view = await diagnosed(store, await openIncident(store, recorded));
  assert.deepEqual([view.diagnosis!.brain, view.diagnosis!.degraded], ["openai", false]);
  assert.deepEqual(view.notifications.map((n) => n.channel), ["log"]);
  assert.equal(view.tool_calls.at(-1)!.tool, "send_diagnosis");
  assert(view.diagnosis!.tokens! > 0);
  await investigations.stop();
  const text = await registry.metrics();
  assert.match(text, /oncall_agent_model_tokens_cap\{per="incident"\} 60000/);
  assert.match(text, /oncall_agent_model_tokens_per_incident_count 1/);
  assert.match(text, new RegExp(`oncall_agent_model_tokens_last_hour ${view.diagnosis!.tokens}`));
  await store.close();
  await world.stop();
});

Deno.test("startInvestigations() stores and tells the rules' diagnosis when the model fails, may not be asked, or is spent", async () => {
  const world = serveWorld(recorded);
  const model = startModel([{ response: { error: { message: "boom" }, status: 401 } }]);
  const base = { OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_API_KEY: "sk-test-0123456789abcdef" };
  const cases: readonly (readonly [env: Record<string, string>, degraded: boolean, asked: boolean, reason: RegExp])[] =
    [
      [base, true, true, /401/],
      [{ ...base, OPENAI_SEVERITIES: "warning" }, false, false, /^$/],
      [{ ...base, OPENAI_TOKENS_PER_INCIDENT: "100" }, true, false, /cap of 100 tokens per incident/],
      [{ ...base, OPENAI_TOKENS_PER_HOUR: "100" }, true, false, /cap of 100 tokens per hour/],
    ];
  let before = 0;
  for (const [env, degraded, asked, reason] of cases) {
    const store = await openStore("sqlite::memory:");
    const investigations = investigationsOn(
      {
        store,
        notify: ["log", "whatsapp"],
      },
      world.url,
      env,
    );
    const { diagnosis, notifications } = await diagnosed(store, await openIncident(store, recorded));
    assert.deepEqual([diagnosis!.brain, diagnosis!.degraded, diagnosis!.verdict], ["rules", degraded, "cause_found"]);
    assert.match(diagnosis!.degraded_reason ?? "", reason);
    assert.equal(notifications.length, 2);
    assert.equal(model.requests().length > before, asked);
    before = model.requests().length;
    await investigations.stop();
    await store.close();
  }
  await world.stop();
});
