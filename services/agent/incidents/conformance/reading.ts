import assert from "node:assert/strict";
import type { Cases } from "./harness.ts";
import { sampleAlert, sampleDiagnosis, sampleIncident, work } from "./samples.ts";

/** What a store must find. */
export const readingCases: Cases = {
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

  "list() gives the open ones first by their newest episode when asked, and pages through the resolved after them":
    async (
      { store },
    ) => {
      const opened_at = (hour: number) => `2026-01-01T0${hour}:00:00.000Z`;
      const again = sampleIncident({ title: "again", episode: 2, opened_at: opened_at(1) });
      const made = [
        sampleIncident({ title: "old", state: "resolved", opened_at: opened_at(0) }),
        again,
        sampleIncident({ title: "early", state: "diagnosed", opened_at: opened_at(2) }),
        sampleIncident({ title: "late", state: "investigating", opened_at: opened_at(3) }),
        sampleIncident({ title: "over", state: "resolved", opened_at: opened_at(4) }),
      ];
      await store.transact(async (tx) => {
        for (const incident of made) await tx.saveIncident(incident);
        await tx.saveAlert(again.id, sampleAlert({ starts_at: opened_at(1), status: "resolved", episode: 1 }));
        await tx.saveAlert(again.id, sampleAlert({ starts_at: opened_at(5), episode: 2 }));
      });
      for (const limit of [1, 2, 3, 4, 9]) {
        const titles: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.list({ limit, order: "open_first", ...(cursor === undefined ? {} : { cursor }) });
          titles.push(...page.incidents.map((incident) => incident.title));
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
        assert.deepEqual(titles, ["again", "late", "early", "over", "old"], String(limit));
      }
      const of = async (state: string) =>
        (await store.list({ limit: 9, order: "open_first", state })).incidents.map(({ title }) => title);
      assert.deepEqual(await of("resolved"), ["over", "old"]);
      assert.deepEqual(await of("investigating"), ["late"]);
    },

  "view() has the diagnosis of the episode that is asked for, and the newest where that one has none": async (
    { store },
  ) => {
    const incident = sampleIncident({ episode: 2 });
    await store.transact(async (tx) => {
      await tx.saveIncident(incident);
      for (const [episode, root_cause] of [[1, "first"], [1, "better"], [2, "second"]] as const) {
        await tx.saveDiagnosis(incident.id, sampleDiagnosis({ episode, root_cause }));
      }
    });
    const seen = async (options?: { episode: number }) => {
      const view = (await store.view(incident.id, options))!;
      return [view.episode, view.diagnosis?.root_cause];
    };
    assert.deepEqual(await seen(), [2, "second"]);
    assert.deepEqual(await seen({ episode: 1 }), [1, "better"]);
    assert.deepEqual(await seen({ episode: 3 }), [2, "second"]);
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
};
