import assert from "node:assert/strict";
import { openStore, savePending, type Store } from "../incidents/mod.ts";
import { confirmationHash } from "./confirmation.ts";
import { handleInbound } from "./handle.ts";
import type { Handled, Inbound } from "./inbound.ts";
import { anIncident, LIMITS, OPERATOR, ORDER_CHANNELS, outbox } from "./testing/world.ts";

const NOW = new Date("2026-01-01T13:00:00Z");
const OTHER = anIncident({
  id: "incident-2",
  code: "M3XR",
  service: "payments",
  group_key: "other",
  opened_at: "2026-01-01T12:30:00.000Z",
});

let messages = 0;

async function withStore(
  body: (store: Store, say: (text: string, more?: Partial<Inbound>) => Promise<Handled>) => Promise<void>,
) {
  const store = await openStore("sqlite::memory:", { now: () => NOW });
  try {
    await store.transact((tx) => tx.saveIncident(anIncident()));
    await body(store, (text, more = {}) =>
      handleInbound({
        id: `m${++messages}`,
        sender: OPERATOR,
        text,
        reply: { channel: "whatsapp", to: OPERATOR },
        ...more,
      }, { store, now: () => NOW, notify: ["log", "whatsapp"], limits: LIMITS, orderChannels: ORDER_CHANNELS }));
  } finally {
    await store.close();
  }
}

const save = (store: Store, incident = OTHER) => store.transact((tx) => tx.saveIncident(incident));

Deno.test("handleInbound() takes the only open incident for granted", () =>
  withStore(async (store, say) => {
    const handled = await say("create Jira task and assign to Ravi, high priority, due 2026-02-03");
    assert.deepEqual([handled.outcome, handled.incident?.code, handled.understood], ["handled", "K7QF", ["ticket"]]);
    const [row] = await outbox(store);
    const { assignee, priority, due, asked_by, reply } = row!.payload;
    assert.deepEqual({ assignee, priority, due, asked_by, reply }, {
      assignee: "Ravi",
      priority: "high",
      due: "2026-02-03",
      asked_by: OPERATOR,
      reply: { channel: "whatsapp", to: OPERATOR },
    });
    const [entry] = (await store.view("K7QF"))!.timeline;
    assert.equal(entry?.kind, "operator_action");
    assert.equal(entry?.by, `operator:${OPERATOR}`);
    assert.match(entry!.text, /^asked to create a Jira ticket \(assignee Ravi, priority high, due 2026-02-03\)$/);
  }));

Deno.test("handleInbound() asks which incident is meant when two are open, and then does what was asked", () =>
  withStore(async (store, say) => {
    await save(store);
    const asked = await say("ack");
    assert.equal(asked.incident, null);
    assert.match(asked.replies[0]!, /^Which incident\? M3XR \(critical payments\), K7QF \(critical inventory\)\./);
    assert.equal((await store.view("M3XR"))?.acknowledged_by, null);
    const answered = await say("m3xr");
    assert.deepEqual([answered.incident?.code, answered.understood], ["M3XR", ["ack"]]);
    assert.equal((await store.view("M3XR"))?.acknowledged_by, `operator:${OPERATOR}`);
    assert.equal((await store.view("K7QF"))?.acknowledged_by, null);
    // Chosen a moment ago: no need to ask again.
    assert.equal((await say("silence 30m")).incident?.code, "M3XR");
  }));

Deno.test("handleInbound() follows the code in a message, and the message that is answered", () =>
  withStore(async (store, say) => {
    await save(store);
    assert.equal((await say("K7QF status")).incident?.code, "K7QF");
    await store.transact((tx) => tx.saveSetting("message/SM77", OTHER.id));
    assert.equal((await say("status", { repliedTo: "SM77" })).incident?.code, "M3XR");
    assert.match((await say("ack B2BB")).replies[0]!, /There is no incident B2BB\. Nothing was done/);
  }));

Deno.test("handleInbound() lists what is open when it is asked for the status of no incident in particular", () =>
  withStore(async (store, say) => {
    await save(store);
    assert.match((await say("status")).replies[0]!, /^2 incidents are open: M3XR .*K7QF/);
  }));

Deno.test("handleInbound() speaks of the last incident when none is open, and of none when there never was one", () =>
  withStore(async (store, say) => {
    await save(store, { ...anIncident(), state: "resolved", resolved_at: NOW.toISOString() });
    assert.deepEqual((await say("create Jira task")).replies, ["No incident is open."]);
    const last = { incident_id: "incident-1", at: "2025-12-31T00:00:00Z", by: "agent" };
    await store.transact((tx) => tx.saveSetting(`operator/${OPERATOR}/conversation`, JSON.stringify(last)));
    assert.equal((await say("create Jira task")).incident?.code, "K7QF");
  }));

