import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { sampleDiagnosis } from "../incidents/conformance/mod.ts";
import { type Incident, openStore, type OutboxRow, type Store } from "../incidents/mod.ts";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import type { Channel, FindResult, Letter, SendResult } from "./channel.ts";
import { startDelivery } from "./outbox.ts";

const INCIDENT: Incident = {
  id: "incident-1",
  code: "K7QF",
  state: "open",
  service: "inventory",
  severity: "critical",
  title: "InventoryHighErrorRate",
  group_key: "{}",
  opened_at: "2026-01-01T00:00:00.000Z",
  resolved_at: null,
  truncated_alerts: 0,
  episode: 1,
  acknowledged_at: null,
  acknowledged_by: null,
};

async function withStore(body: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore("sqlite::memory:");
  try {
    await store.transact((tx) => tx.saveIncident(INCIDENT));
    await body(store);
  } finally {
    await store.close();
  }
}

async function enqueue(store: Store, key: string, channel = "fake"): Promise<void> {
  await store.transact(async (tx) => {
    const row = { incident_id: INCIDENT.id, key, channel, kind: "reply", payload: { text: `text of ${key}` } };
    await tx.enqueueOutbox({ ...row, next_at: new Date(0).toISOString() });
  });
}

/** Resolves with the row once it is in `state`. */
function reached(store: Store, key: string, state: string): Promise<OutboxRow> {
  return new Promise((resolve, reject) => {
    const look = async () => {
      const row = await store.transact((tx) => tx.outboxRow(key));
      if (row?.state !== state) return;
      stop();
      resolve(row);
    };
    const stop = store.subscribe(() => void look().catch(reject));
    void look().catch(reject);
  });
}

function channelOf(results: readonly SendResult[], find?: (letter: Letter) => FindResult) {
  const sent: Letter[] = [];
  let calls = 0;
  const channel: Channel = {
    name: "fake",
    news: false,
    readBy: "people",
    render: (row) => row.payload.text as string | undefined,
    send(letter) {
      sent.push(letter);
      return Promise.resolve(results[Math.min(calls++, results.length - 1)]!);
    },
    ...(find === undefined ? {} : { find: (letter) => Promise.resolve(find(letter)) }),
  };
  return { channel, sent };
}

function start(store: Store, channels: Channel[], registry = new Registry()) {
  return startDelivery({ store, log: silentLogger, registry, channels, random: () => 0 });
}

Deno.test("startDelivery() leaves the reason in the timeline when an order is declined", () =>
  withStore(async (store) => {
    const { channel } = channelOf([{ outcome: "declined", reason: "Jira is not configured" }]);
    const order = (key: string, kind: string, payload: Record<string, unknown>) =>
      store.transact((tx) =>
        tx.enqueueOutbox({
          incident_id: INCIDENT.id,
          key,
          channel: "fake",
          kind,
          payload: { text: "x", ...payload },
          next_at: new Date(0).toISOString(),
        })
      );
    await order("a", "diagnosis", {});
    await order("b", "question", { asked_by: "ravi", message_id: "m1" });
    await order("c", "create_jira_ticket", { asked_by: "ravi", message_id: "m2" });
    const delivery = start(store, [channel]);
    await Promise.all(["a", "b", "c"].map((key) => reached(store, key, "cancelled")));
    await delivery.stop();
    const { timeline } = (await store.view("K7QF"))!;
    assert.deepEqual(timeline.map(({ kind, text, by, delivery_id }) => [kind, text, by, delivery_id]), [
      ["declined", "declined: Jira is not configured", "agent", "m2"],
    ]);
  }));

Deno.test("startDelivery() sends each row once, in order, and notes text, receipt and time", () =>
  withStore(async (store) => {
    const { channel, sent } = channelOf([{ outcome: "sent", receipt: { sid: "SM1" } }]);
    await enqueue(store, "a");
    const delivery = start(store, [channel]);
    await enqueue(store, "b");
    await enqueue(store, "b");
    const row = await reached(store, "b", "sent");
    await delivery.stop();
    assert.deepEqual(sent.map((letter) => letter.text), ["text of a", "text of b"]);
    assert.deepEqual(row.receipt, { sid: "SM1" });
    assert.equal(row.attempts, 1);
    assert.equal(row.text, "text of b");
    assert.notEqual(row.sent_at, null);
  }));

