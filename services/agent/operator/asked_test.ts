import assert from "node:assert/strict";
import { type Alert, openStore, type Store } from "../incidents/mod.ts";
import { handleInbound } from "./handle.ts";
import type { Handled, Inbound } from "./inbound.ts";
import { anIncident, LIMITS, OPERATOR, ORDER_CHANNELS, outbox } from "./testing/world.ts";

const START = Date.parse("2026-01-01T13:00:00Z");

interface Trial {
  readonly store: Store;
  say(text: string, more?: Partial<Inbound>): Promise<Handled>;
  fires(alertname: string, more?: Partial<Alert>): Promise<void>;
  pass(minutes: number): void;
}

async function trial(body: (trial: Trial) => Promise<void>): Promise<void> {
  let now = START;
  let messages = 0;
  const clock = () => new Date(now);
  const store = await openStore("sqlite::memory:", { now: clock });
  const deps = { store, now: clock, notify: ["log", "whatsapp"], limits: LIMITS, orderChannels: ORDER_CHANNELS };
  const reply = { channel: "whatsapp", to: OPERATOR } as const;
  try {
    await store.transact((tx) => tx.saveIncident(anIncident()));
    await body({
      store,
      say: (text, more = {}) => handleInbound({ id: `m${++messages}`, sender: OPERATOR, text, reply, ...more }, deps),
      fires: (alertname, more = {}) => store.transact((tx) => tx.saveAlert("incident-1", anAlert(alertname, more))),
      pass: (minutes) => now += minutes * 60_000,
    });
  } finally {
    await store.close();
  }
}

function anAlert(alertname: string, more: Partial<Alert> = {}): Alert {
  return {
    fingerprint: `f-${alertname}`,
    status: "firing",
    starts_at: "2026-01-01T12:00:00.000Z",
    ends_at: null,
    labels: { alertname, service: "inventory" },
    annotations: {},
    generator_url: "",
    episode: 1,
    ...more,
  };
}

const ordered = async (store: Store) =>
  (await outbox(store)).filter((row) => row.kind !== "reply").map(({ kind, payload }) => [kind, payload]);
const codeIn = (handled: Handled) => /"yes (\d{6})"/.exec(handled.replies[0] ?? "")?.[1] ?? assert.fail("no code");

Deno.test("handleInbound() asks before it resolves what still fires, and resolves on a yes", () =>
  trial(async ({ store, say, fires }) => {
    await fires("HighLatency");
    const asked = await say("resolve");
    assert.match(
      asked.replies[0]!,
      /^K7QF is not over: 1 alert still fires \(HighLatency\)\. To resolve, reply "yes /,
    );
    assert.deepEqual([asked.done, (await store.view("K7QF"))?.state], [false, "diagnosed"]);
    const done = await say("yes");
    assert.match(done.replies[0]!, /^K7QF is marked as resolved\. 1 of its alerts still fires\./);
    assert.equal((await store.view("K7QF"))?.state, "resolved");
    assert.deepEqual(
      (await store.view("K7QF"))!.timeline.map(({ kind, by }) => [kind, by]),
      [
        ["operator_action", `operator:${OPERATOR}`],
        ["confirmation_asked", "agent"],
        ["operator_action", `operator:${OPERATOR}`],
        ["resolved", `operator:${OPERATOR}`],
      ],
    );
    assert.equal((await say("yes")).understood.includes("resolve"), false);
  }));

Deno.test("handleInbound() does small orders at once", () =>
  trial(async ({ store, say, fires }) => {
    await fires("HighLatency");
    for (const text of ["silence 30m", "silence 24h", "scale to 10", "scale to 1", "ack"]) {
      assert.equal((await say(text)).done, true, text);
    }
    assert.deepEqual((await ordered(store)).map(([kind]) => kind), ["silence", "silence", "scale", "scale"]);
  }));