Deno.test("handleInbound() does nothing for what it does not understand, and says so", () =>
  withStore(async (store, say) => {
    for (const text of ["please reboot the moon", "don't ack", "Ravi created a Jira task yesterday"]) {
      const handled = await say(text);
      assert.match(handled.replies[0]!, /did not understand that, and nothing was done/);
    }
    assert.deepEqual((await say("thanks!")).replies, [
      `You're welcome. K7QF is not acknowledged: reply "ack" to take it.`,
    ]);
    assert.deepEqual((await say("")).replies, ["I can read text only."]);
    assert.match((await say("silence")).replies[0]!, /For how long/);
    const rows = await outbox(store);
    assert.ok(rows.every((row) => row.kind === "reply"));
    assert.equal((await store.view("K7QF"))?.timeline.length, 0);
  }));

Deno.test("handleInbound() answers a question from what is known, and does nothing", () =>
  withStore(async (store, say) => {
    for (const text of ["should I create a Jira task?", "which file is it", "when did it start?"]) {
      assert.deepEqual((await say(text)).replies, []);
    }
    const rows = await outbox(store);
    assert.deepEqual(rows.map((row) => [row.kind, row.payload.topic]), Array(3).fill(["answer", "question"]));
    assert.equal((await store.view("K7QF"))?.timeline.length, 0);
  }));

Deno.test("handleInbound() acknowledges and resolves once, in words the second time", () =>
  withStore(async (store, say) => {
    assert.deepEqual((await say("ack")).replies, ["K7QF is acknowledged by you."]);
    assert.match((await say("ack")).replies[0]!, /is already acknowledged by you, since 13:00 UTC/);
    assert.deepEqual((await say("resolve")).replies, ["K7QF is marked as resolved."]);
    const again = await say("K7QF resolve");
    assert.deepEqual([again.replies, again.done], [["K7QF is already resolved."], true]);
    const view = await store.view("K7QF");
    assert.equal(view?.state, "resolved");
    assert.equal(view?.resolved_at, NOW.toISOString());
    const rows = await outbox(store);
    assert.deepEqual(rows.filter((row) => row.kind === "resolved").map((row) => row.channel), ["log"]);
  }));

Deno.test("handleInbound() turns each order into one row, and refuses a silence out of bounds", () =>
  withStore(async (store, say) => {
    for (const text of ["silence 30m", "unsilence", "scale to 4", "comment rolled back", "assign to Bob"]) {
      await say(text);
    }
    assert.match(
      (await say("scale payments to 4")).replies[0]!,
      /is about inventory, not payments; nothing was scaled/,
    );
    assert.match((await say("silence 30s")).replies[0]!, /from 1 minute to 7 days/);
    assert.match((await say("silence 9d")).replies[0]!, /from 1 minute to 7 days/);
    const { timeline } = (await store.view("K7QF"))!;
    assert.equal(timeline[0]!.text, "asked to silence for 30 min");
    assert.deepEqual(timeline.filter(({ kind }) => kind === "declined").map(({ text, by }) => [text, by]), [
      ["declined: K7QF is about inventory, not payments; nothing was scaled.", "agent"],
      ["declined: K7QF was not silenced: a silence can last from 1 minute to 7 days.", "agent"],
      ["declined: K7QF was not silenced: a silence can last from 1 minute to 7 days.", "agent"],
    ]);
    const rows = (await outbox(store)).filter((row) => row.kind !== "reply");
    assert.deepEqual(rows.map((row) => [row.channel, row.kind]), [
      ["alertmanager", "silence"],
      ["alertmanager", "unsilence"],
      ["manager", "scale"],
      ["jira", "comment"],
      ["jira", "assign"],
    ]);
    assert.equal(rows[0]!.payload.ms, 1_800_000);
  }));

Deno.test("handleInbound() does several things asked for in one message", () =>
  withStore(async (_store, say) => {
    assert.deepEqual((await say("ack, silence 1h and create Jira task for Ravi")).understood, [
      "ack",
      "silence",
      "ticket",
    ]);
  }));

Deno.test("handleInbound() carries out the choice that was made, by number or by name", () =>
  withStore(async (store, say) => {
    const option = (label: string, accountId: string) => ({
      label,
      action: { channel: "jira", kind: "create_jira_ticket" as const, payload: { account_id: accountId } },
    });
    const question = {
      kind: "choice" as const,
      incident_id: "incident-1",
      options: [option("Ravi Kumar", "1"), option("Ravi Shah", "2")],
      expires_at: new Date(NOW.getTime() + 60_000).toISOString(),
    };
    const ask = () => store.transact((tx) => savePending(tx, OPERATOR, question));
    await ask();
    assert.match((await say("3")).replies[0]!, /from 1 to 2/);
    await say("2");
    await ask();
    await say("ravi kumar");
    await ask();
    assert.match((await say("cancel")).replies[0]!, /nothing was done/);
    assert.match((await say("1")).replies[0]!, /No question is waiting/);
    const rows = (await outbox(store)).filter((row) => row.channel === "jira");
    assert.deepEqual(rows.map((row) => row.payload.account_id), ["2", "1"]);
  }));

