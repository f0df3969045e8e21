import assert from "node:assert/strict";
import { install } from "@sinonjs/fake-timers";
import { Registry } from "prom-client";
import { silentLogger } from "../../../lib/telemetry/mod.ts";
import { type Incident, type IncidentView, newId, openStore, type Store } from "../../incidents/mod.ts";
import { receive } from "../receive.ts";
import { type SentAlert, sentDelivery } from "../testing/deliveries.ts";
import { parseWebhook } from "../webhook.ts";
import { type LookOutcome, Reconciliation, type ReconciliationDeps } from "./reconciliation.ts";

const START = Date.parse("2026-01-01T12:00:00Z");
const FINGERPRINT = "81d9aa8e049474cb";
const OTHER = { fingerprint: "7d2d332feada5c59", labels: { instance: "127.0.0.1:8002" } };

interface Listed {
  fingerprint: string;
  labels: Record<string, string>;
  startsAt?: string;
  receivers?: { name: string }[];
  status?: { state: string };
}

interface World {
  readonly store: Store;
  readonly reconciliation: Reconciliation;
  /** What Alertmanager has; an answer in its place when it is none. */
  readonly alertmanager: {
    alerts: Listed[];
    config: string;
    startedAt: number;
    answer: (() => Response) | undefined;
    asked: string[];
  };
  heartbeatAt: string | null;
  /** Moves the clock a minute forward and looks. */
  look(): Promise<LookOutcome>;
  advance(ms: number): void;
  deliver(alerts: readonly SentAlert[], fields?: Record<string, unknown>): Promise<string>;
  incident(): Promise<IncidentView>;
}

async function withWorld(body: (world: World) => Promise<void>, deps: Partial<ReconciliationDeps> = {}): Promise<void> {
  let wall = START;
  const now = () => new Date(wall);
  const store = await openStore("sqlite::memory:", { now });
  const alertmanager: World["alertmanager"] = {
    alerts: [],
    config: "",
    startedAt: START - 3_600_000,
    answer: undefined,
    asked: [],
  };
  const fetch = (input: URL | Request | string) => {
    const { pathname } = new URL(String(input));
    alertmanager.asked.push(pathname);
    if (alertmanager.answer !== undefined) return Promise.resolve(alertmanager.answer());
    const headers = { date: now().toUTCString() };
    if (pathname !== "/api/v2/status") return Promise.resolve(Response.json(alertmanager.alerts, { headers }));
    const status = {
      uptime: new Date(alertmanager.startedAt).toISOString(),
      config: { original: alertmanager.config },
    };
    return Promise.resolve(Response.json(status, { headers }));
  };
  const notify = ["log", "phone"];
  const reconciliation = new Reconciliation({
    store,
    log: silentLogger,
    registry: new Registry(),
    alertmanagerUrl: "http://alertmanager:9093",
    everyMs: 60_000,
    watchdogAlert: "Watchdog",
    heartbeat: () => ({ last_at: world.heartbeatAt, lost_at: null }),
    notify,
    fetch: fetch as typeof globalThis.fetch,
    now,
    ...deps,
  });
  const world: World = {
    store,
    reconciliation,
    alertmanager,
    heartbeatAt: null,
    look: () => {
      wall += 60_000;
      return reconciliation.look();
    },
    advance: (ms) => {
      wall += ms;
    },
    deliver: async (alerts, fields) => {
      const webhook = parseWebhook(JSON.stringify(sentDelivery(alerts, fields)));
      const delivery = { id: newId({ now }), received_at: now().toISOString(), body: webhook.body };
      const options = { now: now(), refireWindowMs: 3_600_000, notify };
      return (await store.transact((tx) => receive(tx, { delivery, webhook }, options))).outcome;
    },
    incident: async () => {
      const { incidents } = await store.list({ limit: 2 });
      assert.equal(incidents.length, 1);
      return (await store.view(incidents[0]!.id))!;
    },
  };
  try {
    await body(world);
  } finally {
    await reconciliation.stop();
    await store.close();
  }
}

const listed = (fingerprint: string, alertname = "A") => ({ fingerprint, labels: { alertname } });

