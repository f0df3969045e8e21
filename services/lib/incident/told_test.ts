import assert from "node:assert/strict";
import { doubtOf, inThePast, notSeen, toldCause, withTime } from "./mod.ts";

const AT = "2026-01-01T12:00:03.000Z";

Deno.test("withTime() says when now was, wherever it stands, and leaves quoted words alone", () => {
  const cases: [text: string, told: string][] = [
    ["79 % of all requests fail now.", "79 % of all requests fail at 12:00:03 UTC."],
    ["It fails now, and 12 % hang now; so it is", "It fails at 12:00:03 UTC, and 12 % hang at 12:00:03 UTC; so it is"],
    ["Now 40 % of them fail", "At 12:00:03 UTC 40 % of them fail"],
    ["It has used 3 GB until now.", "It has used 3 GB until 12:00:03 UTC."],
    ["Right now nobody answers", "At 12:00:03 UTC nobody answers"],
    ['It says "try again now" and `fail now`.', 'It says "try again now" and `fail now`.'],
    ["It is known, nowhere slow, from now on", "It is known, nowhere slow, from now on"],
  ];
  for (const [text, expected] of cases) assert.equal(withTime(text, AT), expected);
  assert.equal(withTime("It fails now.", ""), "It fails now.");
});

Deno.test("inThePast() turns what is said of the present, and no noun and no verb after to", () => {
  const cases: [text: string, told: string][] = [
    ["db-1 is full and does not answer", "db-1 was full and did not answer"],
    ["`x is null` is thrown when orders fail", "`x is null` was thrown when orders failed"],
    ["requests to take stock fail", "requests to take stock failed"],
    ["The pool cannot have more", "The pool cannot have more"],
  ];
  for (const [text, expected] of cases) assert.equal(inThePast(text), expected);
});

Deno.test("toldCause() is in the past once the incident is over", () => {
  const diagnosis = { root_cause: "40 % of requests fail now.", at: AT };
  assert.equal(toldCause(diagnosis, { state: "diagnosed" }), "40 % of requests fail at 12:00:03 UTC.");
  assert.equal(toldCause(diagnosis, { state: "resolved" }), "40 % of requests failed at 12:00:03 UTC.");
});

Deno.test("doubtOf() is what was noted after the newest resolution, and nothing of an incident that is open", () => {
  const entry = (kind: string) => ({ kind, text: `${kind} was noted` });
  const timeline = ["resolved", "traffic_stopped", "notified"].map(entry);
  const resolved_at = "2026-01-01T12:00:00Z";
  assert.equal(doubtOf({ resolved_at, timeline }), "traffic_stopped was noted");
  assert.equal(doubtOf({ resolved_at: null, timeline }), undefined);
  assert.equal(doubtOf({ resolved_at, timeline: [...timeline, entry("refired"), entry("resolved")] }), undefined);
  assert.equal(doubtOf({ resolved_at, timeline: [] }), undefined);
});

Deno.test("notSeen() sets apart what nothing is configured for, once by name", () => {
  const missing = [
    "logs: config/oncall.yaml, as it was when the agent started, names no logs for shop",
    "code: neither CODE_ROOT nor GITHUB_REPO is set: set CODE_ROOT",
    "logs: set LOGS_URL",
    "fetch_logs: the balancer does not answer",
  ];
  assert.deepEqual(notSeen(missing), {
    failed: ["fetch_logs: the balancer does not answer"],
    unconfigured: ["logs", "code"],
  });
});
