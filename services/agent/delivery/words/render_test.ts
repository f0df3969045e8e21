import assert from "node:assert/strict";
import { aDiagnosis, anIncident, aResolvedIncident, aRow } from "../testing/incident.ts";
import { messageText } from "./render.ts";

Deno.test("messageText() tells later news briefly, by the incident's code", () => {
  const view = aResolvedIncident();
  assert.equal(
    messageText(aRow({ kind: "resolved", payload: { by_itself: true } }), view),
    "K7QF InventoryHighErrorRate: more than a fifth of requests fail.\nResolved by itself after 2 min 10 s.\nCause was: " +
      "Cannot read properties of null (reading 'price') was thrown in priceOf(). (services/inventory/items.ts:42)",
  );
  assert.match(
    messageText(aRow({ kind: "refired" }), anIncident({ episode: 2 }))!,
    /^CRITICAL InventoryHighErrorRate: .* It fires again, incident K7QF\.$/,
  );
});

Deno.test("messageText() names the largest groups of a storm and the silence of the watchdog", () => {
  const payload = {
    alerts: 10_000,
    incidents: 90,
    window_ms: 60_000,
    largest: [{ group: "HighLatency", count: 9_000 }],
  };
  assert.match(
    messageText(aRow({ kind: "digest", payload, incident_id: null }), undefined)!,
    /^Alert storm: 10,000 alerts in 90 incidents within 1 min; .* Largest groups: HighLatency \(9,000\)\.$/,
  );
  assert.match(
    messageText(aRow({ kind: "heartbeat_lost", payload: { silent_ms: 300_000 } }), undefined)!,
    /for 5 min\./,
  );
  assert.match(
    messageText(aRow({ kind: "heartbeat_back", payload: { silent_ms: 300_000 } }), undefined)!,
    /after 5 min /,
  );
});

Deno.test("messageText() tells what was not delivered, where and why", () => {
  const payload = { channel: "whatsapp", kind: "diagnosis", reason: "wrong credentials", text: "CRITICAL inventory" };
  assert.equal(
    messageText(aRow({ kind: "undelivered", channel: "log", payload }), anIncident()),
    "Not delivered on whatsapp: the diagnosis of incident K7QF. Reason: wrong credentials. It said: CRITICAL inventory",
  );
});

Deno.test("messageText() has nothing to say about a kind it does not know, unless the row brings its text", () => {
  assert.equal(messageText(aRow({ kind: "whatever" }), anIncident()), undefined);
  assert.equal(messageText(aRow({ kind: "whatever", payload: { text: "said" } }), anIncident()), "said");
});

Deno.test("messageText() has a word on a fault that resolved while nobody did anything", () => {
  const view = aResolvedIncident({ diagnosis: aDiagnosis({ error_rate: 0.4 }) });
  const text = (payload: Record<string, unknown>) => messageText(aRow({ kind: "resolved", payload }), view)!;
  assert.match(text({ by_itself: true }), /by itself after .* may still be there and come back with the traffic\./);
  assert.doesNotMatch(text({ resolved_by: "+15550000002" }), /come back/);
});

Deno.test("messageText() says since when there are no requests instead of that it resolved by itself", () => {
  const payload = { by_itself: true, no_requests_since: "2026-01-01T12:00:10Z" };
  const text = messageText(aRow({ kind: "resolved", payload }), aResolvedIncident())!;
  assert.match(
    text,
    /Resolved after 2 min 10 s\. No requests since 12:00 UTC: the fault may still be there and come back with the tra/,
  );
  assert.doesNotMatch(text, /by itself|Nobody acknowledged/);
});
