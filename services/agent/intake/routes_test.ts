import assert from "node:assert/strict";
import { install } from "@sinonjs/fake-timers";
import { Hono } from "hono";
import { Registry } from "prom-client";
import { onError, onNotFound } from "../../http/mod.ts";
import { silentLogger } from "../../telemetry/mod.ts";
import { type Incident, type IncidentView, openStore, type Store, StoreUnavailable } from "../incidents/mod.ts";
import { MAX_BODY_BYTES } from "./body.ts";
import { Heartbeat } from "./heartbeat.ts";
import { intakeRoutes } from "./routes.ts";
import { type SentAlert, sentDelivery } from "./testing/deliveries.ts";

const RESOLVED: SentAlert = { status: "resolved" };
const OTHER = { fingerprint: "7d2d332feada5c59", labels: { instance: "127.0.0.1:8002" } };

interface Intake {
  readonly store: Store;
  readonly registry: Registry;
  send(delivery: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Sends, expects 200, and gives the outcome. */
  outcome(alerts: readonly SentAlert[], fields?: Record<string, unknown>): Promise<string>;
  incidents(): Promise<IncidentView[]>;
  advance(ms: number): void;
}

async function withIntake(
  body: (intake: Intake) => Promise<void>,
  options: { alertToken?: string; store?: (store: Store) => Store } = {},
): Promise<void> {
  let wall = Date.parse("2026-01-01T12:00:00Z");
  const now = () => new Date(wall);
  const real = await openStore("sqlite::memory:", { now });
  const store = options.store?.(real) ?? real;
  const registry = new Registry();
  const notify = ["phone"];
  const heartbeat = await Heartbeat.start({ store: real, log: silentLogger, registry, timeoutMs: 0, notify, now });
  const settings = {
    alertToken: options.alertToken,
    refireWindowSec: 3_600,
    watchdogAlert: "Watchdog",
    heartbeatTimeoutSec: 0,
    reconcileEverySec: 0,
  };
  const routes = intakeRoutes({ store, log: silentLogger, registry, settings, heartbeat, notify, now });
  const app = new Hono().route("/", routes).notFound(onNotFound).onError(onError(() => {}));
  const send: Intake["send"] = async (delivery, headers = {}) =>
    await app.request("/alerts", {
      method: "POST",
      body: typeof delivery === "string" || delivery instanceof ReadableStream ? delivery : JSON.stringify(delivery),
      headers,
    });
  const incidents = async () => {
    const { incidents } = await real.list({ limit: 500 });
    return await Promise.all(incidents.reverse().map(async ({ id }) => (await real.view(id))!));
  };
  try {
    await body({
      store: real,
      registry,
      send,
      outcome: async (alerts, fields) => {
        const response = await send(sentDelivery(alerts, fields));
        assert.equal(response.status, 200, await response.clone().text());
        return (await response.json()).outcome;
      },
      incidents,
      advance: (ms) => {
        wall += ms;
      },
    });
  } finally {
    await heartbeat.stop();
    await real.close();
  }
}

/** A delivery whose bytes come when `gate` opens. */
function slowly(delivery: unknown, gate: Promise<void>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await gate;
      controller.enqueue(new TextEncoder().encode(JSON.stringify(delivery)));
      controller.close();
    },
  });
}

/** The incident of a view. */
function pick(view: IncidentView): Incident {
  const {
    alerts: _a,
    timeline: _t,
    tool_calls: _c,
    diagnosis: _d,
    notifications: _n,
    messages: _m,
    tickets: _k,
    ...incident
  } = view;
  return incident;
}

const kinds = (view: IncidentView | undefined) => view?.timeline.map((entry) => entry.kind);
const queued = async (store: Store) => (await store.counts()).work.queued;