Deno.test("look() resolves an incident whose alerts are gone at two looks running, says how that is known, and tells it once", () =>
  withWorld(async ({ look, deliver, incident, advance }) => {
    await deliver([{}, OTHER]);
    assert.equal(await look(), "compared");
    assert.equal((await incident()).state, "open");
    await look();
    const over = await incident();
    assert.deepEqual([over.state, over.resolved_at], ["resolved", "2026-01-01T12:02:00.000Z"]);
    assert.deepEqual(over.alerts.map((alert) => [alert.status, alert.ends_at]), [
      ["resolved", "2026-01-01T12:01:00.000Z"],
      ["resolved", "2026-01-01T12:01:00.000Z"],
    ]);
    const { kind, text, by } = over.timeline.at(-1)!;
    assert.deepEqual([kind, by], ["resolved", "agent"]);
    assert.equal(
      text,
      "Resolved at some time before 12:01:00 UTC: no delivery told the end of 2 alerts, but Alertmanager, asked then " +
        "and at 12:02:00, has them no more",
    );
    assert.deepEqual(over.notifications.map((n) => [n.channel, n.kind]), [["log", "resolved"], ["phone", "resolved"]]);
    // Its end is delivered after all, and it is looked at again.
    assert.equal(await deliver([{ status: "resolved" }, { ...OTHER, status: "resolved" }]), "repeated");
    assert.equal(await look(), "idle");
    assert.deepEqual(await incident(), over);
    // It fires again: another episode, which ends in the same way.
    advance(60_000);
    assert.equal(await deliver([{ startsAt: "2026-01-01T12:03:30Z" }]), "refired");
    await look();
    await look();
    const again = await incident();
    assert.deepEqual([again.state, again.episode, again.notifications.length], ["resolved", 2, 4]);
  }));

Deno.test("look() leaves an incident open while any of its alerts is there, silenced or not", () =>
  withWorld(async ({ look, deliver, incident, alertmanager }) => {
    await deliver([{}, OTHER]);
    alertmanager.alerts = [listed(OTHER.fingerprint)];
    for (let n = 0; n < 3; n++) assert.equal(await look(), "compared");
    assert.equal((await incident()).state, "open");
  }));

Deno.test("look() begins anew when an alert was there in between, or has joined", () =>
  withWorld(async ({ look, deliver, incident, alertmanager }) => {
    await deliver([{}]);
    await look();
    alertmanager.alerts = [listed(FINGERPRINT)];
    await look();
    alertmanager.alerts = [];
    await look();
    assert.equal((await incident()).state, "open");
    await deliver([{}, OTHER]);
    await look();
    assert.equal((await incident()).state, "open");
    await look();
    assert.equal((await incident()).state, "resolved");
  }));

Deno.test("look() resolves nothing when Alertmanager does not answer, or not as it should, and begins anew then", () =>
  withWorld(async ({ look, deliver, incident, alertmanager }) => {
    await deliver([{}]);
    const answers: (() => Response)[] = [
      () => {
        throw new TypeError("connection refused");
      },
      () => new Response("no", { status: 503 }),
      () => new Response("<html>"),
      () => Response.json({ uptime: "yesterday" }),
      () => Response.json([]),
      () => Response.redirect("http://elsewhere/"),
    ];
    for (const answer of answers) {
      alertmanager.answer = undefined;
      assert.equal(await look(), "compared");
      alertmanager.answer = answer;
      assert.equal(await look(), "unreachable");
    }
    assert.equal((await incident()).state, "open");
  }));

Deno.test("look() resolves nothing while Alertmanager has just started, and takes a restart for a new beginning", () =>
  withWorld(async ({ look, deliver, incident, alertmanager }) => {
    await deliver([{}]);
    assert.equal(await look(), "compared");
    alertmanager.startedAt = START + 90_000;
    const outcomes = [];
    for (let n = 0; n < 6; n++) outcomes.push(await look());
    assert.deepEqual(outcomes, ["young", "young", "young", "young", "young", "compared"]);
    // Restarted and up for long, as after a night without looks.
    alertmanager.startedAt = START - 1;
    assert.equal(await look(), "compared");
    assert.equal((await incident()).state, "open");
    await look();
    assert.equal((await incident()).state, "resolved");
  }));

