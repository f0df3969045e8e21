import assert from "node:assert/strict";
import fc from "fast-check";
import { aDiagnosis, anIncident } from "../testing/incident.ts";
import { LONGEST_PAGE, MAY_REPLY, pageText } from "./page.ts";

Deno.test("pageText() reads from the most to the least urgent and closes with what may be replied", () => {
  assert.equal(
    pageText(anIncident()),
    [
      "CRITICAL inventory, incident K7QF",
      "Cannot read properties of null (reading 'price') is thrown in priceOf().",
      "Where: services/inventory/items.ts:42",
      "Error rate: 38.2 % of requests, on /random-endpoint/{trigger}, at inv1, inv2.",
      "Fix: Check for null before reading price.",
      "Next: 1. Guard items.ts:42 against a missing item",
      "2. Deploy and watch the error rate",
      "",
      'Reply "create Jira task and assign to Ravi", "ack", "silence 30m", "why" or "help".',
    ].join("\n"),
  );
});

Deno.test("pageText() never takes a rate that was not measured for zero", () => {
  const text = pageText(anIncident({ tool_calls: [], diagnosis: aDiagnosis({ error_rate: null, routes: [] }) }));
  assert.match(text, /^Error rate: not measured, at inv1, inv2\.$/m);
});

Deno.test("pageText() says what it does not know", () => {
  const diagnosis = aDiagnosis({
    verdict: "not_enough_evidence",
    root_cause: "The logs could not be read.",
    affected_file: null,
    line_number: null,
    missing: ["logs: connection refused", "error rate: Prometheus did not answer"],
    degraded: true,
  });
  const text = pageText(
    anIncident({
      diagnosis,
      truncated_alerts: 7,
      episode: 2,
      state: "resolved",
      resolved_at: "2026-01-01T12:01:10.000Z",
    }),
  );
  assert.match(
    text,
    /^CRITICAL inventory, incident K7QF, again \(2\. time\)\nResolved after 1 min 10 s\.\nCause not established: /,
  );
  assert.match(text, /Not available: logs: connection refused; error rate: Prometheus did not answer\./);
  assert.match(text, /7 more alerts/);
  assert.match(text, /built-in rules/);
  assert.doesNotMatch(text, /Where:/);
});

Deno.test("pageText() stays within a message and keeps its first and last line whatever it is given", () => {
  const words = fc.string({ unit: "grapheme", maxLength: 3_000 });
  fc.assert(
    fc.property(words, words, fc.array(words, { maxLength: 8 }), words, (cause, fix, steps, service) => {
      const diagnosis = aDiagnosis({
        root_cause: cause,
        suggested_fix: fix,
        next_steps: steps,
        missing: steps,
        routes: steps,
      });
      const text = pageText(anIncident({ diagnosis, service }));
      assert.ok(text.length <= LONGEST_PAGE, String(text.length));
      assert.ok(text.startsWith("CRITICAL"));
      assert.ok(text.endsWith(MAY_REPLY));
      assert.ok(text.isWellFormed());
    }),
    { numRuns: 100 },
  );
});