Deno.test("POST /alerts opens an incident and queues its investigation before it answers", () =>
  withIntake(async ({ store, outcome, incidents }) => {
    assert.equal(await outcome([{}]), "opened");
    const [view] = await incidents();
    assert.deepEqual(
      [view!.state, view!.service, view!.severity, view!.title, view!.episode],
      ["open", "inventory", "critical", "InventoryHighErrorRate: more than a fifth of requests fail", 1],
    );
    const { updated_at: _, ...alert } = view!.alerts[0]!;
    assert.deepEqual(alert, {
      fingerprint: "81d9aa8e049474cb",
      status: "firing",
      starts_at: "2026-01-01T11:59:00.123456789Z",
      ends_at: null,
      labels: { alertname: "InventoryHighErrorRate", service: "inventory", severity: "critical" },
      annotations: { summary: "more than a fifth of requests fail" },
      generator_url: "http://127.0.0.1:9090/graph?g0.expr=x",
      episode: 1,
    });
    assert.deepEqual(kinds(view), ["alert_firing"]);
    const { work } = (await store.claimWork("t", 1_000))!;
    assert.deepEqual([work.incident_id, work.episode, work.rank], [view!.id, 1, 0]);
  }));

Deno.test("POST /alerts changes nothing when a delivery is repeated, one by one or together", () =>
  withIntake(async ({ store, outcome, incidents, advance }) => {
    const together = await Promise.all([1, 2, 3, 4].map(() => outcome([{}])));
    assert.deepEqual(together.sort(), ["opened", "repeated", "repeated", "repeated"]);
    const before = await incidents();
    advance(600_000);
    assert.equal(await outcome([{}]), "repeated");
    assert.equal(await outcome([{ startsAt: "2026-01-01T12:59:00.1234567890+01:00" }]), "repeated");
    assert.deepEqual(await incidents(), before);
    assert.equal(await queued(store), 1);
  }));

Deno.test("POST /alerts lets a new alert join the incident of its group, and tells it once that is diagnosed", () =>
  withIntake(async ({ store, outcome, incidents }) => {
    await outcome([{ labels: { severity: "warning" } }]);
    assert.equal(await outcome([{ labels: { severity: "warning" } }, OTHER]), "joined");
    let [view] = await incidents();
    assert.deepEqual([view!.alerts.length, view!.severity, kinds(view)], [2, "critical", [
      "alert_firing",
      "alert_joined",
    ]]);
    assert.deepEqual(view!.notifications, []);
    await store.transact((tx) => tx.saveIncident({ ...pick(view!), state: "diagnosed" }));
    const third = { fingerprint: "0000000000000003", labels: { instance: "127.0.0.1:8003" } };
    assert.equal(await outcome([third]), "joined");
    [view] = await incidents();
    assert.deepEqual(view!.notifications.map((n) => n.kind), ["joined"]);
    assert.equal(await queued(store), 1);
  }));

Deno.test("POST /alerts resolves the incident when its last alert is over, and tells how long it lasted", () =>
  withIntake(async ({ outcome, incidents }) => {
    await outcome([{}, OTHER]);
    assert.equal(await outcome([RESOLVED, OTHER]), "partly_resolved");
    assert.equal((await incidents())[0]!.state, "open");
    assert.equal(await outcome([{ ...OTHER, ...RESOLVED }]), "resolved");
    const [view] = await incidents();
    assert.deepEqual([view!.state, view!.resolved_at], ["resolved", "2026-01-01T12:00:00.000Z"]);
    assert.deepEqual(kinds(view), ["alert_firing", "alert_resolved", "resolved"]);
    assert.equal(view!.timeline[1]!.text, "1 alert resolved: InventoryHighErrorRate; 1 alert still firing");
    assert.equal(view!.timeline[2]!.text, "Resolved by itself after 2 m 10 s before its investigation began");
    assert.deepEqual(view!.notifications.map((n) => n.kind), ["resolved"]);
    assert.equal(await outcome([{ ...OTHER, ...RESOLVED }]), "repeated");
  }));

Deno.test("POST /alerts says that an incident resolved during its investigation, which goes on", () =>
  withIntake(async ({ store, outcome, incidents }) => {
    await outcome([{}]);
    const [view] = await incidents();
    await store.transact((tx) => tx.saveIncident({ ...pick(view!), state: "investigating" }));
    await outcome([RESOLVED]);
    assert.match((await incidents())[0]!.timeline.at(-1)!.text, /^Resolved by itself after 2 m 10 s during its inv/);
    assert.equal(await queued(store), 1);
  }));

