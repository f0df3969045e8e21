import assert from "node:assert/strict";
import { aDiagnosis, anIncident, aResolvedIncident } from "../testing/incident.ts";
import { answerText } from "./answers.ts";

Deno.test("answerText() says where an incident stands", () => {
  const view = anIncident({
    acknowledged_by: "operator:+15552223333",
    acknowledged_at: "2026-01-01T12:05:00.000Z",
    tickets: [{ key: "OPS-7", url: "https://example.atlassian.net/browse/OPS-7", assignee: "Ravi Kumar" }],
  });
  assert.equal(
    answerText({ topic: "status" }, view),
    "K7QF InventoryHighErrorRate: more than a fifth of requests fail.\n" +
      "inventory: diagnosed, critical, since 11:59:00 UTC.\n" +
      "1 alert firing. Error rate was 38.2 % at 12:00:03 UTC.\n" +
      "Cause: Cannot read properties of null (reading 'price') is thrown in priceOf(). (services/inventory/items.ts:42)\n" +
      "Acknowledged by +15552223333 at 12:05:00 UTC.\n" +
      "Ticket OPS-7 (Ravi Kumar): https://example.atlassian.net/browse/OPS-7",
  );
});

Deno.test("answerText() says of a resolved incident that no requests come any more", () => {
  const at = "2026-01-01T12:02:00.000Z";
  const timeline = [
    { at, kind: "resolved", text: "Resolved by itself", by: "alertmanager" },
    { at, kind: "traffic_stopped", text: "No requests since 12:01 UTC: the fault may still be there", by: "agent" },
  ];
  const said = answerText({ topic: "status" }, aResolvedIncident({ timeline }));
  assert.match(said, /^No requests since 12:01 UTC: the fault may still be there\.$/m);
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
    /^K7QF: 4 errors in 5 min up to 12:00:01 UTC:\n12:00:02 ERROR failure 2\n {2}at items.ts:42/,
  );
  const shape = {
    count: 80,
    last: "2026-01-01T12:00:05Z",
    message: "TypeError: x",
    frames: [{ file: "a/b.ts", line: 6 }],
  };
  assert.equal(
    logs({ count: 80, seconds: 300, entries, shapes: [shape] }),
    "K7QF: 80 errors in 5 min up to 12:00:01 UTC:\n- 80 x TypeError: x at a/b.ts:6, last at 12:00:05 UTC",
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
    "Similar to K7QF:\n- M3XR, 2025-12-24 10:00 UTC, inventory: The disk was full.",
  );
  assert.match(answerText({ topic: "similar", incidents: [] }, anIncident()), /no similar earlier incident/);
  assert.match(answerText({ topic: "help" }, anIncident()), /create Jira task and assign to Ravi/);
});

Deno.test("answerText() answers a question by what it is about, and says when the record does not hold it", () => {
  const ask = (text: string) => answerText({ topic: "question", text_asked: text }, anIncident());
  const answers: Record<string, string> = {
    "which file is it in?": "K7QF: It is in services/inventory/items.ts:42.",
    "should I create a Jira task?": 'K7QF: There is no ticket yet. Reply "create Jira task" to create one.',
    "who is on it": "K7QF: Not acknowledged.",
    "which routes?": "K7QF: Routes: /random-endpoint/{trigger}.",
    "on which servers": "K7QF: Instances: inv1, inv2.",
    "how bad is it": "K7QF: 38.2 % of requests failed when it was measured.",
    "when did it start?": "K7QF: It began at 11:59:00 UTC and is not resolved.",
    "what should I do?": "K7QF: 1. Check for null before reading price\n2. Guard items.ts:42 against a missing item\n" +
      "3. Deploy and watch the error rate",
    "are you sure?": 'K7QF: Confidence 90 %; "why" shows the evidence.',
  };
  for (const [question, answer] of Object.entries(answers)) assert.equal(ask(question), answer, question);
  assert.match(ask("is the moon full?"), /cannot answer that from the record, and nothing was done/);
});
