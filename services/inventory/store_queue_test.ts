import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openItems } from "./items.ts";
import { StoreQueue } from "./store_queue.ts";
import { inFolder } from "./testing/instance.ts";

const busy = () => {
  throw Object.assign(new Error("database is locked"), { errcode: 517 });
};

const item = { name: "Widget", price: 2.5, manufacturer: "Acme" };

Deno.test("StoreQueue.run() does what it is told at once when the store is free", () => {
  assert.equal(new StoreQueue().run(() => 7), 7);
  assert.throws(() =>
    new StoreQueue().run(() => {
      throw new TypeError("no");
    }), TypeError);
});

Deno.test("StoreQueue.run() does what waits in order once the store is free", async () => {
  let locked = true;
  const order: number[] = [];
  const queue = new StoreQueue();
  const write = (nth: number) => queue.run(() => locked ? busy() : order.push(nth));
  const writes = [write(1), write(2), queue.run(() => (locked ? busy() : assert.fail("a mistake of its own")))];
  const last = assert.rejects(async () => await writes[2], /a mistake of its own/);
  locked = false;
  // The store is free, but others came first.
  writes.push(write(3));
  await Promise.all([writes[0], writes[1], writes[3], last]);
  assert.deepEqual(order, [1, 2, 3]);
});

Deno.test("StoreQueue.run() gives up with 503 after its patience, and at once when too many wait", async () => {
  let now = 0;
  const queue = new StoreQueue({ patienceMs: 100, maxWaiting: 1, now: () => now });
  const late = assert.rejects(async () => await queue.run(busy), { status: 503, code: "store_busy" });
  assert.throws(() => queue.run(busy), { status: 503, code: "store_busy" });
  now = 101;
  await late;
});

Deno.test("Items.put() leaves reads alone while another process holds the store, and succeeds when it lets go", async () => {
  await inFolder(async (folder) => {
    const items = await openItems(`${folder}/items.db`);
    await items.put("1", item);
    const other = new DatabaseSync(`${folder}/items.db`);
    other.exec("BEGIN IMMEDIATE; DELETE FROM items WHERE id = '2'");
    let written = false;
    const put = Promise.resolve(items.put("2", item)).then((stored) => {
      written = true;
      return stored;
    });
    for (let turn = 0; turn < 5; turn++) {
      assert.equal(items.get("1")?.name, "Widget");
      assert.equal((await items.find("1"))?.name, "Widget");
      assert.equal(written, false);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(written, false);
    other.exec("COMMIT");
    assert.deepEqual(await put, { id: "2", ...item });
    assert.deepEqual(items.get("2"), { id: "2", ...item });
    other.close();
    items.close();
  });
});