Deno.test("POST /alerts begins another episode when it fires again within the window", () =>
  withIntake(async ({ store, outcome, incidents, advance }) => {
    await outcome([{}]);
    await outcome([RESOLVED]);
    advance(3_600_000);
    assert.equal(await outcome([{ startsAt: "2026-01-01T13:00:00Z" }]), "refired");
    const views = await incidents();
    assert.equal(views.length, 1);
    assert.deepEqual([views[0]!.state, views[0]!.episode, views[0]!.resolved_at], ["open", 2, null]);
    assert.deepEqual(kinds(views[0]), ["alert_firing", "resolved", "refired"]);
    assert.deepEqual(views[0]!.alerts.map((alert) => [alert.status, alert.episode]), [["resolved", 1], ["firing", 2]]);
    assert.equal(await queued(store), 2);
  }));

Deno.test("POST /alerts begins another episode when the same alert starts anew and its end was never received", () =>
  withIntake(async ({ store, outcome, incidents, advance }) => {
    await outcome([{}]);
    advance(600_000);
    assert.equal(await outcome([{ startsAt: "2026-01-01T12:09:00Z" }]), "refired");
    const [view] = await incidents();
    assert.deepEqual([view!.state, view!.episode], ["open", 2]);
    assert.deepEqual(view!.alerts.map((alert) => [alert.status, alert.ends_at]), [
      ["resolved", "2026-01-01T12:09:00Z"],
      ["firing", null],
    ]);
    assert.equal(await queued(store), 2);
  }));

Deno.test("POST /alerts resolves what began before its namesake ended, though its end was never received", () =>
  withIntake(async ({ outcome, incidents, advance }) => {
    const other = { fingerprint: "ffffffffffffffff", labels: { alertname: "Other" } };
    await outcome([{}, other]);
    advance(600_000);
    assert.equal(await outcome([{ startsAt: "2026-01-01T12:09:00Z" }, other]), "joined");
    advance(60_000);
    await outcome([{ startsAt: "2026-01-01T12:09:00Z", ...RESOLVED, endsAt: "2026-01-01T12:10:30Z" }, {
      ...other,
      ...RESOLVED,
    }]);
    const [view] = await incidents();
    assert.deepEqual([view!.state, view!.episode], ["resolved", 1]);
    assert.ok(view!.alerts.every((alert) => alert.status === "resolved"));
  }));

Deno.test("POST /alerts opens another incident when it fires again after the window", () =>
  withIntake(async ({ outcome, incidents, advance }) => {
    await outcome([{}]);
    await outcome([RESOLVED]);
    advance(3_600_001);
    assert.equal(await outcome([{ startsAt: "2026-01-01T13:00:00Z" }]), "opened");
    const views = await incidents();
    assert.deepEqual(views.map((view) => [view.state, view.episode]), [["resolved", 1], ["open", 1]]);
    assert.notEqual(views[0]!.code, views[1]!.code);
  }));

Deno.test("POST /alerts records an alert that was over before it was heard of, and investigates nothing", () =>
  withIntake(async ({ store, outcome, incidents, advance }) => {
    assert.equal(await outcome([RESOLVED]), "resolved_first");
    assert.equal(await outcome([RESOLVED]), "repeated");
    advance(5_000);
    assert.equal(await outcome([{}]), "overtaken");
    const views = await incidents();
    assert.deepEqual(views.map((view) => view.state), ["resolved"]);
    assert.deepEqual(kinds(views[0]), ["resolved_first", "overtaken"]);
    assert.deepEqual(views[0]!.notifications, []);
    assert.equal(await queued(store), 0);
  }));

Deno.test("POST /alerts takes the same start for a re-fire when its end was received long ago", () =>
  withIntake(async ({ outcome, advance }) => {
    await outcome([{}]);
    await outcome([RESOLVED]);
    advance(60_000);
    assert.equal(await outcome([{}]), "refired");
  }));

