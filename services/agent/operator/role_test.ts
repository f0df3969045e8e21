import assert from "node:assert/strict";
import { verifyTrail } from "../../lib/audit_trail/mod.ts";
import { openStore, type Role, type Store } from "../incidents/mod.ts";
import { handleInbound } from "./handle.ts";
import type { Handled, Inbound } from "./inbound.ts";
import { anIncident, LIMITS, ORDER_CHANNELS, outbox } from "./testing/world.ts";

const NOW = new Date("2026-01-01T13:00:00Z");

async function withStore(
  body: (store: Store, say: (role: Role, text: string, more?: Partial<Inbound>) => Promise<Handled>) => Promise<void>,
) {
  const store = await openStore("sqlite::memory:", { now: () => NOW });
  let messages = 0;
  try {
    await store.transact((tx) => tx.saveIncident(anIncident()));
    await body(store, (role, text, more = {}) =>
      handleInbound(
        { id: `m${++messages}`, sender: role, role, text, reply: { channel: "conversation" }, ...more },
        { store, now: () => NOW, notify: ["log"], limits: LIMITS, orderChannels: ORDER_CHANNELS },
      ));
  } finally {
    await store.close();
  }
}

Deno.test("handleInbound() does nothing for a role that may only see", () =>
  withStore(async (store, say) => {
    for (const text of ["ack", "status", "what is this?", "silence 30m"]) {
      const handled = await say("see", text);
      assert.equal(handled.done, false);
      assert.match(handled.replies.join(), /Your role is "see", and this needs "answer"/);
    }
    assert.equal((await store.view("K7QF"))?.acknowledged_by, null);
  }));

Deno.test("handleInbound() lets a role that answers acknowledge and ask, and refuses what changes anything", () =>
  withStore(async (store, say) => {
    for (const text of ["create Jira task", "silence 30m", "scale to 4", "resolve", "investigate again"]) {
      const handled = await say("answer", text);
      assert.equal(handled.done, false, text);
      assert.match(handled.replies[0]!, /^Not done: .+ Your role is "answer", and this needs "act"\.$/);
    }
    const orders = (await outbox(store)).filter(({ channel }) => channel !== "conversation");
    assert.deepEqual(orders.map(({ kind }) => kind), []);
    assert.equal((await say("answer", "ack")).done, true);
    assert.equal((await store.view("K7QF"))?.acknowledged_by, "operator:answer");
  }));

Deno.test("handleInbound() lets nobody without the role confirm what another was asked about", () =>
  withStore(async (store, say) => {
    const asked = await say("act", "scale to 0", { sender: "anna" });
    const code = /"yes (\w+)"/.exec(asked.replies[0]!)![1];
    const refused = await say("answer", `yes ${code}`, { sender: "anna" });
    assert.match(refused.replies[0]!, /this needs "act"/);
    assert.ok(!(await outbox(store)).some(({ kind }) => kind === "scale"));
  }));

Deno.test("handleInbound() writes each message into the audit trail, by who really sent it", () =>
  withStore(async (store, say) => {
    await say("act", "ack");
    await say("act", "status", { sender: "Ravi", by: "token" });
    const trail = await store.transact((tx) => tx.auditTrail(0, 10));
    assert.deepEqual(trail.map(({ by, action, target }) => `${by} ${action} ${target}`), [
      "act message K7QF",
      "token message K7QF",
    ]);
    assert.deepEqual(trail.map(({ details }) => [details.text, details.understood, details.calls_itself]), [
      ["ack", ["ack"], undefined],
      ["status", ["status"], "Ravi"],
    ]);
    assert.equal(verifyTrail(trail).broken, undefined);
  }));