Deno.test("look() resolves nothing while Alertmanager does not hear Prometheus, where there is a heartbeat", () =>
  withWorld(async (world) => {
    world.heartbeatAt = "2026-01-01T12:00:00.000Z";
    await world.deliver([{}]);
    assert.deepEqual([await world.look(), await world.look()], ["deaf", "deaf"]);
    world.alertmanager.alerts = [listed("00000000000000aa", "Watchdog")];
    assert.deepEqual([await world.look(), await world.look()], ["compared", "compared"]);
    assert.equal((await world.incident()).state, "resolved");
  }));

Deno.test("look() resolves every incident that is over, and no other, however many there are", () =>
  withWorld(async ({ look, deliver, store, alertmanager }) => {
    const fingerprint = (n: number) => n.toString(16).padStart(16, "0");
    for (let n = 0; n < 150; n++) await deliver([{ fingerprint: fingerprint(n) }], { groupKey: `group ${n}` });
    alertmanager.alerts = [listed(fingerprint(7)), listed(fingerprint(149))];
    await look();
    await look();
    assert.deepEqual((await store.counts()).incidents, { open: 2, resolved: 148 });
    assert.deepEqual((await store.firingAlerts()).map((alert) => alert.fingerprint), [7, 149].map(fingerprint));
  }));

Deno.test("look() is idle when nothing fires on either side, and survives a store that is away", () =>
  withWorld(async ({ look, store }) => {
    assert.equal(await look(), "idle");
    await store.close();
    assert.equal(await look(), "failed");
  }));

