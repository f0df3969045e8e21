import assert from "node:assert/strict";
import { Connections } from "./connections.ts";
import type { PooledConnection } from "./pooled_connection.ts";

/** A connection that does nothing. */
class Fake {
  closed = false;
  reused = false;
  fresh = true;
  idleSince = 0;
  markIdle(now: number): void {
    this.idleSince = now;
  }
  close(): void {
    this.closed = true;
  }
}

/** Connections whose opening ends when the test says so. */
function setUp(keeps = true) {
  const openings: (PromiseWithResolvers<PooledConnection> & { readonly signal: AbortSignal })[] = [];
  const connections = new Connections((signal) => {
    const opening = { ...Promise.withResolvers<PooledConnection>(), signal };
    signal.addEventListener("abort", () => opening.reject(signal.reason));
    openings.push(opening);
    return opening.promise;
  }, () => keeps);
  return { connections, openings };
}

const fake = () => new Fake() as unknown as PooledConnection;

Deno.test("Connections.wait() takes what falls idle while another is being opened, which is kept then", async () => {
  const { connections, openings } = setUp();
  const waiting = connections.wait(1_000, 7);
  const used = fake(), opened = fake();
  assert.equal(connections.put(used, 8), true);
  assert.equal(await waiting, used);
  openings[0]!.resolve(opened);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(connections.take(100, 94), opened);
  assert.equal(connections.take(100, Infinity), undefined);
});

Deno.test("Connections closes what opens too late when none is kept any more", async () => {
  const { connections, openings } = setUp(false);
  const waiting = connections.wait(1_000, 0);
  const used = fake(), opened = fake();
  assert.equal(connections.put(used, 0), true);
  assert.deepEqual([await waiting, used.reused], [used, true]);
  openings[0]!.resolve(opened);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([opened.closed, connections.put(fake(), 0)], [true, false]);
});

Deno.test("Connections.sweep() ends the waiting and the opening that take too long", async () => {
  const { connections, openings } = setUp();
  const waiting = connections.wait(1_000, 0);
  connections.sweep(1);
  connections.sweep(1_000);
  assert.equal(openings[0]!.signal.aborted, false);
  connections.sweep(1_001);
  await assert.rejects(waiting, Deno.errors.TimedOut);
  assert.equal(openings[0]!.signal.aborted, true);
});

Deno.test("Connections keeps 256 for 30 s and gives none that was closed, was idle for too long, or is stirred", () => {
  const { connections } = setUp();
  const all = Array.from({ length: 257 }, fake);
  assert.deepEqual(all.map((connection, i) => connections.put(connection, i)), all.map((_, i) => i < 256));
  (all[255] as unknown as Fake).fresh = false;
  connections.forget(all[253]!);
  assert.equal(connections.take(300, 1_000), all[254]);
  assert.equal(all[255]!.closed, true);
  assert.equal(connections.take(300, 40), undefined);
  assert.equal(connections.take(300, 49), all[252]);
  connections.closeIdle(30_010, false);
  assert.deepEqual([all[10]!.closed, all[11]!.closed], [true, false]);
  connections.closeIdle(0, true);
  assert.equal(all[251]!.closed, true);
});
