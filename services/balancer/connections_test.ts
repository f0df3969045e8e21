import assert from "node:assert/strict";
import { Connections } from "./connections.ts";
import type { Upstream } from "./upstream.ts";

/** A connection that does nothing. */
class Fake {
  closed = false;
  fresh = true;
  idleSince = 0;
  rest(now: number): void {
    this.idleSince = now;
  }
  close(): void {
    this.closed = true;
  }
}

/** Connections whose opening ends when the test says so. */
function setUp() {
  const openings: (PromiseWithResolvers<Upstream> & { readonly signal: AbortSignal })[] = [];
  const connections = new Connections((signal) => {
    const opening = { ...Promise.withResolvers<Upstream>(), signal };
    signal.addEventListener("abort", () => opening.reject(signal.reason));
    openings.push(opening);
    return opening.promise;
  });
  return { connections, openings };
}

const fake = () => new Fake() as unknown as Upstream;

Deno.test("Connections.wait() takes what falls idle while another is being opened, which is kept then", async () => {
  const { connections, openings } = setUp();
  const waiting = connections.wait(1_000, 7);
  const used = fake(), opened = fake();
  assert.equal(connections.put(used, 8), true);
  assert.equal(await waiting, used);
  openings[0]!.resolve(opened);
  await openings[0]!.promise;
  await Promise.resolve();
  assert.equal(connections.take(100, 94), opened);
  assert.equal(connections.take(100, Infinity), undefined);
});

Deno.test("Connections opens 16 at once and serves in turn who waits for one", async () => {
  const { connections, openings } = setUp();
  const order: number[] = [];
  const waiting = Array.from({ length: 40 }, (_, i) => connections.wait(1_000, 0).then(() => order.push(i)));
  assert.equal(openings.length, 16);
  for (let i = 0; i < 40; i++) {
    openings[i]!.resolve(fake());
    await waiting[i];
  }
  assert.equal(openings.length, 40);
  assert.deepEqual(order, Array.from({ length: 40 }, (_, i) => i));
});

Deno.test("Connections tells all who wait when one cannot be opened, and tries again for who comes later", async () => {
  const { connections, openings } = setUp();
  const waiting = Array.from({ length: 20 }, () => connections.wait(1_000, 0));
  openings[0]!.reject(new Deno.errors.ConnectionRefused());
  for (const one of waiting) await assert.rejects(one, Deno.errors.ConnectionRefused);
  const later = connections.wait(1_000, 0);
  const opened = fake();
  openings[3]!.resolve(opened);
  assert.equal(await later, opened);
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
  assert.deepEqual(all.map((upstream, i) => connections.put(upstream, i)), all.map((_, i) => i < 256));
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
