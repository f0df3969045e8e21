import assert from "node:assert/strict";
import type { Incident, IncidentView } from "../incidents/mod.ts";
import type { SentAlert } from "./testing/deliveries.ts";
import { kinds, queued, withIntake } from "./testing/intake.ts";

const RESOLVED: SentAlert = { status: "resolved" };
const OTHER = { fingerprint: "7d2d332feada5c59", labels: { instance: "127.0.0.1:8002" } };

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
    assert.equal(view!.timeline[2]!.text, "Resolved by itself after 2 min 10 s before its investigation began");
    assert.deepEqual(view!.notifications.map((n) => n.kind), ["resolved"]);
    assert.equal(await outcome([{ ...OTHER, ...RESOLVED }]), "repeated");
  }));

Deno.test("POST /alerts says that an incident resolved during its investigation, which goes on", () =>
  withIntake(async ({ store, outcome, incidents }) => {
    await outcome([{}]);
    const [view] = await incidents();
    await store.transact((tx) => tx.saveIncident({ ...pick(view!), state: "investigating" }));
    await outcome([RESOLVED]);
    assert.match((await incidents())[0]!.timeline.at(-1)!.text, /^Resolved by itself after 2 min 10 s during its inv/);
    assert.equal(await queued(store), 1);
  }));

Deno.test("POST /alerts begins another episode when it fires again within the window", () =>
  withIntake(async ({ store, outcome, incidents, advance }) => {
    await outcome([{}]);
    await outcome([RESOLVED]);
    advance(3_600_000);
    const annotations = { summary: "12.3 % of requests fail" };
    const fields = { commonAnnotations: annotations };
    assert.equal(await outcome([{ startsAt: "2026-01-01T13:00:00Z", annotations }], fields), "refired");
    const views = await incidents();
    assert.equal(views.length, 1);
    assert.equal(views[0]!.title, "InventoryHighErrorRate: 12.3 % of requests fail");
    assert.deepEqual([views[0]!.state, views[0]!.episode, views[0]!.resolved_at], ["open", 2, null]);
    assert.deepEqual(kinds(views[0]), ["alert_firing", "resolved", "refired"]);
    assert.deepEqual(views[0]!.alerts.map((alert) => [alert.status, alert.episode]), [["resolved", 1], ["firing", 2]]);
    assert.equal(await queued(store), 2);
  }));

for (
  const [what, notify, tickets, ordered] of [
    ["has its ticket reopened", ["phone", "jira"], ["OPS-1"], [{ episode: 2 }]],
    ["has no ticket", ["phone", "jira"], [], []],
    ["has a ticket of a Jira that is not configured any more", ["phone"], ["OPS-1"], []],
  ] as const
) {
  Deno.test(`POST /alerts orders once what an incident that fires again needs when it ${what}`, () =>
    withIntake(async ({ store, outcome, incidents }) => {
      await outcome([{}]);
      const [{ id }] = await incidents() as [IncidentView];
      await store.transact(async (tx) => {
        for (const key of tickets) {
          await tx.addTicket(id, { key, url: `https://jira.example.com/${key}`, assignee: null });
        }
      });
      const jiraRows = async () => {
        const rows = [];
        while (true) {
          const claimed = await store.claimOutbox("test", { channels: ["jira"], leaseMs: 60_000 });
          if (claimed === undefined) return rows.filter((row) => row.kind === "reopen_ticket");
          rows.push(claimed.row);
        }
      };
      await outcome([RESOLVED]);
      const again = { startsAt: "2026-01-01T12:05:00Z" };
      assert.equal(await outcome([again]), "refired");
      assert.equal(await outcome([again]), "repeated");
      assert.deepEqual((await jiraRows()).map(({ payload }) => payload), ordered);
    }, { notify }));
}

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

