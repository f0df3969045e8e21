import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { Supply } from "./supply.ts";

/** A supply whose connections are numbers and open when the test says so. */
function setUp(mostOpening?: number) {
  const openings: PromiseWithResolvers<number>[] = [];
  const spares: number[] = [];
  const supply = new Supply<number>({
    open() {
      openings.push(Promise.withResolvers<number>());
      return openings.at(-1)!.promise;
    },
    spare: (connection) => spares.push(connection),
    ...(mostOpening === undefined ? {} : { mostOpening }),
  });
  return { supply, openings, spares };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

Deno.test("Supply.wait() takes what falls idle while another opens, which is spare then", async () => {
  const { supply, openings, spares } = setUp();
  assert.equal(supply.give(1), false);
  const waiter = supply.wait();
  assert.equal(supply.give(2), true);
  assert.equal(await waiter.promise, 2);
  openings[0]!.resolve(3);
  await turn();
  assert.deepEqual([openings.length, spares], [1, [3]]);
});

Deno.test("Supply begins one connection in each turn, as many as wait, and serves in turn", async () => {
  const { supply, openings, spares } = setUp();
  const order: number[] = [];
  const waiting = Array.from({ length: 3 }, (_, i) => supply.wait().promise.then(() => order.push(i)));
  const begun = [openings.length];
  for (let i = 0; i < 4; i++) {
    await turn();
    begun.push(openings.length);
  }
  assert.deepEqual(begun, [1, 2, 3, 3, 3]);
  for (const opening of openings) opening.resolve(0);
  await Promise.all(waiting);
  assert.deepEqual([order, spares], [[0, 1, 2], []]);
});

Deno.test("Supply opens no more at once than it may", async () => {
  const { supply, openings } = setUp(2);
  const waiting = Array.from({ length: 3 }, () => supply.wait().promise);
  for (let i = 0; i < 4; i++) await turn();
  assert.equal(openings.length, 2);
  openings[0]!.resolve(0);
  await waiting[0];
  await turn();
  assert.equal(openings.length, 3);
  for (const opening of openings) opening.resolve(0);
  await Promise.all(waiting);
});

Deno.test("Supply tells all who wait when one cannot be opened, and tries again for who comes later", async () => {
  const { supply, openings } = setUp();
  const waiting = Array.from({ length: 6 }, () => supply.wait().promise);
  await turn();
  openings[1]!.reject(new Error("refused"));
  for (const one of waiting) await assert.rejects(one, /refused/);
  const later = supply.wait();
  openings[0]!.resolve(5);
  assert.equal(await later.promise, 5);
});

Deno.test("Waiter.reject() ends the waiting of one", async () => {
  const { supply } = setUp();
  const [first, second] = [supply.wait(), supply.wait()];
  first.reject(new Error("too late"));
  await assert.rejects(first.promise, /too late/);
  supply.give(1);
  assert.equal(await second.promise, 1);
});
