import assert from "node:assert/strict";
import { type Clock, install } from "@sinonjs/fake-timers";
import { Registry } from "prom-client";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { openStore, type Store } from "../incidents/mod.ts";
import { Heartbeat } from "./heartbeat.ts";

const TIMEOUT_MS = 600_000;

async function withHeartbeat(body: (test: Test) => Promise<void>): Promise<void> {
  const store = await openStore("sqlite::memory:");
  const clock = install({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  let heartbeat: Heartbeat | undefined;
  const start = async (timeoutMs = TIMEOUT_MS) => {
    await heartbeat?.stop();
    const registry = new Registry();
    heartbeat = await Heartbeat.start({ store, log: silentLogger, registry, timeoutMs, notify: ["log", "phone"] });
    return heartbeat;
  };
  try {
    await body({ store, clock, start });
  } finally {
    await heartbeat?.stop();
    clock.uninstall();
    await store.close();
  }
}

interface Test {
  readonly store: Store;
  readonly clock: Clock;
  start(timeoutMs?: number): Promise<Heartbeat>;
}

async function beat(store: Store, heartbeat: Heartbeat): Promise<void> {
  (await store.transact((tx) => heartbeat.beat(tx)))();
}

/** Kinds told on the phone, in order, with the seconds of silence. */
async function told(store: Store): Promise<[string, number][]> {
  const rows: [string, number][] = [];
  for (;;) {
    const claim = await store.claimOutbox("t", { channels: ["phone"], leaseMs: 1_000 });
    if (claim === undefined) return rows;
    rows.push([claim.row.kind, Number(claim.row.payload.silent_ms) / 1_000]);
    await store.transact((tx) => tx.updateOutbox(claim.lease, { state: "sent" }));
  }
}

Deno.test("Heartbeat tells once that it stays away, and once that it is back", () =>
  withHeartbeat(async ({ store, clock, start }) => {
    const heartbeat = await start();
    await clock.tickAsync(300_000);
    await beat(store, heartbeat);
    await clock.tickAsync(TIMEOUT_MS - 1);
    assert.equal(heartbeat.state.lost_at, null);
    await clock.tickAsync(1);
    await heartbeat.stop();
    assert.deepEqual(await told(store), [["heartbeat_lost", 600]]);
    assert.notEqual(heartbeat.state.lost_at, null);
    await clock.tickAsync(10 * TIMEOUT_MS);
    await beat(store, heartbeat);
    await beat(store, heartbeat);
    assert.deepEqual(await told(store), [["heartbeat_back", 6_600]]);
    assert.equal(heartbeat.state.lost_at, null);
  }));

Deno.test("Heartbeat tells when none has come since the start", () =>
  withHeartbeat(async ({ store, clock, start }) => {
    const heartbeat = await start();
    await clock.tickAsync(TIMEOUT_MS);
    await heartbeat.stop();
    assert.deepEqual(await told(store), [["heartbeat_lost", 600]]);
  }));

Deno.test("Heartbeat is not told lost again after a restart, but back when it comes", () =>
  withHeartbeat(async ({ store, clock, start }) => {
    await start();
    await clock.tickAsync(TIMEOUT_MS);
    const again = await start();
    await told(store);
    await clock.tickAsync(3 * TIMEOUT_MS);
    assert.deepEqual(await told(store), []);
    await beat(store, again);
    assert.deepEqual((await told(store)).map(([kind]) => kind), ["heartbeat_back"]);
  }));

Deno.test("Heartbeat makes no alarm of a clock that is set, nor of the agent's own absence", () =>
  withHeartbeat(async ({ store, clock, start }) => {
    const heartbeat = await start();
    await beat(store, heartbeat);
    clock.setSystemTime(Date.now() + 3_600_000);
    await clock.tickAsync(TIMEOUT_MS - 1_000);
    clock.setSystemTime(Date.now() - 7_200_000);
    const again = await start();
    await clock.tickAsync(TIMEOUT_MS - 1_000);
    await again.stop();
    assert.deepEqual(await told(store), []);
  }));

Deno.test("Heartbeat is not waited for when the time-out is 0", () =>
  withHeartbeat(async ({ store, clock, start }) => {
    const heartbeat = await start(0);
    await clock.tickAsync(1_000 * TIMEOUT_MS);
    await heartbeat.stop();
    assert.deepEqual(await told(store), []);
  }));