for (
  const [text, why] of [
    ["silence 25h", /lasts 1 d 1 h, longer than 1 d\./],
    ["silence for 7 days", /lasts 7 d, longer than 1 d\./],
    ["scale to 0", /^Scaling to 0 stops every instance of inventory/],
    ["scale inventory to zero", /^Scaling to 0 stops every instance/],
    ["scale to 0 instances please", /^Scaling to 0 stops every instance/],
    ["scale to 11", /^11 instances is more than 10,/],
  ] as const
) {
  Deno.test(`handleInbound() asks before it does "${text}", and does it once, by yes or by code`, () =>
    trial(async ({ store, say, fires }) => {
      await fires("HighLatency");
      const asked = await say(text);
      assert.match(asked.replies[0]!, why);
      assert.deepEqual([asked.done, await ordered(store)], [false, []]);
      const code = codeIn(asked);
      // The same order again is the same question.
      assert.equal(codeIn(await say(text)), code);
      await say("👍");
      await say("yes 000000");
      assert.deepEqual(await ordered(store), []);
      await say(`yes ${code}`);
      await say(`yes ${code}`);
      assert.equal((await ordered(store)).length, 1);
      await say(text);
      assert.match((await say("no")).replies[0]!, /nothing was done/);
      await say("yes");
      assert.deepEqual(await ordered(store), []);
      await say(text);
      await say("yes, please");
      assert.equal((await ordered(store)).length, 1);
    }));
}

Deno.test("handleInbound() asks before a silence that holds for more than its incident", () =>
  trial(async ({ store, say, fires }) => {
    await fires("HighLatency");
    await fires("HighErrorRate");
    assert.match((await say("silence 30m")).replies[0]!, /holds for every alert with service="inventory", whatever/);
    const other = anIncident({ id: "incident-2", code: "M3XR", group_key: "other", service: "inventory" });
    await store.transact(async (tx) => {
      await tx.saveIncident(other);
      await tx.saveAlert("incident-2", anAlert("HighLatency", { fingerprint: "g" }));
      await tx.saveAlert(
        "incident-1",
        anAlert("HighErrorRate", { status: "resolved", ends_at: "2026-01-01T12:30:00Z" }),
      );
    });
    assert.match((await say("K7QF silence 30m")).replies[0]!, /holds for M3XR too/);
    assert.deepEqual(await ordered(store), []);
  }));

Deno.test("handleInbound() asks anew when something else fires by the time of the answer", () =>
  trial(async ({ store, say, fires }) => {
    await fires("HighLatency");
    const first = codeIn(await say("resolve"));
    await fires("HighErrorRate");
    const again = await say(`yes ${first}`);
    assert.match(again.replies[0]!, /2 alerts still fire \(HighErrorRate, HighLatency\)/);
    assert.equal((await store.view("K7QF"))?.state, "diagnosed");
    assert.equal((await say(`yes ${codeIn(again)}`)).done, true);
    assert.equal((await store.view("K7QF"))?.state, "resolved");
  }));

Deno.test("handleInbound() lets a confirmation expire, and takes it from nobody else and for nothing else", () =>
  trial(async ({ store, say, fires, pass }) => {
    await fires("HighLatency");
    const code = codeIn(await say("scale to 0"));
    const stranger = "+15550009999";
    assert.equal((await say(`yes ${code}`, { sender: stranger })).done, false);
    await say("yes", { sender: stranger });
    await store.transact((tx) => tx.saveIncident(anIncident({ id: "incident-2", code: "M3XR", group_key: "other" })));
    assert.match((await say(`yes ${code}`, { incident: "M3XR" })).replies[0]!, /about another incident, not M3XR/);
    pass(10);
    assert.match((await say(`yes ${code}`, { incident: "K7QF" })).replies[0]!, /No question is waiting/);
    assert.deepEqual(await ordered(store), []);
  }));

Deno.test("handleInbound() does the small parts of a message and asks about one large part at a time", () =>
  trial(async ({ store, say, fires }) => {
    await fires("HighLatency");
    const handled = await say("ack, scale to 0 and silence 7d");
    assert.deepEqual(handled.understood, ["ack", "scale", "silence"]);
    assert.match(handled.replies[1]!, /^Scaling to 0/);
    assert.match(handled.replies[2]!, /^Not done: silence for 7 d\. One confirmation at a time/);
    await say("yes");
    assert.deepEqual((await ordered(store)).map(([kind]) => kind), ["scale"]);
  }));