Deno.test("startDelivery() tries a retryable row again and then notes it as sent", () =>
  withStore(async (store) => {
    const registry = new Registry();
    const { channel, sent } = channelOf([
      { outcome: "retryable", reason: "429", afterMs: 1 },
      { outcome: "sent", receipt: {} },
    ]);
    await enqueue(store, "a");
    const delivery = start(store, [channel], registry);
    const row = await reached(store, "a", "sent");
    await delivery.stop();
    assert.equal(sent.length, 2);
    assert.equal(row.attempts, 2);
    assert.equal(row.last_error, null);
    assert.match(await registry.metrics(), /attempts_total{channel="fake",outcome="retryable"} 1\n/);
  }));

Deno.test("startDelivery() honours how long the other side wants to be left alone", () =>
  withStore(async (store) => {
    const { channel } = channelOf([{ outcome: "retryable", reason: "429", afterMs: 120_000 }]);
    await enqueue(store, "a");
    const before = Date.now();
    const delivery = start(store, [channel]);
    const row = await new Promise<OutboxRow>((resolve) => {
      const stop = store.subscribe(async () => {
        const now = await store.transact((tx) => tx.outboxRow("a"));
        if (now?.last_error === "429") resolve((stop(), now));
      });
    });
    await delivery.stop();
    assert.equal(row.state, "pending");
    assert.ok(Date.parse(row.next_at) >= before + 120_000);
  }));

Deno.test("startDelivery() tells a permanent failure on the log, once, and never tries again", () =>
  withStore(async (store) => {
    const { channel, sent } = channelOf([{ outcome: "permanent", reason: "no such number" }]);
    const told = channelOf([{ outcome: "sent", receipt: {} }]);
    await enqueue(store, "a");
    const delivery = start(store, [channel, { ...told.channel, name: "log" }]);
    await reached(store, "a/undelivered/log", "sent");
    await delivery.stop();
    assert.equal(sent.length, 1);
    assert.equal((await store.transact((tx) => tx.outboxRow("a")))?.state, "failed");
    const view = await store.view(INCIDENT.id);
    assert.ok(view?.timeline.some((entry) => entry.kind === "not_delivered" && entry.text.includes("no such number")));
  }));

Deno.test("startDelivery() tells a diagnosis as of its own episode when it gets through late", () =>
  withStore(async (store) => {
    const { channel } = channelOf([{ outcome: "sent", receipt: {} }]);
    await store.transact(async (tx) => {
      for (const [episode, root_cause] of [[1, "the disk was full"], [2, "the database is away"]] as const) {
        await tx.saveDiagnosis(INCIDENT.id, sampleDiagnosis({ episode, root_cause }));
      }
      await tx.saveIncident({ ...INCIDENT, episode: 2 });
      await tx.enqueueOutbox({
        incident_id: INCIDENT.id,
        key: "late",
        channel: "fake",
        kind: "diagnosis",
        payload: { episode: 1 },
        next_at: new Date(0).toISOString(),
      });
    });
    const seen: (string | undefined)[] = [];
    const render: Channel["render"] = (_, view) => (seen.push(view?.diagnosis?.root_cause), "x");
    const delivery = start(store, [{ ...channel, render }]);
    await reached(store, "late", "sent");
    await delivery.stop();
    assert.deepEqual(seen, ["the disk was full"]);
  }));

Deno.test("startDelivery() does not tell of a failed telling", () =>
  withStore(async (store) => {
    const { channel } = channelOf([{ outcome: "permanent", reason: "disk full" }]);
    await store.transact((tx) =>
      tx.enqueueOutbox({
        incident_id: null,
        key: "u",
        channel: "log",
        kind: "undelivered",
        payload: { channel: "phone", kind: "diagnosis", reason: "away", text: "x" },
        next_at: new Date(0).toISOString(),
      })
    );
    const delivery = start(store, [{ ...channel, name: "log" }]);
    await reached(store, "u", "failed");
    await delivery.stop();
    assert.equal(await store.transact((tx) => tx.outboxRow("u/undelivered/log")), undefined);
  }));

for (
  const [words, found, sends] of [
    ["has it", { found: "all", receipt: { sid: "SM9" } }, 0],
    ["does not have it", { found: "none" }, 1],
    ["has a part of it", { found: "some", receipt: { parts: ["SM9"] } }, 1],
  ] as [string, FindResult, number][]
) {
  Deno.test(`startDelivery() asks about an uncertain row and ${sends ? "sends it" : "does not"} when the other side ${words}`, () =>
    withStore(async (store) => {
      const { channel, sent } = channelOf([{ outcome: "sent", receipt: { sid: "new" } }], () => found);
      await enqueue(store, "a");
      await leaveUncertain(store);
      const delivery = start(store, [channel]);
      const row = await reached(store, "a", "sent");
      await delivery.stop();
      assert.equal(sent.length, sends);
      assert.equal(row.text, "as it was kept");
      if (sends === 0) assert.deepEqual(row.receipt, { sid: "SM9" });
      if (words === "has a part of it") assert.deepEqual(sent[0]!.row.receipt, { parts: ["SM9"] });
    }));
}

