import assert from "node:assert/strict";
import { lastedMs, openSince, spanText } from "./timespan.ts";

/** When an alert of the first episode fired. */
function sampleAlert(change: { episode?: number; starts_at?: string; ends_at?: string | null }) {
  return { episode: 1, starts_at: "2026-01-01T10:00:00Z", ends_at: null, ...change };
}

/** An incident in its first episode, still open. */
function sampleIncident(change: { episode?: number; opened_at?: string; resolved_at?: string } = {}) {
  return { episode: 1, opened_at: "2026-01-01T10:00:10Z", resolved_at: null, ...change };
}

Deno.test("spanText() says the two largest units", () => {
  const cases: [number, string][] = [
    [0, "0 s"],
    [130_000, "2 min 10 s"],
    [3_600_000, "1 h"],
    [3_661_000, "1 h 1 min"],
    [93_600_000, "1 d 2 h"],
    [-5, "0 s"],
  ];
  for (const [ms, text] of cases) assert.equal(spanText(ms), text);
});

Deno.test("lastedMs() goes by the clock of the alerts of the newest episode", () => {
  const alerts = [
    sampleAlert({ starts_at: "2026-01-01T08:00:00Z", ends_at: "2026-01-01T08:30:00Z" }),
    sampleAlert({ episode: 2, starts_at: "2026-01-01T09:00:00Z", ends_at: "2026-01-01T09:05:00Z" }),
    sampleAlert({ episode: 2, starts_at: "2026-01-01T09:01:00Z", ends_at: "2026-01-01T09:02:00Z" }),
  ];
  assert.equal(lastedMs(sampleIncident({ episode: 2 }), alerts), 300_000);
});

Deno.test("openSince() counts from the newest episode, and from the incident's opening in the first one", () => {
  const alerts = [
    sampleAlert({ starts_at: "2026-01-01T08:00:00Z" }),
    sampleAlert({ episode: 2, starts_at: "2026-01-01T09:01:00Z" }),
    sampleAlert({ episode: 2, starts_at: "2026-01-01T09:00:00.5Z" }),
  ];
  const opened_at = "2026-01-01T08:00:10Z";
  assert.equal(openSince({ episode: 1, opened_at }, alerts), opened_at);
  assert.equal(openSince({ episode: 2, opened_at }, alerts), "2026-01-01T09:00:00.5Z");
  assert.equal(openSince({ episode: 3, opened_at }, alerts), opened_at);
});

Deno.test("lastedMs() goes by the agent's clock when the alerts' makes no sense", () => {
  const times = { opened_at: "2026-01-01T12:00:00Z", resolved_at: "2026-01-01T12:00:07Z" };
  const backwards = sampleAlert({ starts_at: "2026-01-01T09:00:00Z", ends_at: "2026-01-01T08:00:00Z" });
  assert.equal(lastedMs(sampleIncident(times), [backwards]), 7_000);
  assert.equal(lastedMs(sampleIncident(times), [sampleAlert({ ends_at: null })]), 7_000);
  assert.equal(lastedMs(sampleIncident(times), []), 7_000);
  assert.equal(lastedMs(sampleIncident(), []), 0);
});

Deno.test("lastedMs() and openSince() count from the first onset where an episode began before the last had ended", () => {
  const alerts = [
    sampleAlert({ starts_at: "2026-01-01T08:00:00Z", ends_at: "2026-01-01T08:10:00Z" }),
    sampleAlert({ episode: 2, starts_at: "2026-01-01T09:00:00Z", ends_at: "2026-01-01T09:30:00Z" }),
    sampleAlert({ episode: 3, starts_at: "2026-01-01T09:10:00Z", ends_at: "2026-01-01T09:20:00Z" }),
    sampleAlert({ episode: 4, starts_at: "2026-01-01T09:25:00Z", ends_at: "2026-01-01T09:40:00Z" }),
  ];
  // The third ended before the fourth began; the second did not.
  assert.equal(lastedMs(sampleIncident({ episode: 3 }), alerts.slice(0, 3)), 30 * 60_000);
  assert.equal(openSince(sampleIncident({ episode: 3 }), alerts.slice(0, 3)), "2026-01-01T09:00:00Z");
  assert.equal(lastedMs(sampleIncident({ episode: 4 }), alerts), 40 * 60_000);
  const joined = [{ ...alerts[0]!, ends_at: "2026-01-01T09:05:00Z" }, alerts[1]!];
  assert.equal(openSince(sampleIncident({ episode: 2 }), joined), sampleIncident().opened_at);
  assert.equal(lastedMs(sampleIncident({ episode: 2 }), joined), 90 * 60_000);
});
