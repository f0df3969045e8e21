import assert from "node:assert/strict";
import { type Change, LeaseLost, type Store, type Transaction } from "./store.ts";
import type { Alert, Diagnosis, Incident, ToolCall } from "./types.ts";

/** A store under test, empty, with clocks that the suite moves. */
export interface StoreHarness {
  readonly store: Store;
  readonly now: () => Date;
  /** Moves both clocks forward. */
  advance(ms: number): void;
  /** Sets the wall clock alone, as an operator or NTP does. */
  setWall(byMs: number): void;
  /** As after a crash: the same rows, seen by a new agent; the old store is of no use any more. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

/** Registers, with `Deno.test`, what any {@linkcode Store} must do. */
export function testStore(name: string, open: () => Promise<StoreHarness>): void {
  for (const [does, body] of Object.entries(CASES)) {
    Deno.test(`${name}: ${does}`, async () => {
      const harness = await open();
      try {
        await body(harness);
      } finally {
        await harness.close();
      }
    });
  }
}

/** An incident with plain values. */
export function sampleIncident(fields: Partial<Incident> = {}): Incident {
  return {
    id: crypto.randomUUID(),
    code: "K7QF",
    state: "open",
    service: "inventory",
    severity: "critical",
    title: "InventoryHighErrorRate on inventory",
    group_key: '{}:{alertname="InventoryHighErrorRate"}',
    opened_at: "2026-01-01T00:00:00.000Z",
    resolved_at: null,
    truncated_alerts: 0,
    episode: 1,
    acknowledged_at: null,
    acknowledged_by: null,
    ...fields,
  };
}

/** An alert with plain values. */
export function sampleAlert(fields: Partial<Alert> = {}): Alert {
  return {
    fingerprint: "0123456789abcdef",
    status: "firing",
    starts_at: "2026-01-01T00:00:00.000Z",
    ends_at: null,
    labels: { alertname: "InventoryHighErrorRate", service: "inventory" },
    annotations: { summary: "more than a fifth of requests fail" },
    generator_url: "",
    episode: 1,
    ...fields,
  };
}

function sampleDiagnosis(fields: Partial<Diagnosis> = {}): Diagnosis {
  return {
    verdict: "cause_found",
    root_cause: "TypeError in the supplier's price",
    affected_file: "services/inventory/supplier.ts",
    line_number: 12,
    suggested_fix: "check for null",
    priority: "critical",
    next_steps: ["roll back"],
    confidence: 0.9,
    brain: "rules",
    degraded: false,
    missing: [],
    claims: [{ text: "it fails", evidence: ["E1"], verified: true }],
    episode: 1,
    at: "2026-01-01T00:01:00.000Z",
    ...fields,
  };
}

function sampleCall(id: string): ToolCall {
  return {
    id,
    episode: 1,
    step: 1,
    tool: "fetch_logs",
    arguments: { seconds: 300 },
    started_at: "2026-01-01T00:00:01.000Z",
    ended_at: "2026-01-01T00:00:02.000Z",
    ok: true,
    result: { entries: [{ message: 'hostile "quotes" \u2028 <b>' }] },
    hash: "00",
  };
}

function outboxRow(key: string, nextAt: Date, fields: { channel?: string; incident_id?: string | null } = {}) {
  return {
    incident_id: null,
    channel: "log",
    kind: "diagnosis",
    payload: { n: 1 },
    next_at: nextAt.toISOString(),
    key,
    ...fields,
  };
}

function work(incidentId: string, rank: number, at: string) {
  return { kind: "investigation" as const, incident_id: incidentId, episode: 1, rank, created_at: at };
}

const CASES: Record<string, (harness: StoreHarness) => Promise<void>> = {
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
        tickets: [{ key: "OPS-1", url: "http://jira/OPS-1", assignee: null }],
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

  "addDelivery() refuses a second delivery with the same id": async ({ store }) => {
    const delivery = { id: "d", received_at: "2026-01-01T00:00:00.000Z", body: "{}" };
    await store.transact((tx) => tx.addDelivery(delivery));
    await assert.rejects(store.transact((tx) => tx.addDelivery(delivery)));
  },

  "latestIncident() finds the newest of a group": async ({ store }) => {
    const [old, young] = [sampleIncident({ state: "resolved" }), sampleIncident({ group_key: "g" })];
    const other = sampleIncident({ group_key: "g" });
    await store.transact(async (tx) => {
      for (const incident of [old, young, other]) await tx.saveIncident(incident);
    });
    await store.transact(async (tx) => {
      assert.equal((await tx.latestIncident("g"))?.id, other.id);
      assert.equal((await tx.latestIncident(old.group_key))?.id, old.id);
      assert.equal(await tx.latestIncident("none"), undefined);
    });
  },

  "incident() finds by id and by code, saveIncident() replaces": async ({ store }) => {
    const incident = sampleIncident({ code: "B2CD" });
    const later = sampleIncident({ code: "B2CD" });
    await store.transact(async (tx) => {
      await tx.saveIncident(incident);
      await tx.saveIncident({ ...incident, state: "resolved", resolved_at: incident.opened_at });
      assert.deepEqual({ ...await tx.incident(incident.id) }, {
        ...incident,
        state: "resolved",
        resolved_at: incident.opened_at,
      });
      await tx.saveIncident(later);
      assert.equal((await tx.incident("b2cd"))?.id, later.id);
      assert.equal(await tx.incident("nobody"), undefined);
    });
    assert.equal((await store.view("b2cd"))?.id, later.id);
  },

  "freeCode() gives no code that a recent incident has": async ({ store }) => {
    const codes = new Set<string>();
    for (let n = 0; n < 50; n++) {
      await store.transact(async (tx) => {
        const code = await tx.freeCode();
        assert.match(code, /^[A-Z][A-Z0-9]{3}$/);
        codes.add(code);
        await tx.saveIncident(sampleIncident({ code }));
      });
    }
    assert.equal(codes.size, 50);
  },

  "saveAlert() knows an alert by fingerprint and start": async ({ store }) => {
    const incident = sampleIncident();
    const first = sampleAlert();
    const refired = sampleAlert({ starts_at: "2026-01-01T01:00:00.000Z", episode: 2 });
    await store.transact(async (tx) => {
      await tx.saveIncident(incident);
      await tx.saveAlert(incident.id, first);
      await tx.saveAlert(incident.id, refired);
      assert.equal(await tx.countFiring(incident.id), 2);
      const over = { ...first, status: "resolved" as const, ends_at: "2026-01-01T00:05:00.000Z" };
      await tx.saveAlert(incident.id, over);
      assert.deepEqual(await tx.alerts(incident.id), [over, refired]);
      assert.deepEqual(await tx.alert(incident.id, first.fingerprint, first.starts_at), over);
      assert.equal(await tx.alert(incident.id, first.fingerprint, "2026-01-01T02:00:00.000Z"), undefined);
      assert.equal(await tx.countFiring(incident.id), 1);
    });
  },

  "firingAlerts() gives what fires in incidents that are not resolved": async ({ store }) => {
    const [open, diagnosed, over] = [sampleIncident(), sampleIncident({ state: "diagnosed" }), sampleIncident()];
    const ended = sampleAlert({ fingerprint: "ffffffffffffffff", status: "resolved", ends_at: open.opened_at });
    assert.deepEqual(await store.firingAlerts(), []);
    await store.transact(async (tx) => {
      for (const incident of [open, diagnosed, { ...over, state: "resolved" as const }]) {
        await tx.saveIncident(incident);
        await tx.saveAlert(incident.id, sampleAlert());
      }
      await tx.saveAlert(open.id, ended);
    });
    const { fingerprint, starts_at } = sampleAlert();
    assert.deepEqual(
      await store.firingAlerts(),
      [open, diagnosed].map(({ id }) => ({ incident_id: id, fingerprint, starts_at })),
    );
  },

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

  "list() pages through all, newest first, each once": async ({ store }) => {
    const made = Array.from({ length: 7 }, (_, n) => sampleIncident({ title: `t${n}` }));
    for (const incident of made) await store.transact((tx) => tx.saveIncident(incident));
    const titles: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      titles.push(...page.incidents.map((incident) => incident.title));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(titles, ["t6", "t5", "t4", "t3", "t2", "t1", "t0"]);
  },

  "list() finds by state, service, severity and words": async ({ store }) => {
    const a = sampleIncident({ service: "cart", severity: "warning", title: "HighLatency on cart" });
    const b = sampleIncident({ state: "resolved" });
    await store.transact(async (tx) => {
      await tx.saveIncident(a);
      await tx.saveAlert(a.id, sampleAlert({ labels: { instance: "127.0.0.1:8001", team: "Bücher" } }));
      await tx.saveIncident(b);
      await tx.saveDiagnosis(b.id, sampleDiagnosis());
    });
    const ids = async (query: object) => (await store.list({ limit: 9, ...query })).incidents.map((i) => i.id);
    assert.deepEqual(await ids({ state: "resolved" }), [b.id]);
    assert.deepEqual(await ids({ service: "cart" }), [a.id]);
    assert.deepEqual(await ids({ service: "cart", state: "resolved" }), []);
    assert.deepEqual(await ids({ severity: "warning" }), [a.id]);
    assert.deepEqual(await ids({ severity: "warning", state: "resolved" }), []);
    for (const q of ["latency cart", "highlat", "127.0.0.1:8001", "bücher"]) {
      assert.deepEqual(await ids({ q }), q === "latency cart" ? [] : [a.id], q);
    }
    assert.deepEqual(await ids({ q: "supplier typeerror" }), [b.id]);
    for (const q of ['"', "NOT OR AND", "zz* (b", "'; DROP TABLE incidents"]) assert.deepEqual(await ids({ q }), [], q);
    assert.deepEqual((await ids({ q: "  " })).length, 2);
    const [first] = (await store.list({ limit: 1, state: "resolved" })).incidents;
    assert.equal(first?.diagnosis?.root_cause, sampleDiagnosis().root_cause);
  },

  "similar() ranks by shared words": async ({ store }) => {
    const [near, far, self] = [
      sampleIncident({ title: "alpha beta gamma" }),
      sampleIncident({ title: "alpha" }),
      sampleIncident(),
    ];
    await store.transact(async (tx) => {
      for (const incident of [far, near, self]) await tx.saveIncident(incident);
    });
    const found = await store.similar("gamma beta alpha delta", { limit: 5, except: self.id });
    assert.deepEqual(found.map((incident) => incident.id), [near.id, far.id]);
    assert.deepEqual(await store.similar("!!", { limit: 5 }), []);
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

  "counts() tells rows by state and the age of the oldest work": async ({ store, now, advance }) => {
    assert.deepEqual(await store.counts(), {
      work: { queued: 0, running: 0, oldest_seconds: 0 },
      outbox: {},
      incidents: {},
    });
    await store.transact(async (tx) => {
      await tx.saveIncident(sampleIncident());
      await tx.enqueueWork(work("i", 0, now().toISOString()));
    });
    advance(5_000);
    assert.deepEqual(await store.counts(), {
      work: { queued: 1, running: 0, oldest_seconds: 5 },
      outbox: {},
      incidents: { open: 1 },
    });
  },

  "amendOutbox() changes what nobody has claimed yet": async ({ store, now }) => {
    await store.transact((tx) => tx.enqueueOutbox(outboxRow("k", now())));
    assert.equal(await store.transact((tx) => tx.amendOutbox("k", { n: 2 })), true);
    assert.deepEqual((await store.claimOutbox("a", { channels: ["log"], leaseMs: 1_000 }))?.row.payload, { n: 2 });
    assert.equal(await store.transact((tx) => tx.amendOutbox("k", { n: 3 })), false);
    assert.equal(await store.transact((tx) => tx.amendOutbox("none", {})), false);
  },

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
