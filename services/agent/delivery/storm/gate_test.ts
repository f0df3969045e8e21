import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { silentLogger } from "../../../lib/telemetry/mod.ts";
import { openStore, type Store } from "../../incidents/mod.ts";
import type { Channel } from "../channel.ts";
import { startDelivery } from "../outbox.ts";
import { messageText } from "../words/render.ts";
import { stormGate } from "./gate.ts";

const WINDOW_MS = 600_000;

interface Storm {
  readonly store: Store;
  /** Texts that left, in order. */
  readonly sent: string[];
  /** Enqueues the diagnosis of a new incident with so many alerts. */
  diagnosed(title: string, alerts: number): Promise<string>;
  /** Runs the outbox's worker until nothing is due. */
  deliver(): Promise<void>;
  advance(ms: number): void;
}

async function withStorm(body: (storm: Storm) => Promise<void>): Promise<void> {
  let wall = Date.parse("2026-01-01T12:00:00Z");
  const now = () => new Date(wall);
  const store = await openStore("sqlite::memory:", { now });
  const sent: string[] = [];
  const phone: Channel = {
    name: "phone",
    news: true,
    readBy: "people",
    render: messageText,
    send: ({ text }) => {
      sent.push(text);
      return Promise.resolve({ outcome: "sent", receipt: {} });
    },
  };
  const gate = () => stormGate(phone, { store, policy: { messages: 3, windowMs: WINDOW_MS }, now });
  try {
    await body({
      store,
      sent,
      diagnosed: async (title, alerts) => {
        const id = crypto.randomUUID();
        const at = now().toISOString();
        await store.transact(async (tx) => {
          await tx.saveIncident({
            id,
            code: await tx.freeCode(),
            state: "diagnosed",
            service: "cart",
            severity: "critical",
            title,
            group_key: id,
            opened_at: at,
            resolved_at: null,
            truncated_alerts: 0,
            episode: 1,
            acknowledged_at: null,
            acknowledged_by: null,
          });
          for (let n = 0; n < alerts; n++) {
            await tx.saveAlert(id, {
              fingerprint: `${n}`,
              status: "firing",
              starts_at: at,
              ends_at: null,
              labels: {},
              annotations: {},
              generator_url: "",
              episode: 1,
            });
          }
          const row = { incident_id: id, channel: "phone", payload: {}, next_at: at };
          await tx.enqueueOutbox({ ...row, key: `${id}/1/diagnosis/phone`, kind: "diagnosis" });
        });
        return id;
      },
      deliver: async () => {
        const delivery = startDelivery({ store, log: silentLogger, registry: new Registry(), channels: [gate()], now });
        for (;;) {
          const [due, { outbox }] = [await store.nextDue(), await store.counts()];
          if ((due === undefined || due > now()) && (outbox.sending ?? 0) === 0) break;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        await delivery.stop();
      },
      advance: (ms) => {
        wall += ms;
      },
    });
  } finally {
    await store.close();
  }
}

Deno.test("stormGate() lets so many messages through, and gathers the rest of the window into one digest", () =>
  withStorm(async ({ store, sent, diagnosed, deliver, advance }) => {
    const ids: string[] = [];
    for (let n = 1; n <= 10; n++) ids.push(await diagnosed(`group ${n}`, n));
    await deliver();
    assert.equal(sent.length, 4);
    assert.match(sent[3]!, /^Alert storm: more than 3 messages within 10 minutes\. .* at 12:10 UTC\./);
    const last = (await store.view(ids[9]!))!;
    assert.deepEqual(last.notifications.map((n) => n.state), ["cancelled"]);
    assert.match(last.notifications[0]!.last_error!, /digest at 12:10 UTC/);
    assert.equal(last.timeline.at(-1)!.kind, "held_back");
    advance(WINDOW_MS - 1);
    ids.push(await diagnosed("late", 100));
    await deliver();
    assert.equal(sent.length, 4);
    advance(1);
    await deliver();
    assert.equal(sent.length, 5);
    assert.match(sent[4]!, /149 alerts in 8 incidents within 10 min/);
    assert.match(sent[4]!, /Largest groups: \w+ critical late \(100\); \w+ critical group 10 \(10\);/);
    await diagnosed("calm again", 1);
    await deliver();
    assert.equal(sent.length, 6);
  }));

Deno.test("stormGate() counts across a restart, and never holds back what was asked for", () =>
  withStorm(async ({ store, sent, diagnosed, deliver }) => {
    for (let n = 0; n < 3; n++) await diagnosed("g", 1);
    await deliver();
    const id = await diagnosed("held", 1);
    await store.transact((tx) =>
      tx.enqueueOutbox({
        incident_id: id,
        key: "reply",
        channel: "phone",
        kind: "reply",
        payload: { text: "you asked" },
        next_at: new Date(0).toISOString(),
      })
    );
    await deliver();
    assert.deepEqual([sent.length, sent.includes("you asked")], [5, true]);
    assert.match(sent.find((text) => text.startsWith("Alert storm"))!, /more than 3/);
  }));

Deno.test("stormGate() begins a new window when the clock was set back", () =>
  withStorm(async ({ sent, diagnosed, deliver, advance }) => {
    for (let n = 0; n < 3; n++) await diagnosed("g", 1);
    await deliver();
    advance(-3_600_000);
    await diagnosed("after", 1);
    await deliver();
    assert.equal(sent.length, 4);
    assert.ok(sent.every((text) => !text.startsWith("Alert storm")));
  }));