Deno.test("startDelivery() gives the other side time to show what it took before asking", () =>
  withStore(async (store) => {
    const asked: number[] = [];
    const find = (): FindResult => {
      asked.push(Date.now());
      return { found: "all", receipt: {} };
    };
    const { channel } = channelOf([{ outcome: "retryable", reason: "500", maybeSent: true }], find);
    await enqueue(store, "a");
    const before = Date.now();
    const delivery = start(store, [{ ...channel, settleMs: 1_200 }]);
    const row = await reached(store, "a", "sent");
    await delivery.stop();
    assert.equal(asked.length, 1);
    assert.ok(asked[0]! - before >= 1_200);
    assert.equal(row.attempts, 2);
  }));

Deno.test("startDelivery() leaves a row uncertain while the other side cannot be asked", () =>
  withStore(async (store) => {
    let asked = 0;
    const find = (): FindResult =>
      asked++ < 2 ? { found: "unknown", reason: "away" } : { found: "all", receipt: { sid: "SM9" } };
    const { channel, sent } = channelOf([{ outcome: "sent", receipt: {} }], find);
    await enqueue(store, "a");
    await leaveUncertain(store);
    const delivery = start(store, [channel]);
    await reached(store, "a", "sent");
    await delivery.stop();
    assert.equal(asked, 3);
    assert.equal(sent.length, 0);
  }));

Deno.test("startDelivery() gives up on a row after its time, and says so", () =>
  withStore(async (store) => {
    const { channel } = channelOf([{ outcome: "retryable", reason: "away" }]);
    await enqueue(store, "a");
    const deps = { store, log: silentLogger, registry: new Registry(), channels: [channel], giveUpAfterMs: -1 };
    const delivery = startDelivery(deps);
    const row = await reached(store, "a", "failed");
    await delivery.stop();
    assert.match(row.last_error!, /given up after 1 attempts: away/);
  }));

Deno.test("startDelivery() tells whoever asked for something that it did not work, once", () =>
  withStore(async (store) => {
    const { channel } = channelOf([{ outcome: "permanent", reason: "no such project" }]);
    const told = channelOf([{ outcome: "sent", receipt: {} }]);
    await store.transact((tx) =>
      tx.enqueueOutbox({
        incident_id: INCIDENT.id,
        key: "order",
        channel: "fake",
        kind: "ticket",
        payload: { text: "x", reply: { channel: "phone", to: "+15552223333" } },
        next_at: new Date(0).toISOString(),
      })
    );
    const delivery = start(store, [channel, { ...told.channel, name: "phone" }]);
    await reached(store, "order/failed", "sent");
    await delivery.stop();
    assert.deepEqual(told.sent.map((letter) => letter.text), ["Ticket failed: no such project"]);
    assert.equal(told.sent[0]!.row.payload.to, "+15552223333");
  }));

Deno.test("startDelivery() treats a channel's defect as an attempt that may have sent", () =>
  withStore(async (store) => {
    let calls = 0;
    const broken: Channel = {
      name: "fake",
      news: false,
      readBy: "people",
      render: () => "words",
      send() {
        if (calls++ === 0) throw new TypeError("undefined is not a function");
        return Promise.resolve({ outcome: "sent", receipt: {} });
      },
    };
    await enqueue(store, "a");
    const delivery = start(store, [broken]);
    await reached(store, "a", "sent");
    await delivery.stop();
    assert.equal(calls, 2);
  }));

Deno.test("startDelivery() cancels a row that has nothing to say any more", () =>
  withStore(async (store) => {
    const { channel, sent } = channelOf([{ outcome: "sent", receipt: {} }]);
    await enqueue(store, "a");
    const delivery = start(store, [{ ...channel, render: () => undefined }]);
    await reached(store, "a", "cancelled");
    await delivery.stop();
    assert.equal(sent.length, 0);
  }));

Deno.test("startDelivery() keeps news out of a conversation that has it already, and not out of others", () =>
  withStore(async (store) => {
    const sent = { outcome: "sent", receipt: {} } as const;
    const { channel } = channelOf([sent, sent]);
    await store.transact(async (tx) => {
      for (const [text, quiet] of [["told before", true], ["news", false]] as const) {
        const row = { incident_id: INCIDENT.id, key: text, channel: "whatsapp", kind: "ticket" };
        await tx.enqueueOutbox({ ...row, payload: { text, quiet }, next_at: new Date(0).toISOString() });
      }
    });
    const delivery = start(store, [{ ...channel, name: "whatsapp" }]);
    await reached(store, "told before", "sent");
    await reached(store, "news", "sent");
    await delivery.stop();
    const { messages } = (await store.view(INCIDENT.id))!;
    assert.deepEqual(messages.map(({ text }) => text), ["news"]);
  }));