Deno.test("handleInbound() confirms exactly what was shown, once, in time, and for its sender alone", () =>
  withStore(async (store, say) => {
    const base = { incident_id: "incident-1", intent: { do: "scale" as const, replicas: 4 } };
    const question = (expires: number) => ({
      kind: "confirmation" as const,
      ...base,
      code: "482913",
      says: "scale to 4",
      hash: confirmationHash(base, OPERATOR),
      expires_at: new Date(NOW.getTime() + expires).toISOString(),
    });
    const ask = (q: ReturnType<typeof question>, sender = OPERATOR) =>
      store.transact((tx) => savePending(tx, sender, q));
    await ask(question(600_000));
    assert.match((await say("yes 111111")).replies[0]!, /not the code/);
    assert.match((await say("yes")).replies[0]!, /the 6 digits of the question/);
    await ask({ ...question(600_000), intent: { do: "scale", replicas: 1 } });
    assert.match((await say("482913")).replies[0]!, /not the code/);
    await ask(question(-1));
    assert.match((await say("482913")).replies[0]!, /No question is waiting/);
    await ask(question(600_000), "+15550000000");
    assert.match((await say("482913", { sender: "+15550000000" })).replies[0]!, /not the code/);
    assert.deepEqual((await outbox(store)).filter((row) => row.channel === "manager"), []);
    await ask(question(600_000));
    await say("yes 482913");
    assert.match((await say("yes 482913")).replies[0]!, /No question is waiting/);
    assert.equal((await outbox(store)).filter((row) => row.channel === "manager").length, 1);
  }));

Deno.test("handleInbound() gives incidents like this one to those who ask", () =>
  withStore(async (store, say) => {
    await save(store, {
      ...OTHER,
      title: anIncident().title,
      service: "inventory",
      state: "resolved",
      resolved_at: NOW.toISOString(),
    });
    await say("similar");
    const [row] = await outbox(store);
    assert.equal(row?.payload.topic, "similar");
    assert.equal((row?.payload.incidents as { code: string }[])[0]?.code, "M3XR");
  }));

Deno.test("handleInbound() keeps credentials in a message out of the record", () =>
  withStore(async (store, say) => {
    await say("the password: hunter2hunter2 was in the log");
    assert.doesNotMatch(JSON.stringify(await store.view("K7QF")), /hunter2/);
  }));

Deno.test("handleInbound() says who has it, and answers a thumb with an acknowledgement", () =>
  withStore(async (store, say) => {
    await say("who has it?");
    assert.deepEqual((await outbox(store)).map((row) => [row.kind, row.payload.topic]), [["answer", "who"]]);
    assert.deepEqual((await say("👍🏽")).understood, ["ack"]);
    assert.equal((await store.view("K7QF"))?.acknowledged_by, `operator:${OPERATOR}`);
    assert.deepEqual((await say("🙏")).replies, ["You're welcome."]);
  }));

Deno.test("handleInbound() takes a thumb for no answer to a question with several choices", () =>
  withStore(async (store, say) => {
    const option = (label: string) => ({
      label,
      action: { channel: "jira", kind: "assign" as const, payload: { assignee: label } },
    });
    const question = {
      kind: "choice" as const,
      incident_id: "incident-1",
      options: [option("Kim Novak"), option("Kim Basinger")],
      expires_at: "2026-01-01T13:05:00.000Z",
    };
    await store.transact((tx) => savePending(tx, OPERATOR, question));
    assert.match((await say("👍")).replies[0]!, /number from 1 to 2/);
    assert.equal((await store.view("K7QF"))?.acknowledged_by, null);
  }));

Deno.test("handleInbound() puts one more investigation into the queue for each order, not two at once", () =>
  withStore(async (store, say) => {
    const first = await say("investigate again");
    assert.deepEqual([first.understood, first.done], [["investigate"], true]);
    assert.match(first.replies[0]!, /^K7QF is being investigated again/);
    assert.match((await say("look again please")).replies[0]!, /is already being investigated/);
    const claimed = await store.claimWork("t", 60_000);
    assert.deepEqual([claimed?.work.incident_id, claimed?.work.look], ["incident-1", 101]);
    assert.equal(await store.claimWork("t", 60_000), undefined);
  }));

Deno.test("handleInbound() answers thanks with what is open when several incidents are", () =>
  withStore(async (store, say) => {
    await save(store);
    assert.match((await say("thanks")).replies[0]!, /^You're welcome\. 2 incidents are open: M3XR/);
  }));
