import assert from "node:assert/strict";
import { LeaseLost } from "../store.ts";
import type { Cases } from "./harness.ts";
import { outboxRow, sampleIncident, work } from "./samples.ts";

/** What a store must do with what leaves, with leases and due times. */
export const outboxCases: Cases = {
  "claimOutbox() gives what is due on the channels asked for, earliest first": async ({ store, now, advance }) => {
    const at = (ms: number) => new Date(now().getTime() + ms);
    await store.transact(async (tx) => {
      assert.equal(await tx.enqueueOutbox(outboxRow("later", at(60_000))), true);
      assert.equal(await tx.enqueueOutbox(outboxRow("second", at(-1))), true);
      assert.equal(await tx.enqueueOutbox(outboxRow("first", at(-2))), true);
      assert.equal(await tx.enqueueOutbox(outboxRow("first", at(-3))), false);
      assert.equal(await tx.enqueueOutbox(outboxRow("elsewhere", at(-9), { channel: "jira" })), true);
    });
    assert.equal((await store.nextDue())?.getTime(), at(-9).getTime());
    const options = { channels: ["log", "whatsapp"], leaseMs: 1_000_000 };
    const keys: (string | undefined)[] = [];
    for (let n = 0; n < 3; n++) keys.push((await store.claimOutbox("a", options))?.row.key);
    assert.deepEqual(keys, ["first", "second", undefined]);
    advance(60_000);
    const claim = (await store.claimOutbox("a", options))!;
    assert.deepEqual([claim.row.key, claim.row.state, claim.row.payload], ["later", "sending", { n: 1 }]);
    assert.deepEqual((await store.counts()).outbox, { pending: 1, sending: 3 });
  },

  "updateOutbox() ends the lease with every state but sending": async ({ store, now, advance }) => {
    const incident = sampleIncident();
    await store.transact(async (tx) => {
      await tx.saveIncident(incident);
      await tx.enqueueOutbox(outboxRow("k", now(), { incident_id: incident.id }));
    });
    const options = { channels: ["log"], leaseMs: 1_000 };
    const first = (await store.claimOutbox("a", options))!;
    await store.transact((tx) => tx.updateOutbox(first.lease, { state: "sending", attempts: 1, text: "hello" }));
    const next_at = new Date(now().getTime() + 5_000).toISOString();
    await store.transact((tx) => tx.updateOutbox(first.lease, { state: "pending", next_at, last_error: "500" }));
    await assert.rejects(store.transact((tx) => tx.updateOutbox(first.lease, { state: "sent" })), LeaseLost);
    assert.equal(await store.claimOutbox("a", options), undefined);
    advance(5_000);
    const second = (await store.claimOutbox("a", options))!;
    assert.deepEqual([second.row.state, second.row.attempts, second.row.text], ["sending", 1, "hello"]);
    const sent_at = now().toISOString();
    await store.transact((tx) =>
      tx.updateOutbox(second.lease, { state: "sent", attempts: 2, sent_at, receipt: { sid: "SM1" }, last_error: null })
    );
    advance(10_000);
    assert.equal(await store.claimOutbox("a", options), undefined);
    assert.equal(await store.nextDue(), undefined);
    assert.deepEqual((await store.view(incident.id))?.notifications, [
      { channel: "log", kind: "diagnosis", state: "sent", attempts: 2, sent_at, text: "hello", last_error: null },
    ]);
    const row = await store.transact((tx) => tx.outboxRow("k"));
    assert.deepEqual(row?.receipt, { sid: "SM1" });
  },

  "claimOutbox() gives a row as uncertain when its sender's lease ran out": async ({ store, now, advance }) => {
    await store.transact((tx) => tx.enqueueOutbox(outboxRow("k", now())));
    const options = { channels: ["log"], leaseMs: 1_000 };
    const first = (await store.claimOutbox("a", options))!;
    advance(1_001);
    const second = (await store.claimOutbox("b", options))!;
    assert.equal(second.row.state, "uncertain");
    await assert.rejects(store.transact((tx) => tx.updateOutbox(first.lease, { state: "sent" })), LeaseLost);
  },

  "reopening frees every lease at once, and what was being sent is uncertain": async ({ store, now, reopen }) => {
    await store.transact(async (tx) => {
      await tx.enqueueWork(work("i", 0, "2026-01-01T00:00:00.000Z"));
      await tx.enqueueOutbox(outboxRow("k", now()));
      await tx.enqueueOutbox(outboxRow("untouched", now()));
    });
    const held = (await store.claimWork("a", 3_600_000))!;
    await store.claimOutbox("a", { channels: ["log"], leaseMs: 3_600_000 });
    const again = await reopen();
    assert.equal((await again.claimWork("b", 1_000))?.work.attempts, 2);
    await assert.rejects(again.transact((tx) => tx.assertLease(held.lease)), LeaseLost);
    const states: Record<string, string> = {};
    for (let n = 0; n < 2; n++) {
      const { row } = (await again.claimOutbox("b", { channels: ["log"], leaseMs: 1_000 }))!;
      states[row.key] = row.state;
    }
    assert.deepEqual(states, { k: "uncertain", untouched: "sending" });
  },

  "leases and due times keep their length when the wall clock is set": async ({ store, now, advance, setWall }) => {
    for (const by of [3_600_000, -7_200_000]) {
      await store.transact(async (tx) => {
        await tx.enqueueWork(work(`i${by}`, 0, "2026-01-01T00:00:00.000Z"));
        await tx.enqueueOutbox(outboxRow(`k${by}`, new Date(now().getTime() + 10_000)));
      });
      const options = { channels: ["log"], leaseMs: 60_000 };
      assert.ok(await store.claimWork("a", 60_000));
      assert.equal(await store.claimOutbox("a", options), undefined);
      setWall(by);
      assert.equal(await store.claimWork("a", 60_000), undefined);
      assert.equal(await store.claimOutbox("a", options), undefined);
      advance(10_000);
      const claim = (await store.claimOutbox("a", options))!;
      assert.equal(claim.row.key, `k${by}`);
      await store.transact((tx) => tx.updateOutbox(claim.lease, { state: "sent" }));
    }
  },

  "nextDue() knows when a lease runs out": async ({ store, now }) => {
    await store.transact((tx) => tx.enqueueWork(work("i", 0, "2026-01-01T00:00:00.000Z")));
    assert.equal(await store.nextDue(), undefined);
    await store.claimWork("a", 30_000);
    assert.equal((await store.nextDue())!.getTime(), now().getTime() + 30_000);
  },

  "claimInbound() is true once": async ({ store, reopen }) => {
    assert.equal(await store.transact((tx) => tx.claimInbound("SM1")), true);
    assert.equal(await store.transact((tx) => tx.claimInbound("SM1")), false);
    assert.equal(await (await reopen()).transact((tx) => tx.claimInbound("SM1")), false);
  },

  "amendOutbox() changes what nobody has claimed yet": async ({ store, now }) => {
    await store.transact((tx) => tx.enqueueOutbox(outboxRow("k", now())));
    assert.equal(await store.transact((tx) => tx.amendOutbox("k", { n: 2 })), true);
    assert.deepEqual((await store.claimOutbox("a", { channels: ["log"], leaseMs: 1_000 }))?.row.payload, { n: 2 });
    assert.equal(await store.transact((tx) => tx.amendOutbox("k", { n: 3 })), false);
    assert.equal(await store.transact((tx) => tx.amendOutbox("none", {})), false);
  },
};
