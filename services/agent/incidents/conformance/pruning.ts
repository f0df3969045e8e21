import assert from "node:assert/strict";
import type { Cases } from "./harness.ts";
import { outboxRow, sampleAlert, sampleCall, sampleDiagnosis, sampleIncident, work } from "./samples.ts";

/** What a store must forget, and what not. */
export const pruningCases: Cases = {
  "prune() forgets resolved incidents from before, whole, and no others": async ({ store, now, advance }) => {
    const day = 86_400_000;
    const at = now().toISOString();
    const old = sampleIncident({ state: "resolved", resolved_at: at, title: "forgotten" });
    const busy = sampleIncident({ state: "resolved", resolved_at: at, title: "busy" });
    const telling = sampleIncident({ state: "resolved", resolved_at: at, title: "telling" });
    const open = sampleIncident({ title: "open" });
    await store.transact(async (tx) => {
      for (const incident of [old, busy, telling, open]) {
        await tx.saveIncident(incident);
        await tx.saveAlert(incident.id, sampleAlert());
        await tx.addTimeline(incident.id, { at, kind: "opened", text: "t", by: "agent" });
        await tx.addToolCall(incident.id, sampleCall("E1"));
        await tx.saveDiagnosis(incident.id, sampleDiagnosis());
      }
      await tx.addDelivery({ id: "d", received_at: at, body: "{}" });
      await tx.enqueueWork(work(busy.id, 0, at));
      await tx.enqueueOutbox(outboxRow("k", now(), { incident_id: telling.id }));
      await tx.claimInbound("SM1");
      for (const { id, title } of [old, open]) await tx.saveSetting(`of ${title}`, id, { incident_id: id });
      await tx.saveSetting("of nobody", old.id);
    });
    await store.list({ limit: 1, q: "forgotten" });
    advance(day);
    const young = sampleIncident({ state: "resolved", resolved_at: now().toISOString(), title: "young" });
    await store.transact((tx) => tx.saveIncident(young));
    const before = new Date(now().getTime() - day / 2);
    let forgotten = 0;
    for (let more = true; more;) {
      const pruned = await store.prune({ before, maxBytes: Number.MAX_SAFE_INTEGER });
      forgotten += pruned.incidents;
      more = pruned.more;
    }
    assert.equal(forgotten, 1);
    const titles = (await store.list({ limit: 9 })).incidents.map((incident) => incident.title);
    assert.deepEqual(titles, ["young", "open", "telling", "busy"]);
    assert.deepEqual((await store.list({ limit: 9, q: "forgotten" })).incidents, []);
    assert.equal(await store.view(old.id), undefined);
    await store.transact(async (tx) => {
      assert.deepEqual([await tx.alerts(old.id), await tx.toolCalls(old.id)], [[], []]);
      assert.equal(await tx.claimInbound("SM1"), true);
      const settings = ["of forgotten", "of open", "of nobody"].map((name) => tx.setting(name));
      assert.deepEqual(await Promise.all(settings), [undefined, open.id, old.id]);
    });
  },

  "prune() forgets the oldest resolved incidents while there is too much": async ({ store, now }) => {
    const at = now().toISOString();
    await store.transact(async (tx) => {
      for (let n = 0; n < 60; n++) {
        const incident = sampleIncident({ state: "resolved", resolved_at: at, title: `t${n}` });
        await tx.saveIncident(incident);
        await tx.addTimeline(incident.id, { at, kind: "opened", text: "x".repeat(5_000), by: "agent" });
      }
      await tx.saveIncident(sampleIncident({ title: "open" }));
    });
    const before = new Date(0);
    assert.equal((await store.prune({ before, maxBytes: Number.MAX_SAFE_INTEGER })).incidents, 0);
    assert.equal((await store.prune({ before, maxBytes: 200_000 })).incidents, 50);
    const left = (await store.list({ limit: 99 })).incidents.map((incident) => incident.title);
    assert.deepEqual([left.length, left[0], left.at(-1)], [11, "open", "t50"]);
    for (let more = true; more;) more = (await store.prune({ before, maxBytes: 0 })).more;
    assert.deepEqual((await store.list({ limit: 99 })).incidents.map((incident) => incident.title), ["open"]);
  },
};
