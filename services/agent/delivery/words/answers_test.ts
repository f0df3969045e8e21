import assert from "node:assert/strict";
import { aDiagnosis, anIncident } from "../testing/incident.ts";
import { answerText } from "./answers.ts";

Deno.test("answerText() says where an incident stands", () => {
  const view = anIncident({
    acknowledged_by: "operator:+15552223333",
    acknowledged_at: "2026-01-01T12:05:00.000Z",
    tickets: [{ key: "OPS-7", url: "https://example.atlassian.net/browse/OPS-7", assignee: "Ravi Kumar" }],
  });
  assert.equal(
    answerText({ topic: "status" }, view),
    "K7QF inventory: diagnosed, critical, since 11:59:00 UTC.\n" +
      "1 of 1 alerts firing. Error rate was 38.2 %.\n" +
      "Cause: Cannot read properties of null (reading 'price') is thrown in priceOf(). (services/inventory/items.ts:42)\n" +
      "Acknowledged by +15552223333 at 12:05:00 UTC.\n" +
      "Ticket OPS-7 (Ravi Kumar): https://example.atlassian.net/browse/OPS-7",
  );
});

Deno.test("answerText() shows the evidence of each claim and marks what was not verified", () => {
  const claims = [
    { text: "38.2 % of requests fail", evidence: ["E2"], verified: true },
    { text: "It is the moon", evidence: [], verified: false },
  ];
  const text = answerText({ topic: "why" }, anIncident({ diagnosis: aDiagnosis({ claims }) }));
  assert.match(text, /^- 38\.2 % of requests fail\. From: compute_error_rate\.$/m);
  assert.match(text, /^- It is the moon\. \(not verified\)$/m);
  assert.match(text, /Confidence 90 %, by the built-in rules\.$/);
  assert.match(answerText({ topic: "why" }, anIncident({ diagnosis: null })), /no diagnosis yet/);
});

Deno.test("answerText() quotes the newest log entries, or says that there are none", () => {
  const call = { ...anIncident().tool_calls[0]!, tool: "fetch_logs" };
  const entries = [1, 2, 3, 4].map((n) => ({
    at: `12:00:0${n}`,
    level: "ERROR",
    message: `failure ${n}\n  at items.ts:42`,
  }));
  const logs = (result: unknown) => answerText({ topic: "logs" }, anIncident({ tool_calls: [{ ...call, result }] }));
  const text = logs({ count: 4, seconds: 300, entries });
  assert.match(
    text,
    /^K7QF: 4 errors in 5 m up to 12:00:01 UTC; the newest:\n12:00:02 ERROR failure 2\n {2}at items.ts:42/,
  );
  assert.match(logs({ count: 0, seconds: 300, entries: [] }), /held no errors/);
  assert.match(answerText({ topic: "logs" }, anIncident({ tool_calls: [] })), /no logs could be read/);
});

Deno.test("answerText() names similar incidents, and what may be said", () => {
  const incidents = [{
    code: "M3XR",
    service: "inventory",
    title: "t",
    opened_at: "2025-12-24T10:00:00Z",
    cause: "The disk was full.",
  }];
  assert.equal(
    answerText({ topic: "similar", incidents }, anIncident()),
    "Like K7QF:\n- M3XR, 2025-12-24 10:00 UTC, inventory: The disk was full.",
  );
  assert.match(answerText({ topic: "similar", incidents: [] }, anIncident()), /no earlier incident/);
  assert.match(answerText({ topic: "help" }, anIncident()), /create Jira task and assign to Ravi/);
});
