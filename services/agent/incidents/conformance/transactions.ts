import assert from "node:assert/strict";
import type { Change, Transaction } from "../store.ts";
import type { Cases } from "./harness.ts";
import { outboxRow, sampleAlert, sampleCall, sampleDiagnosis, sampleIncident, work } from "./samples.ts";

/** What holds for a body's writes together. */
export const transactionsCases: Cases = {
  "transact() keeps all of a body when it resolves": async ({ store, reopen }) => {
    const incident = sampleIncident();
    const alert = sampleAlert();
    await store.transact(async (tx) => {
      await tx.addDelivery({ id: "d1", received_at: incident.opened_at, body: "{}", outcome: "accepted" });
      await tx.saveIncident(incident);
      await tx.saveAlert(incident.id, alert);
      await tx.addTimeline(incident.id, { at: incident.opened_at, kind: "opened", text: "t", by: "agent" });
      await tx.addTimeline(incident.id, {
        at: incident.opened_at,
        kind: "alert_firing",
        text: "u",
        by: "alertmanager",
        delivery_id: "d1",
      });
      await tx.addToolCall(incident.id, sampleCall("E1"));
      await tx.saveDiagnosis(incident.id, sampleDiagnosis({ root_cause: "first" }));
      await tx.saveDiagnosis(incident.id, sampleDiagnosis());
      await tx.addMessage(incident.id, { at: incident.opened_at, from: "operator:+1", text: "ack" });
      await tx.addTicket(incident.id, { key: "OPS-1", url: "http://jira/OPS-1", assignee: null });
    });
    const tickets = await store.transact(async (tx) => {
      await tx.addTicket(incident.id, { key: "OPS-2", url: "http://jira/OPS-2", assignee: "Ravi" });
      return await tx.tickets(incident.id);
    });
    assert.deepEqual(tickets.map(({ key }) => key), ["OPS-1", "OPS-2"]);
    for (const which of ["same", "reopened"]) {
      const seen = which === "same" ? store : await reopen();
      assert.deepEqual({ ...await seen.view(incident.id) }, {
        ...incident,
        alerts: [alert],
        timeline: [
          { at: incident.opened_at, kind: "opened", text: "t", by: "agent" },
          { at: incident.opened_at, kind: "alert_firing", text: "u", by: "alertmanager", delivery_id: "d1" },
        ],
        tool_calls: [sampleCall("E1")],
        diagnosis: sampleDiagnosis(),
        notifications: [],
        messages: [{ at: incident.opened_at, from: "operator:+1", text: "ack" }],
        tickets,
      });
    }
  },

  "transact() leaves nothing of a body that rejects, and all of its neighbours": async ({ store }) => {
    const [before, failed, after] = [sampleIncident(), sampleIncident(), sampleIncident()];
    const results = await Promise.allSettled([
      store.transact((tx) => tx.saveIncident(before)),
      store.transact(async (tx) => {
        await tx.saveIncident(failed);
        throw new RangeError("no");
      }),
      store.transact((tx) => tx.saveIncident(after)),
    ]);
    assert.deepEqual(results.map((r) => r.status), ["fulfilled", "rejected", "fulfilled"]);
    assert.equal((results[1] as PromiseRejectedResult).reason.message, "no");
    assert.equal(await store.view(failed.id), undefined);
    for (const id of [before.id, after.id]) assert.equal((await store.view(id))?.id, id);
  },

  "transact() runs bodies one after another when many are started together": async ({ store }) => {
    await Promise.all(
      Array.from({ length: 200 }, () =>
        store.transact(async (tx) => {
          const count = Number(await tx.setting("count") ?? "0");
          await tx.saveSetting("count", String(count + 1));
        })),
    );
    assert.equal(await store.transact((tx) => tx.setting("count")), "200");
  },

  "transact() refuses a transaction that is used after its end": async ({ store }) => {
    let kept: Transaction | undefined;
    await store.transact((tx) => {
      kept = tx;
      return Promise.resolve();
    });
    await assert.rejects(() => kept!.saveSetting("late", "1"));
    assert.equal(await store.transact((tx) => tx.setting("late")), undefined);
  },

  "subscribe() tells what a commit changed, after it": async ({ store }) => {
    const incident = sampleIncident();
    const seen: Change[] = [];
    const { promise: known, resolve } = Promise.withResolvers<boolean>();
    const stop = store.subscribe((change) => {
      seen.push(change);
      if (change.topic === "incident") store.view(incident.id).then((view) => resolve(view !== undefined));
    });
    await assert.rejects(store.transact(async (tx) => {
      await tx.saveIncident(sampleIncident());
      throw new Error("no");
    }));
    assert.deepEqual(seen, []);
    await store.transact(async (tx) => {
      await tx.saveIncident(incident);
      await tx.enqueueWork(work(incident.id, 0, incident.opened_at));
      await tx.enqueueOutbox(outboxRow("k", new Date(0)));
    });
    assert.equal(await known, true);
    assert.deepEqual(seen, [
      { topic: "incident", incident_id: incident.id },
      { topic: "work", incident_id: null },
      { topic: "outbox", incident_id: null },
    ]);
    stop();
    await store.transact((tx) => tx.saveIncident(incident));
    assert.equal(seen.length, 3);
  },
};
