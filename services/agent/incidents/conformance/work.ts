import assert from "node:assert/strict";
import { LeaseLost } from "../store.ts";
import type { Cases } from "./harness.ts";
import { sampleCall, work } from "./samples.ts";

/** What a store must do with pieces of work and what they find out. */
export const workCases: Cases = {
  "claimWork() gives each piece once, the most severe and then the oldest first": async ({ store }) => {
    await store.transact(async (tx) => {
      assert.equal(await tx.enqueueWork(work("low", 2, "2026-01-01T00:00:00.000Z")), true);
      assert.equal(await tx.enqueueWork(work("old", 0, "2026-01-01T00:00:01.000Z")), true);
      assert.equal(await tx.enqueueWork(work("young", 0, "2026-01-01T00:00:02.000Z")), true);
      assert.equal(await tx.enqueueWork(work("old", 1, "2026-01-01T00:00:03.000Z")), false);
    });
    const claimed: string[] = [];
    for (let n = 0; n < 4; n++) {
      const claim = await store.claimWork("a", 60_000);
      if (claim !== undefined) claimed.push(`${claim.work.incident_id} ${claim.work.attempts}`);
    }
    assert.deepEqual(claimed, ["old 1", "young 1", "low 1"]);
    assert.deepEqual((await store.counts()).work.running, 3);
  },

  "claimWork() gives work again when its lease ran out, and fences the former holder": async ({ store, advance }) => {
    await store.transact((tx) => tx.enqueueWork(work("i", 0, "2026-01-01T00:00:00.000Z")));
    const first = (await store.claimWork("a", 1_000))!;
    advance(600);
    await store.renew(first.lease, 1_000);
    advance(600);
    assert.equal(await store.claimWork("b", 1_000), undefined);
    advance(600);
    const second = (await store.claimWork("b", 1_000))!;
    assert.equal(second.work.attempts, 2);
    assert.ok(second.lease.fence > first.lease.fence);
    await assert.rejects(store.renew(first.lease, 1_000), LeaseLost);
    await assert.rejects(store.transact((tx) => tx.assertLease(first.lease)), LeaseLost);
    await assert.rejects(store.transact((tx) => tx.finishWork(first.lease)), LeaseLost);
    await store.transact(async (tx) => {
      await tx.assertLease(second.lease);
      await tx.finishWork(second.lease);
    });
    advance(10_000);
    assert.equal(await store.claimWork("a", 1_000), undefined);
    await assert.rejects(store.transact((tx) => tx.assertLease(second.lease)), LeaseLost);
    assert.equal(await store.transact((tx) => tx.enqueueWork(work("i", 0, "2026-01-01T00:00:00.000Z"))), false);
  },

  "claimWork() gives work that has a time of its own then, and counts it as waiting from then on": async (
    { store, advance, now, setWall },
  ) => {
    const later = {
      ...work("i", 0, now().toISOString()),
      look: 2,
      due_at: new Date(now().getTime() + 60_000).toISOString(),
    };
    await store.transact(async (tx) => {
      assert.equal(await tx.enqueueWork(later), true);
      assert.equal(await tx.enqueueWork({ ...later, look: 3 }), true);
      assert.equal(await tx.enqueueWork(later), false);
    });
    assert.equal(await store.claimWork("a", 1_000), undefined);
    assert.deepEqual((await store.counts()).work, { queued: 0, running: 0, oldest_seconds: 0 });
    // A clock that was set is no time that passed.
    setWall(3_600_000);
    assert.equal(await store.claimOutbox("a", { channels: ["log"], leaseMs: 1_000 }), undefined);
    assert.equal(await store.claimWork("a", 1_000), undefined);
    advance(61_000);
    const { queued, oldest_seconds: oldest } = (await store.counts()).work;
    assert.equal(queued, 2);
    assert(oldest < 10, `${oldest}`);
    const claimed = (await store.claimWork("a", 1_000))!;
    assert.deepEqual([claimed.work.look, claimed.work.attempts], [2, 1]);
  },

  "brainAnswers() and toolCalls() give what was kept, in order": async ({ store }) => {
    await store.transact(async (tx) => {
      await tx.addBrainAnswer("w", 2, { b: 2 });
      await tx.addBrainAnswer("w", 1, "one");
      await tx.addBrainAnswer("other", 1, null);
      await tx.addToolCall("i", sampleCall("E1"));
      await tx.addToolCall("i", sampleCall("E2"));
    });
    await store.transact(async (tx) => {
      assert.deepEqual(await tx.brainAnswers("w"), [{ step: 1, answer: "one" }, { step: 2, answer: { b: 2 } }]);
      assert.deepEqual((await tx.toolCalls("i")).map((call) => call.id), ["E1", "E2"]);
    });
    await assert.rejects(store.transact((tx) => tx.addToolCall("i", sampleCall("E2"))));
  },
};
