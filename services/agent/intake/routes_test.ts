import assert from "node:assert/strict";
import { install } from "@sinonjs/fake-timers";
import { StoreUnavailable } from "../incidents/mod.ts";
import { MAX_BODY_BYTES } from "./body.ts";
import { sentDelivery } from "./testing/deliveries.ts";
import { kinds, queued, withIntake } from "./testing/intake.ts";

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

Deno.test("POST /alerts refuses only what tells of no alert, stores nothing of it, and tells a person once an hour", () =>
  withIntake(async ({ store, send, incidents, advance }) => {
    for (
      const [delivery, problem] of [["{", /not JSON/], ["", /empty/], ["null", /null/], [
        { a: 1 },
        /fields are a/,
      ]] as const
    ) {
      const response = await send(delivery);
      assert.equal(response.status, 400);
      assert.match((await response.json()).message, problem);
    }
    assert.deepEqual(await incidents(), []);
    assert.equal(await queued(store), 0);
    // One for what is not JSON, one for what is.
    assert.deepEqual((await store.counts()).outbox, { pending: 2 });
    const told = await store.claimOutbox("t", { channels: ["phone"], leaseMs: 1_000 });
    assert.match(String(told?.row.payload.text), /refused, so nobody is told.*begins with: \{/);
    advance(3_600_000);
    await send("{");
    assert.deepEqual((await store.counts()).outbox.pending, 2);
  }));

Deno.test("POST /alerts takes what other senders add, leave out and write in another way", () =>
  withIntake(async ({ send, incidents }) => {
    const { groupKey: _, ...noKey } = sentDelivery();
    const [alert] = sentDelivery().alerts;
    const odd = [
      noKey,
      sentDelivery([{}], { version: "5", groupKey: "b", status: "pending", truncatedAlerts: -1 }),
      sentDelivery([{}], { groupKey: "c", alerts: [{ ...alert, startsAt: "yesterday", fingerprint: "1" }] }),
      sentDelivery([{}], { groupKey: "d", alerts: [{ ...alert, fingerprint: "2", labels: { alertname: "A", a: 1 } }] }),
      { name: "Nightly import", message: "it fails", priority: "P2" },
    ];
    for (const delivery of odd) {
      const response = await send(delivery);
      assert.deepEqual([response.status, (await response.json()).ok], [200, true]);
    }
    const severities = (await incidents()).map((view) => view.severity);
    assert.equal(severities.at(-1), "high");
  }));

Deno.test("POST /alerts opens nothing for what keeps other alerts quiet or always fires", () =>
  withIntake(async ({ outcome, incidents }) => {
    const names = ["InfoInhibitor", "DeadMansSwitch", "Dead man's switch", "AlwaysFiring", "RoutineCheck"];
    for (const alertname of names) {
      const severity = alertname === "RoutineCheck" ? "none" : "info";
      assert.equal(await outcome([{ labels: { alertname, severity } }]), "not_for_people", alertname);
    }
    assert.deepEqual(await incidents(), []);
    assert.equal(await outcome([{ labels: { alertname: "InfoInhibitor" } }, {}]), "opened");
    assert.deepEqual((await incidents()).map((view) => view.alerts.length), [1]);
  }));

Deno.test("POST /alerts gives an alert without a start the time at which it came, and knows it again", () =>
  withIntake(async ({ outcome, incidents, advance }) => {
    const zero = { startsAt: "0001-01-01T00:00:00Z" };
    assert.equal(await outcome([zero]), "opened");
    advance(90_000);
    assert.equal(await outcome([zero]), "repeated");
    assert.equal(await outcome([{ ...zero, status: "resolved", endsAt: zero.startsAt }]), "resolved");
    const [view] = await incidents();
    assert.deepEqual(view!.alerts.map(({ starts_at, ends_at }) => [starts_at, ends_at]), [
      ["2026-01-01T12:00:00.000Z", "2026-01-01T12:01:30.000Z"],
    ]);
    assert.match(view!.timeline.at(-1)!.text, /after 1 min 30 s/);
    assert.equal(await outcome([{ ...zero, status: "resolved" }]), "repeated");
    assert.equal(await outcome([{ startsAt: "2099-01-01T00:00:00Z" }], { groupKey: "other" }), "opened");
    assert.equal((await incidents()).at(-1)!.alerts[0]!.starts_at, "2026-01-01T12:01:30.000Z");
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

Deno.test("POST /alerts takes a delivery while many others are slow to arrive, and then those", () =>
  withIntake(async ({ send }) => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const announced = { "content-length": "4000000" };
    const pending = [
      ...Array.from({ length: 32 }, () => send(slowly(sentDelivery(), gate))),
      ...Array.from({ length: 32 }, () => send(slowly(sentDelivery(), gate), announced)),
    ];
    assert.equal((await send(sentDelivery(), { "content-length": "1000" })).status, 200);
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
    assert.equal(await outcome([{ ...watchdog, status: "resolved" }]), "empty");
    assert.equal(await outcome([]), "empty");
  }));

Deno.test("POST /alerts takes any count of left-out alerts, again and again", () =>
  withIntake(async ({ send, incidents }) => {
    for (const truncatedAlerts of [9007199254740992, 1e300, -1, 0.5, 3]) {
      for (let again = 0; again < 2; again++) {
        assert.equal((await send(sentDelivery([{}], { truncatedAlerts }))).status, 200, `${truncatedAlerts}`);
      }
    }
    assert.equal((await incidents())[0]?.truncated_alerts, 1_000_000_000);
  }));
