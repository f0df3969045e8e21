import assert from "node:assert/strict";
import type { IncidentView } from "../../incidents/mod.ts";
import { axisOf } from "./axis.ts";
import { AlertStates } from "./alert_states.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12) + seconds * 1_000).toISOString();
const ms = (seconds: number) => Date.parse(at(seconds));

function incident(changes: Partial<IncidentView> = {}): IncidentView {
  return {
    id: "i",
    code: "K7QF",
    state: "diagnosed",
    service: "inventory",
    severity: "critical",
    title: "t",
    group_key: "g",
    opened_at: at(100),
    resolved_at: null,
    truncated_alerts: 0,
    episode: 1,
    acknowledged_at: null,
    acknowledged_by: null,
    alerts: [{
      fingerprint: "f",
      status: "firing",
      starts_at: at(90),
      ends_at: null,
      labels: { alertname: "A" },
      annotations: {},
      generator_url: "",
      episode: 1,
    }],
    timeline: [
      { at: at(100), kind: "alert_firing", text: "", by: "alertmanager" },
      { at: at(101), kind: "investigation_started", text: "", by: "agent" },
      { at: at(105), kind: "diagnosis", text: "", by: "agent" },
    ],
    tool_calls: [{
      id: "E1",
      episode: 1,
      step: 1,
      tool: "compute_error_rate",
      arguments: {},
      started_at: at(101),
      ended_at: at(102),
      ok: true,
      result: { above_objective: { since: at(20) } },
      hash: "",
    }],
    diagnosis: null,
    notifications: [],
    messages: [],
    tickets: [],
    ...changes,
  };
}

Deno.test("axisOf() reaches from before the first bad request to now while it lasts, and beyond its end after", () => {
  const open = axisOf(incident(), new Date(at(300)));
  assert.deepEqual([open.from, open.to], [ms(20 - 60), ms(300)]);
  assert.deepEqual(open.milestones.map(({ text }) => text), [
    "First bad request",
    "Alert fires",
    "Investigation",
    "Diagnosis",
  ]);
  assert.deepEqual(open.alerts.map(({ start, end }) => [start, end]), [[ms(90), null]]);
  const over = axisOf(incident({ state: "resolved", resolved_at: at(200) }), new Date(at(9_000)));
  assert.deepEqual([over.to, over.alerts[0]!.end], [ms(260), ms(200)]);
});

Deno.test("axisOf() leaves out what an alert's clock or an old log line says of long ago", () => {
  const old = incident({
    alerts: [{ ...incident().alerts[0]!, starts_at: at(-90_000) }],
    tool_calls: [{ ...incident().tool_calls[0]!, result: { above_objective: { since: at(-90_000) } } }],
  });
  assert.equal(axisOf(old, new Date(at(300))).from, ms(100 - 60));
});

Deno.test("axisOf() begins anew when the incident fired again", () => {
  const again = incident({
    episode: 2,
    alerts: [incident().alerts[0]!, { ...incident().alerts[0]!, starts_at: at(5_000), episode: 2 }],
    timeline: [...incident().timeline, { at: at(5_010), kind: "refired", text: "", by: "alertmanager" }],
  });
  const { from, alerts, calls } = axisOf(again, new Date(at(5_100)));
  assert.deepEqual([from, alerts.length, calls.length], [ms(5_000 - 60), 1, 0]);
});

Deno.test("axisOf() takes nothing that was measured of an earlier episode for the newest one's first bad request", () => {
  const again = (since: number) => {
    const [alert] = incident().alerts;
    return axisOf(
      incident({
        episode: 2,
        alerts: [{ ...alert!, status: "resolved", ends_at: at(400) }, { ...alert!, starts_at: at(600), episode: 2 }],
        timeline: [...incident().timeline, { at: at(610), kind: "refired", text: "", by: "alertmanager" }],
        tool_calls: [{ ...incident().tool_calls[0]!, episode: 2, result: { above_objective: { since: at(since) } } }],
      }),
      new Date(at(700)),
    ).milestones;
  };
  assert.deepEqual(again(320), [{ at: ms(600), text: "Alert fires" }]);
  assert.deepEqual(again(540)[0], { at: ms(540), text: "First bad request" });
});

Deno.test("AlertStates finds when alerts were pending, and gives none when Prometheus is slow or away", async () => {
  const asked: string[] = [];
  const states = (range: () => Promise<{ labels: Record<string, string>; points: [number, number][] }[]>) =>
    new AlertStates({
      range: (query) => {
        asked.push(query);
        return range();
      },
    });
  const query = { alerts: ['A"b'], from: 0, to: 100_000 };
  const points: [number, number][] = [[10, 1], [15, 1], [20, 1], [60, 1]];
  const found = await states(() => Promise.resolve([{ labels: { alertname: "A" }, points }])).pending(query, 1_000);
  assert.deepEqual(found.map(({ start, end }) => [start, end]), [[10_000, 25_000], [60_000, 65_000]]);
  assert.equal(asked[0], 'ALERTS{alertstate="pending",alertname=~"A.b"}');
  assert.deepEqual(await states(() => Promise.reject(new Error("away"))).pending(query, 1_000), []);
  assert.deepEqual(await states(() => new Promise(() => {})).pending(query, 1), []);
});