Deno.test("POST /alerts handles a group that mixes firing and over in its first delivery", () =>
  withIntake(async ({ outcome, incidents }) => {
    assert.equal(await outcome([{}, { ...OTHER, ...RESOLVED }]), "opened");
    const [view] = await incidents();
    assert.deepEqual(view!.alerts.map((alert) => alert.status).sort(), ["firing", "resolved"]);
    assert.deepEqual([view!.state, kinds(view)], ["open", ["alert_firing", "alert_resolved"]]);
    assert.equal(await outcome([RESOLVED]), "resolved");
  }));

Deno.test("POST /alerts keeps groups apart and takes one alert said twice as over", () =>
  withIntake(async ({ outcome, incidents }) => {
    await outcome([{}]);
    assert.equal(await outcome([{}], { groupKey: "{}:{other}" }), "opened");
    assert.equal(await outcome([{}, RESOLVED]), "resolved");
    assert.deepEqual((await incidents()).map((view) => view.state), ["resolved", "open"]);
  }));

Deno.test("POST /alerts notes alerts that Alertmanager left out, and doubts a resolution then", () =>
  withIntake(async ({ outcome, incidents }) => {
    await outcome([{}], { truncatedAlerts: 7 });
    await outcome([{}], { truncatedAlerts: 7 });
    await outcome([RESOLVED], { truncatedAlerts: 2 });
    const [view] = await incidents();
    assert.equal(view!.truncated_alerts, 7);
    assert.deepEqual(kinds(view), ["alert_firing", "truncated", "resolved"]);
    assert.match(view!.timeline[1]!.text, /left out 7 alerts/);
    assert.match(view!.timeline[2]!.text, /2 alerts that Alertmanager left out may still fire/);
  }));

Deno.test("POST /alerts says when Prometheus' clock is ahead, and never gives a negative duration", () =>
  withIntake(async ({ outcome, incidents }) => {
    await outcome([{ startsAt: "2026-01-01T13:00:00Z" }]);
    await outcome([{ ...RESOLVED, startsAt: "2026-01-01T13:00:00Z", endsAt: "2026-01-01T12:30:00Z" }]);
    const [view] = await incidents();
    assert.deepEqual(kinds(view), ["alert_firing", "clock_skew", "resolved"]);
    assert.match(view!.timeline[1]!.text, /1 h ahead/);
    assert.match(view!.timeline[2]!.text, /after 0 s/);
  }));

Deno.test("POST /alerts takes fields that it does not know, and changed annotations without another word", () =>
  withIntake(async ({ outcome, incidents }) => {
    await outcome([{}], { notification_reason: "first", routeLabels: { team: "a" } });
    assert.equal(await outcome([{ annotations: { summary: "now 41 %" } }]), "repeated");
    const [view] = await incidents();
    assert.equal(view!.alerts[0]!.annotations.summary, "now 41 %");
    assert.deepEqual(kinds(view), ["alert_firing"]);
  }));

Deno.test("POST /alerts answers 400 naming every wrong field, and stores nothing", () =>
  withIntake(async ({ store, send, incidents }) => {
    const { groupKey: _, ...noKey } = sentDelivery();
    const [alert] = sentDelivery().alerts;
    const cases: [unknown, RegExp][] = [
      ["{", /not JSON/],
      ["", /not JSON/],
      ["null", /Object/],
      [noKey, /groupKey/],
      [sentDelivery([{}], { version: "5" }), /version: expected "4"/],
      [sentDelivery([{}], { status: "pending" }), /status/],
      [sentDelivery([{}], { truncatedAlerts: -1 }), /truncatedAlerts/],
      [sentDelivery([{}], { alerts: {} }), /alerts/],
      [sentDelivery([{}], { alerts: [{ ...alert, startsAt: "yesterday" }] }), /alerts\.0\.startsAt/],
      [sentDelivery([{}], { alerts: [{ ...alert, labels: { a: 1 } }] }), /alerts\.0\.labels\.a/],
      [sentDelivery([{}], { alerts: [{ ...alert, fingerprint: "xyz" }], version: 4 }), /version.*fingerprint/],
    ];
    for (const [delivery, problem] of cases) {
      const response = await send(delivery);
      assert.equal(response.status, 400);
      assert.match((await response.json()).message, problem);
    }
    assert.deepEqual(await incidents(), []);
    assert.equal(await queued(store), 0);
  }));

