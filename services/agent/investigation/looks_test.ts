import assert from "node:assert/strict";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { type IncidentView, openStore, type Store } from "../incidents/mod.ts";
import { shippedCatalogue } from "./catalogue/mod.ts";
import { investigate } from "./investigate.ts";
import { replay } from "./replay.ts";
import { createSources } from "./sources/mod.ts";
import { NOW } from "./testing/investigation.ts";
import type { Recorded } from "./testing/recorded.ts";
import { World } from "./testing/world.ts";

const read = (name: string): Recorded =>
  JSON.parse(Deno.readTextFileSync(new URL(`./situations/${name}.json`, import.meta.url)));
const bug = read("null_dereference_on_one_route_fresh_system_both_instances");
/** What was there seconds after the onset: nothing that could be read. */
const early: Recorded = { ...bug, away: ["prometheus", "logs"] };
const at = "2026-11-22T15:00:00.000Z";

/** A store whose clock the test moves, with one incident whose alert fires. */
async function withIncident(
  body: (deps: {
    readonly store: Store;
    advance(seconds: number): void;
    /** Carries out the work that is due, as the world is then; false when none is. */
    look(world: Recorded): Promise<boolean>;
    view(): Promise<IncidentView>;
  }) => Promise<void>,
) {
  let now = NOW.getTime();
  let monotonicMs = 0;
  const store = await openStore("sqlite::memory:", { now: () => new Date(now), monotonicMs: () => monotonicMs });
  const alert = {
    fingerprint: "a",
    status: "firing" as const,
    starts_at: at,
    ends_at: null,
    labels: bug.alert.labels,
    annotations: {},
    generator_url: "",
    episode: 1,
  };
  await store.transact(async (tx) => {
    await tx.saveIncident({
      id: "i",
      code: "K7QF",
      state: "open",
      service: "inventory",
      severity: "critical",
      title: "InventoryHighErrorRate",
      group_key: "{}",
      opened_at: at,
      resolved_at: null,
      truncated_alerts: 0,
      episode: 1,
      acknowledged_at: null,
      acknowledged_by: null,
    });
    await tx.saveAlert("i", alert);
    await tx.enqueueWork({ kind: "investigation", incident_id: "i", episode: 1, rank: 0, created_at: at });
  });
  const catalogue = shippedCatalogue();
  const urls = {
    promUrl: "http://p.test",
    lbUrl: "http://l.test",
    alertmanagerUrl: "http://a.test",
    pmUrl: "http://m.test",
  };
  try {
    await body({
      store,
      advance: (seconds) => {
        now += seconds * 1000;
        monotonicMs += seconds * 1000;
      },
      view: async () => (await store.view("i"))!,
      async look(recorded) {
        const claimed = await store.claimWork("agent", 30_000);
        if (claimed === undefined) return false;
        const { fetch } = new World(recorded, { service: catalogue.services[0]!, now: new Date(now) });
        await investigate(claimed, {
          store,
          log: silentLogger,
          catalogue,
          sources: createSources(urls, { fetch, now: () => new Date(now), catalogue }),
          limits: { steps: 12, budgetMs: 60_000 },
          notify: ["phone"],
          now: () => new Date(now),
          signal: new AbortController().signal,
          chooseBrain: () => ({}),
        });
        return true;
      },
    });
  } finally {
    await store.close();
  }
}

const told = (view: IncidentView) => view.notifications.map(({ kind }) => kind);

Deno.test("investigate() looks again while the alert fires, until a cause stands, and tells the better answer once", () =>
  withIncident(async ({ store, look, advance, view }) => {
    assert(await look(early));
    assert.equal((await view()).diagnosis!.verdict, "not_enough_evidence");
    assert.equal(await look(bug), false);
    assert.deepEqual((await store.counts()).work, { queued: 0, running: 0, oldest_seconds: 0 });
    advance(46);
    assert(await look(early));
    assert.deepEqual(told(await view()), ["diagnosis"]);
    assert.equal((await view()).state, "diagnosed");
    advance(121);
    assert(await look(bug));
    const after = await view();
    assert.equal(after.diagnosis!.verdict, "cause_found");
    assert.equal(after.diagnosis!.affected_file, "services/inventory/pricing.ts");
    assert.deepEqual(told(after), ["diagnosis", "diagnosis_revised"]);
    // What it cites was read by this look.
    const cited = new Set(after.diagnosis!.claims.flatMap(({ evidence }) => evidence));
    const ends = after.tool_calls.filter(({ tool }) => tool === "send_diagnosis").map(({ id }) => Number(id.slice(1)));
    for (const id of cited) assert(Number(id.slice(1)) > ends[1]! && Number(id.slice(1)) < ends[2]!, id);
    assert.equal(new Set(after.tool_calls.map(({ id }) => id)).size, after.tool_calls.length);
    advance(3_600);
    assert.equal(await look(bug), false);
    assert.deepEqual(told(await view()), ["diagnosis", "diagnosis_revised"]);
  }));

Deno.test("investigate() looks four times at the most", () =>
  withIncident(async ({ look, advance, view }) => {
    let looks = 0;
    for (let n = 0; n < 10; n++, advance(3_600)) if (await look(early)) looks++;
    assert.equal(looks, 4);
    assert.deepEqual(told(await view()), ["diagnosis"]);
  }));

Deno.test("investigate() does not look again once the alert is over, the episode is another, or a cause stood at once", async () => {
  await withIncident(async ({ store, look, advance, view }) => {
    await look(early);
    await store.transact(async (tx) => {
      const [alert] = await tx.alerts("i");
      await tx.saveAlert("i", { ...alert!, status: "resolved", ends_at: at });
    });
    advance(60);
    await look(bug);
    assert.equal((await view()).diagnosis!.verdict, "not_enough_evidence");
    advance(3_600);
    assert.equal(await look(bug), false);
  });
  await withIncident(async ({ store, look, advance, view }) => {
    await look(early);
    await store.transact(async (tx) => await tx.saveIncident({ ...(await tx.incident("i"))!, episode: 2 }));
    advance(60);
    await look(bug);
    assert.equal((await view()).diagnosis!.verdict, "not_enough_evidence");
  });
  await withIncident(async ({ look, advance }) => {
    await look(bug);
    advance(3_600);
    assert.equal(await look(bug), false);
  });
});

Deno.test("investigate() goes on with a later look after a crash, from its own calls", () =>
  withIncident(async ({ store, look, advance, view }) => {
    await look(early);
    advance(46);
    // Claimed by an agent that died before it did anything; the lease runs out.
    assert(await store.claimWork("dead", 1_000));
    advance(2);
    assert(await look(bug));
    assert.equal((await view()).diagnosis!.verdict, "cause_found");
  }));

Deno.test("replay() replays the look that the diagnosis came from", () =>
  withIncident(async ({ look, advance, view }) => {
    await look(early);
    advance(60);
    await look(bug);
    const replayed = await replay(await view(), {
      catalogue: shippedCatalogue(),
      limits: { steps: 12, budgetMs: 60_000 },
      signal: new AbortController().signal,
    });
    assert.deepEqual(replayed.differences, []);
  }));
