import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { incidentMatchers, type Matcher } from "../services/agent/delivery/mod.ts";
import { openStore } from "../services/agent/incidents/mod.ts";
import { Heartbeat, intakeRoutes, Reconciliation } from "../services/agent/intake/mod.ts";
import { Access } from "../services/lib/access/mod.ts";
import { silentLogger } from "../services/lib/telemetry/mod.ts";
import { startAlertmanager, until } from "./testing/mod.ts";

const labels = {
  alertname: "InventoryHighErrorRate",
  service: "inventory",
  severity: "critical",
  dsn: "postgres://bob:pa55word@db.x:5432/a?b=(c)",
};

Deno.test("Reconciliation resolves an incident whose alert ended while a real Alertmanager had it silenced, by labels without their secret", async () => {
  const store = await openStore("sqlite::memory:");
  const registry = new Registry();
  const common = { store, log: silentLogger, registry, notify: ["log"] };
  const heartbeat = await Heartbeat.start({ ...common, timeoutMs: 0 });
  const settings = {
    alertToken: undefined,
    refireWindowSec: 3_600,
    watchdogAlert: "Watchdog",
    heartbeatTimeoutSec: 0,
    reconcileEverySec: 0,
  };
  const routes = intakeRoutes({ ...common, settings, heartbeat, access: new Access({ hostname: "127.0.0.1" }) });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request, info) => routes.fetch(request, info),
  );
  try {
    await using alertmanager = await startAlertmanager(`http://127.0.0.1:${server.addr.port}/alerts`);
    const looking = {
      ...common,
      alertmanagerUrl: alertmanager.url,
      everyMs: 0,
      watchdogAlert: "Watchdog",
      heartbeat: () => heartbeat.state,
    };
    const cautious = new Reconciliation({ ...looking, registry: new Registry() });
    const reconciliation = new Reconciliation({ ...looking, minUpMs: 0 });
    const incident = async () => {
      const { incidents } = await store.list({ limit: 1 });
      return incidents[0] && await store.view(incidents[0].id);
    };

    await alertmanager.fire(labels);
    await until("the alert is delivered", async () => (await incident())?.state === "open");
    const matchers = incidentMatchers((await incident())!);
    assert.ok(matchers.some(({ name, isRegex }) => name === "dsn" && isRegex));
    await silence(alertmanager.url, matchers);
    await until("the alert is silenced", async () => {
      const [alert] = await (await fetch(`${alertmanager.url}/api/v2/alerts`)).json();
      return alert.status.state === "suppressed";
    });
    assert.equal(await cautious.look(), "young");
    for (let n = 0; n < 3; n++) assert.equal(await reconciliation.look(), "compared");
    assert.equal((await incident())?.state, "open");

    await alertmanager.end(labels);
    await until("Alertmanager has it no more", async () => {
      return (await (await fetch(`${alertmanager.url}/api/v2/alerts`)).json()).length === 0;
    });
    assert.deepEqual([await reconciliation.look(), (await incident())?.state], ["compared", "open"]);
    assert.deepEqual([await reconciliation.look(), (await incident())?.state], ["compared", "resolved"]);
    assert.match((await incident())!.timeline.at(-1)!.text, /no delivery told the end of 1 alert/);
  } finally {
    await server.shutdown();
    await heartbeat.stop();
    await store.close();
  }
});

async function silence(url: string, matchers: readonly Matcher[]): Promise<void> {
  const now = Date.now();
  const response = await fetch(`${url}/api/v2/silences`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      matchers,
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + 3_600_000).toISOString(),
      createdBy: "test",
      comment: "test",
    }),
  });
  assert.ok(response.ok, await response.text());
}
