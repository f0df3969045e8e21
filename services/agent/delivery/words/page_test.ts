import assert from "node:assert/strict";
import fc from "fast-check";
import { aDiagnosis, anIncident } from "../testing/incident.ts";
import { LONGEST_PAGE, MAY_REPLY, pageText } from "./page.ts";

Deno.test("pageText() reads from the most to the least urgent and closes with what may be replied", () => {
  assert.equal(
    pageText(anIncident()),
    [
      "CRITICAL InventoryHighErrorRate: more than a fifth of requests fail.",
      "inventory, incident K7QF, since 11:59:00 UTC.",
      "Cannot read properties of null (reading 'price') is thrown in priceOf().",
      "Where: services/inventory/items.ts:42",
      "Error rate at 12:00:03 UTC: 38.2 % of requests, on /random-endpoint/{trigger}, at inv1, inv2.",
      "Fix: Check for null before reading price.",
      "Next: 1. Guard items.ts:42 against a missing item",
      "2. Deploy and watch the error rate",
      "Confidence 90 %, by the built-in rules.",
      "",
      'Reply "create Jira task and assign to Ravi", "ack", "silence 30m", "why" or "help".',
    ].join("\n"),
  );
});

Deno.test("pageText() never takes a rate that was not measured for zero", () => {
  const text = pageText(anIncident({ tool_calls: [], diagnosis: aDiagnosis({ error_rate: null, routes: [] }) }));
  assert.match(text, /^Error rate: not measured, at inv1, inv2\.$/m);
});

Deno.test("pageText() names the pods of what runs in a cluster, where no rate was measured", () => {
  const diagnosis = aDiagnosis({
    error_rate: null,
    routes: [],
    instances: ["web-1"],
    category: "kubernetes_image_reference",
  });
  assert.match(pageText(anIncident({ tool_calls: [], diagnosis })), /^Pods: web-1\.$/m);
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
    /^CRITICAL InventoryHighErrorRate: .*\ninventory, incident K7QF, since .*\n8 alerts firing: .*\(7 left out by Alertmanager\)\.\nResolved after 1 min 10 s\.\nCause not established: /,
  );
  assert.match(text, /Not available: logs: connection refused; error rate: Prometheus did not answer\./);
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

Deno.test("pageText() links to the incident and to the alert's graph, and leaves gaps of the configuration to the console", () => {
  const [alert] = anIncident().alerts;
  const diagnosis = aDiagnosis({ missing: ["logs: config/oncall.yaml names no logs for shop", "error rate: refused"] });
  const view = anIncident({
    alerts: [{ ...alert!, generator_url: "https://prom.example/graph?g0.expr=x" }],
    diagnosis,
  });
  const text = pageText(view, { consoleUrl: "https://oncall.example/" });
  assert.match(text, /^Incident: https:\/\/oncall\.example\/incidents\/0197c0de-0000-7000-8000-000000000001$/m);
  assert.match(text, /^Graph: https:\/\/prom\.example\/graph\?g0\.expr=x$/m);
  assert.match(text, /^Not available: error rate: refused\.$/m);
});

Deno.test("pageText() names what matters of several alerts, the worst first, and speaks of the one that joined", () => {
  const [alert] = anIncident().alerts;
  const one = (alertname: string, severity: string, more = {}) => ({
    ...alert!,
    fingerprint: alertname,
    labels: { alertname, severity, service: "shop" },
    annotations: { summary: `${alertname} is bad` },
    ...more,
  });
  const alerts = [one("QueueGrows", "info"), one("CheckoutDown", "P1", { episode: 2 }), one("DiskFull", "warning")];
  const view = anIncident({
    alerts,
    episode: 2,
    diagnosis: aDiagnosis({ episode: 2 }),
    title: "QueueGrows: QueueGrows is bad",
  });
  const text = pageText(view);
  assert.match(
    text,
    /^CRITICAL \(P1\) CheckoutDown: CheckoutDown is bad\.\nshop, incident K7QF, since .*\n3 alerts firing: CheckoutDown shop, DiskFull shop, QueueGrows shop\.\n/,
  );
});

Deno.test("pageText() says whether it is the cause of the time before, and gives now its time", () => {
  const entry = (kind: string, text: string, at: string) => ({ kind, text, at, by: "agent" });
  const timeline = [
    entry("diagnosis", "Cause found: The disk of db-1 is 97 % full. More.", "2026-01-01T11:00:00Z"),
    entry("refired", "again", "2026-01-01T12:00:00Z"),
  ];
  const again = (root_cause: string) =>
    pageText(anIncident({ episode: 2, timeline, diagnosis: aDiagnosis({ root_cause }) }));
  assert.match(again("The disk of db-1 is 98 % full."), /^The same cause as at 11:00:00 UTC\.$/m);
  assert.match(again("79 % of all requests fail now."), /^79 % of all requests fail at 12:00:03 UTC\.$/m);
  assert.match(
    again("A null is read."),
    /^Another cause than at 11:00:00 UTC, which was: The disk of db-1 is 97 % full\.$/m,
  );
  assert.match(again("A null is read."), /, fired 2 times\.$/m);
});
