import assert from "node:assert/strict";
import { sampleIncident } from "./conformance/mod.ts";
import { openStore } from "./open.ts";
import { resolveIncident } from "./resolve.ts";

Deno.test("resolveIncident() ends the incident, notes who, and tells each channel once, whoever is first", async () => {
  const store = await openStore("sqlite::memory:");
  const incident = sampleIncident({ id: "i1", episode: 2 });
  const at = "2026-01-01T12:00:00.000Z";
  const payload = { resolved_by: "operator:ravi" };
  const entry = { text: "Marked as resolved", by: "operator:ravi", delivery_id: "m1" };
  await store.transact(async (tx) => {
    await tx.saveIncident(incident);
    const resolved = await resolveIncident(tx, incident, { at, entry, told: { channels: ["log", "jira"], payload } });
    assert.deepEqual([resolved.state, resolved.resolved_at], ["resolved", at]);
    await assert.rejects(resolveIncident(tx, resolved, { at, entry }), RangeError);
    // Another finds the same episode over.
    await resolveIncident(tx, incident, { at, entry, told: { channels: ["jira"], payload: { by_itself: true } } });
    assert.deepEqual((await tx.outboxRow("i1/2/resolved/jira"))?.payload, payload);
    assert.deepEqual((await tx.outboxRow("i1/2/resolved/log"))?.payload, payload);
  });
  const { timeline } = (await store.view("i1"))!;
  assert.deepEqual(timeline[0], { at, kind: "resolved", ...entry });
  await store.close();
});

Deno.test("resolveIncident() tells nobody of an end after which it goes on at once", async () => {
  const store = await openStore("sqlite::memory:");
  const incident = sampleIncident();
  const at = "2026-01-01T12:00:00.000Z";
  await store.transact(async (tx) => {
    await tx.saveIncident(incident);
    await resolveIncident(tx, incident, { at, entry: { text: "Resolved at some time", by: "alertmanager" } });
  });
  assert.deepEqual((await store.counts()).outbox, {});
  await store.close();
});