/** What a crash in the middle of sending leaves behind. */
async function leaveUncertain(store: Store): Promise<void> {
  const claimed = await store.claimOutbox("dead", { channels: ["fake"], leaseMs: 1_000 });
  const state = { state: "uncertain", text: "as it was kept", next_at: new Date(0).toISOString() } as const;
  await store.transact((tx) => tx.updateOutbox(claimed!.lease, state));
}

Deno.test("startDelivery() fails a row that cannot be read with one clear line, tells it, and goes on with the next", () =>
  withStore(async (store) => {
    const { channel, sent } = channelOf([{ outcome: "sent", receipt: {} }]);
    const log = channelOf([{ outcome: "sent", receipt: {} }]);
    const told = channelOf([{ outcome: "sent", receipt: {} }]);
    const rows = [
      ["a", "scale", { replicas: "four", reply: { channel: "phone" } }],
      ["b", "page_of_tomorrow", {}],
      ["c", "page_of_tomorrow", { text: "said" }],
    ] as const;
    await store.transact(async (tx) => {
      for (const [key, kind, payload] of rows) {
        const row = { incident_id: INCIDENT.id, key, channel: "fake", kind, payload };
        await tx.enqueueOutbox({ ...row, next_at: new Date(0).toISOString() });
      }
    });
    const delivery = start(store, [channel, { ...log.channel, name: "log" }, { ...told.channel, name: "phone" }]);
    const broken = await reached(store, "a", "failed");
    assert.match(broken.last_error!, /^its payload cannot be read as scale, at replicas: .*$/);
    assert.match((await reached(store, "b", "failed")).last_error!, /knows no page_of_tomorrow/);
    await reached(store, "c", "sent");
    await reached(store, "a/failed", "sent");
    await delivery.stop();
    assert.deepEqual(sent.map((letter) => letter.text), ["said"]);
    assert.match(told.sent[0]!.text, /^Scale failed: its payload cannot be read/);
    assert.equal((await store.transact((tx) => tx.outboxRow("a/undelivered/log")))?.payload.kind, "scale");
  }));

Deno.test("startDelivery() fails what its channel does not take, and tells it", () =>
  withStore(async (store) => {
    const { channel, sent } = channelOf([{ outcome: "sent", receipt: {} }]);
    await enqueue(store, "a");
    const delivery = start(store, [{ ...channel, takes: ["silence"] }]);
    assert.equal((await reached(store, "a", "failed")).last_error, "fake takes no reply");
    await delivery.stop();
    assert.equal(sent.length, 0);
  }));

Deno.test("startDelivery() tells a resolution with what was measured, on every channel, and waits for no failure", () =>
  withStore(async (store) => {
    const said: string[] = [];
    const render: Channel["render"] = (row) => {
      const words = row.kind === "resolved" ? row.payload.no_requests_since ?? "nothing measured" : "";
      said.push(`${row.key} ${words}`);
      return words;
    };
    const { channel } = channelOf([{ outcome: "sent", receipt: {} }]);
    const payloads = { a: { by_itself: true }, b: { resolved_by: "+15550000002" }, c: { by_itself: true } };
    await store.transact(async (tx) => {
      for (const [key, payload] of Object.entries(payloads)) {
        const row = { incident_id: INCIDENT.id, key, channel: "fake", kind: "resolved", payload };
        await tx.enqueueOutbox({ ...row, next_at: new Date(0).toISOString() });
      }
    });
    let asked = 0;
    const delivery = startDelivery({
      store,
      log: silentLogger,
      registry: new Registry(),
      channels: [{ ...channel, render, isRecord: true }],
      noRequestsSince: () =>
        asked++ === 0 ? Promise.resolve("2026-01-01T00:05:00Z") : Promise.reject(new TypeError("Prometheus is away")),
    });
    await reached(store, "c", "sent");
    await delivery.stop();
    assert.deepEqual(said, ["a 2026-01-01T00:05:00Z", "b nothing measured", "c nothing measured"]);
    const noted = (await store.view(INCIDENT.id))!.timeline.filter(({ kind }) => kind === "traffic_stopped");
    assert.deepEqual(noted.map(({ text }) => text), ["No requests since 00:05 UTC: the fault may still be there"]);
  }));