Deno.test("start() looks each interval, give or take a tenth, until stopped; never with 0", async () => {
  const clock = install({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    for (const [everyMs, expected] of [[60_000, 3], [0, 0]] as const) {
      let looks = 0;
      const store = { firingAlerts: () => Promise.resolve((looks++, [])) } as unknown as Store;
      await withWorld(async ({ reconciliation }) => {
        reconciliation.start();
        await clock.tickAsync(54_000 * 3);
        assert.equal(looks, expected);
        await reconciliation.stop();
        await clock.tickAsync(600_000);
        assert.equal(looks, expected);
      }, { everyMs, random: () => 0, store });
    }
  } finally {
    clock.uninstall();
  }
});

const active = (fields: Partial<Listed> = {}): Listed => ({
  fingerprint: "00000000000000ab",
  labels: { alertname: "DiskFull", service: "billing", severity: "critical" },
  startsAt: "2026-01-01T11:00:00Z",
  ...fields,
});

Deno.test("look() opens once what Alertmanager has as active and no delivery told, also when it is young or deaf", () =>
  withWorld(async ({ look, incident, alertmanager, store, deliver }) => {
    alertmanager.startedAt = START;
    alertmanager.alerts = [active()];
    await look();
    assert.equal((await store.list({ limit: 5 })).incidents.length, 0);
    await look();
    const opened = await incident();
    assert.deepEqual([opened.state, opened.service, opened.severity], ["open", "billing", "critical"]);
    assert.match(opened.timeline.at(-1)!.text, /no delivery told of it/);
    // The store is new while something fired already: somebody is told.
    assert.equal((await store.counts()).outbox.pending, 2);
    await look();
    assert.equal((await incident()).timeline.length, opened.timeline.length);
    // The delivery comes after all, in a group of another key, and so does its end.
    const told = { fingerprint: active().fingerprint, labels: active().labels, startsAt: active().startsAt! };
    assert.equal(await deliver([told], { groupKey: "of Alertmanager" }), "repeated");
    assert.equal(await deliver([{ ...told, status: "resolved" }], { groupKey: "of Alertmanager" }), "resolved");
    assert.equal((await incident()).state, "resolved");
  }));

Deno.test("look() leaves to others what is silenced, calm, too new, or not for an agent's receiver", () =>
  withWorld(async ({ look, store, alertmanager }) => {
    alertmanager.config = "receivers:\n- name: chat\n  slack_configs: [{channel: x}]\n" +
      "- name: agent\n  webhook_configs: [{url: 'http://127.0.0.1:8088/alerts'}]\n" +
      "- name: other\n  webhook_configs: [{url: 'http://other/hook'}]\n";
    const agent = [{ name: "agent" }];
    alertmanager.alerts = [
      active({ fingerprint: "00000000000000a1", status: { state: "suppressed" }, receivers: agent }),
      active({ fingerprint: "00000000000000a2", receivers: [{ name: "chat" }] }),
      active({ fingerprint: "00000000000000a3", receivers: [{ name: "other" }] }),
      active({ fingerprint: "00000000000000a4", labels: { alertname: "Watchdog" }, receivers: agent }),
      active({ fingerprint: "00000000000000a5", labels: { alertname: "X", severity: "none" }, receivers: agent }),
      active({ fingerprint: "00000000000000a6", startsAt: "2026-01-01T12:10:00Z", receivers: agent }),
    ];
    for (let n = 0; n < 3; n++) await look();
    assert.equal((await store.list({ limit: 5 })).incidents.length, 0);
    alertmanager.alerts.push(active({ receivers: agent }));
    await look();
    await look();
    assert.equal((await store.list({ limit: 5 })).incidents.length, 1);
  }));

Deno.test("look() joins an alert to the open incident of its name and service, and knows one by its labels", () =>
  withWorld(async ({ look, deliver, incident, alertmanager }) => {
    await deliver([{}]);
    const { labels, fingerprint } = (await incident()).alerts[0]!;
    const same = { labels: { ...labels }, startsAt: "2026-01-01T11:00:00Z" };
    alertmanager.alerts = [listed(fingerprint), { fingerprint: "00000000000000aa", ...same }];
    for (let n = 0; n < 3; n++) await look();
    assert.equal((await incident()).alerts.length, 1);
    const instance = "127.0.0.1:9999";
    alertmanager.alerts.push({ ...same, fingerprint: "00000000000000bb", labels: { ...labels, instance } });
    await look();
    await look();
    assert.deepEqual((await incident()).alerts.map((alert) => alert.labels.instance === instance), [true, false]);
  }));

Deno.test("look() tells again what was resolved by hand and fires on, once the re-fire window is over", () =>
  withWorld(async ({ look, deliver, incident, alertmanager, store, advance }) => {
    await deliver([{ startsAt: "2026-01-01T11:59:00Z" }]);
    const first = await incident();
    const by = { ...first, state: "resolved" as const, resolved_at: new Date(START).toISOString() };
    await store.transact((tx) => tx.saveIncident(pick(by)));
    const { fingerprint, labels, starts_at } = first.alerts[0]!;
    alertmanager.alerts = [{ fingerprint, labels: { ...labels }, startsAt: starts_at }];
    for (let n = 0; n < 5; n++) await look();
    assert.equal((await incident()).state, "resolved");
    advance(3_600_000);
    await look();
    await look();
    const { incidents } = await store.list({ limit: 5 });
    assert.deepEqual(incidents.map(({ state, group_key }) => [state, group_key]), [
      ["open", first.group_key],
      ["resolved", first.group_key],
    ]);
    // By a delivery, too.
    await store.transact((tx) =>
      tx.saveIncident(pick({ ...incidents[0]!, state: "resolved", resolved_at: "2026-01-01T13:10:00Z" }))
    );
    assert.equal(await deliver([{ startsAt: starts_at }]), "repeated");
    advance(7_200_000);
    assert.equal(await deliver([{ startsAt: starts_at }]), "opened");
  }));

function pick(incident: Incident): Incident {
  const { id, code, state, service, severity, title, group_key, opened_at, resolved_at } = incident;
  const { truncated_alerts, episode, acknowledged_at, acknowledged_by } = incident;
  return {
    ...{ id, code, state, service, severity, title, group_key, opened_at, resolved_at },
    ...{ truncated_alerts, episode, acknowledged_at, acknowledged_by },
  };
}