Deno.test("POST /alerts takes 4 MB, answers 413 beyond it, and tells once that a delivery was refused", () =>
  withIntake(async ({ store, send, incidents }) => {
    const frame = JSON.stringify(sentDelivery([{ annotations: { description: "" } }])).length;
    const padded = (bytes: number) => sentDelivery([{ annotations: { description: "x".repeat(bytes - frame) } }]);
    const sized = { "content-length": String(MAX_BODY_BYTES) };
    assert.equal((await send(padded(MAX_BODY_BYTES), sized)).status, 200);
    assert.equal((await send(padded(MAX_BODY_BYTES))).status, 200);
    const refused = [
      await send(padded(MAX_BODY_BYTES + 1)),
      await send(padded(MAX_BODY_BYTES + 1), { "content-length": String(MAX_BODY_BYTES + 1) }),
    ];
    for (const response of refused) {
      assert.equal(response.status, 413);
      assert.match((await response.json()).message, /max_alerts/);
    }
    assert.equal((await incidents()).length, 1);
    assert.deepEqual((await store.counts()).outbox, { pending: 1 });
  }));

Deno.test("POST /alerts answers 503 with Retry-After when the store cannot write, and 200 when it can again", async () => {
  let away = true;
  await withIntake(async ({ send, incidents, registry }) => {
    const refused = await send(sentDelivery());
    assert.equal(refused.status, 503);
    assert.match(refused.headers.get("retry-after")!, /^\d+$/);
    assert.equal((await refused.json()).error, "store_unavailable");
    assert.deepEqual(await incidents(), []);
    away = false;
    assert.equal((await send(sentDelivery())).status, 200);
    assert.match(await registry.metrics(), /deliveries_total{outcome="unavailable"} 1\n/);
  }, {
    store: (real) =>
      new Proxy(real, {
        get(target, name) {
          if (name === "transact" && away) return () => Promise.reject(new StoreUnavailable("the disk is full"));
          const value = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
  });
});

Deno.test("POST /alerts answers 503 when too many bodies are being read at once", () =>
  withIntake(async ({ send }) => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const pending = Array.from({ length: 16 }, () => send(slowly(sentDelivery(), gate)));
    const refused = await send(sentDelivery(), { "content-length": "1000" });
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "5"]);
    open();
    for (const response of await Promise.all(pending)) assert.equal(response.status, 200);
  }));

Deno.test("POST /alerts gives the room of a body back that does not arrive in time", () =>
  withIntake(async ({ send }) => {
    const clock = install({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const never = new Promise<void>(() => {});
      const stalled = Array.from({ length: 16 }, () => send(slowly(sentDelivery(), never)));
      await clock.tickAsync(20_000);
      for (const response of await Promise.all(stalled)) assert.equal(response.status, 503);
    } finally {
      clock.uninstall();
    }
    assert.equal((await send(sentDelivery())).status, 200);
  }));

Deno.test("POST /alerts asks for the token when there is one", () =>
  withIntake(async ({ send }) => {
    assert.equal((await send(sentDelivery())).status, 401);
    assert.equal((await send(sentDelivery(), { authorization: "Bearer wrong" })).status, 401);
    assert.equal((await send(sentDelivery(), { authorization: "Bearer right" })).status, 200);
  }, { alertToken: "right" }));

Deno.test("POST /alerts takes the Watchdog for a heartbeat, alone or among others", () =>
  withIntake(async ({ store, outcome, incidents }) => {
    const watchdog = { labels: { alertname: "Watchdog" }, fingerprint: "00000000000000aa" };
    assert.equal(await outcome([watchdog]), "heartbeat");
    assert.deepEqual(await incidents(), []);
    assert.match((await store.transact((tx) => tx.setting("heartbeat")))!, /"last_at":"2026-01-01T12:00/);
    assert.equal(await outcome([watchdog, {}]), "opened");
    assert.deepEqual((await incidents()).map((view) => view.alerts.length), [1]);
    assert.equal(await outcome([{ ...watchdog, ...RESOLVED }]), "empty");
    assert.equal(await outcome([]), "empty");
  }));