Deno.test("POST /alerts ends nothing by the end of an alert whose start it does not know", () =>
  withIntake(async ({ outcome, incidents, advance }) => {
    await outcome([{}]);
    advance(600_000);
    const times = [["2026-01-01T12:09:00Z", "2026-01-01T12:09:30Z"], ["2026-01-01T11:00:00Z", "2026-01-01T12:09:40Z"]];
    for (const [startsAt, endsAt] of times) {
      await outcome([{ ...RESOLVED, startsAt: startsAt!, endsAt: endsAt! }]);
    }
    const [view] = await incidents();
    assert.deepEqual([view!.state, view!.resolved_at], ["open", null]);
    assert.equal(view!.alerts.filter((alert) => alert.status === "firing").length, 1);
    assert.equal(await outcome([RESOLVED]), "resolved");
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
    assert.equal(await outcome([{ fingerprint: "7d2d332feada5c60" }], { groupKey: "{}:{other}" }), "opened");
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

const WORSE = {
  fingerprint: "00000000000000c1",
  labels: { alertname: "CheckoutDown", service: "checkout" },
  annotations: { summary: "Nobody can pay" },
};
const MILD = { labels: { severity: "warning" } };

Deno.test("POST /alerts investigates and tells what joins and is worse or another alert, whenever it joins", () =>
  withIntake(async ({ store, outcome, incidents }) => {
    await outcome([MILD]);
    const claimed = (await store.claimWork("t", 60_000))!;
    const states = ["investigating", "diagnosed"] as const;
    for (const [index, state] of states.entries()) {
      await store.transact(async (tx) => {
        const incident = (await tx.incident(claimed.work.incident_id))!;
        await tx.saveIncident({ ...incident, state, acknowledged_at: "2026-01-01T12:00:00Z", acknowledged_by: "a" });
      });
      const more = {
        ...WORSE,
        fingerprint: `00000000000000d${index}`,
        labels: { ...WORSE.labels, alertname: `Down${index}` },
      };
      assert.equal(await outcome([MILD, more]), "joined");
      const [view] = await incidents();
      assert.deepEqual([view!.severity, view!.episode, view!.acknowledged_by], ["critical", 2 + index, "a"]);
      assert.equal(view!.alerts.find((alert) => alert.fingerprint === more.fingerprint)!.episode, 2 + index);
      assert.match(view!.timeline.at(-1)!.text, /joined and will be investigated: Down\d.* \(critical\)/);
      assert.equal((await store.claimWork("t", 60_000))?.work.episode, 2 + index);
    }
    assert.match((await incidents())[0]!.title, /^Down0: Nobody can pay/);
  }));

Deno.test("POST /alerts takes what joins before its investigation begins into it", () =>
  withIntake(async ({ store, outcome, incidents }) => {
    await outcome([MILD]);
    assert.equal(await outcome([MILD, WORSE]), "joined");
    const [view] = await incidents();
    assert.deepEqual([view!.episode, view!.severity, view!.alerts.length], [1, "critical", 2]);
    assert.match(view!.title, /^CheckoutDown: Nobody can pay/);
    assert.equal(await queued(store), 1);
  }));

Deno.test("POST /alerts knows one alert that comes by two routes, to its end", () =>
  withIntake(async ({ store, outcome, incidents }) => {
    assert.equal(await outcome([{}]), "opened");
    const other = { groupKey: '{}/{team="a"}:{alertname="InventoryHighErrorRate"}' };
    assert.equal(await outcome([{}], other), "repeated");
    assert.equal(await outcome([{}, WORSE], other), "opened");
    assert.deepEqual((await incidents()).map((view) => view.alerts.length), [1, 1]);
    assert.equal(await queued(store), 2);
    // The first route is gone: the other one tells the end.
    assert.equal(await outcome([RESOLVED, WORSE], other), "repeated");
    assert.deepEqual((await incidents()).map((view) => view.state), ["resolved", "open"]);
    assert.equal(await outcome([RESOLVED]), "repeated");
  }));

Deno.test("POST /alerts opens another incident when another alert of the group fires within the window", () =>
  withIntake(async ({ outcome, incidents, advance }) => {
    await outcome([{}]);
    await outcome([RESOLVED]);
    advance(60_000);
    assert.equal(await outcome([WORSE]), "opened");
    assert.deepEqual((await incidents()).map((view) => view.title.split(":")[0]), [
      "InventoryHighErrorRate",
      "CheckoutDown",
    ]);
  }));
