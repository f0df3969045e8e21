import assert from "node:assert/strict";
import fc from "fast-check";
import { type Item, openItems } from "./items.ts";
import { inFolder } from "./testing/instance.ts";

Deno.test("Items.get() answers the last write of any process's connection", async () => {
  const ids = fc.constantFrom("a", "b", "c");
  const item: fc.Arbitrary<Item> = fc.record({
    name: fc.string({ minLength: 1 }),
    price: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((price) => price + 0),
    manufacturer: fc.string({ minLength: 1, unit: "binary" }).map((text) => text.toWellFormed().replaceAll("\0", " ")),
  });
  const step = fc.record({ connection: fc.nat(2), id: ids, item: fc.option(item) });
  await inFolder(async (folder) => {
    const connections = await Promise.all([1, 2, 3].map(() => openItems(`${folder}/items.db`)));
    const model = new Map<string, Item>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        for (const { connection, id, item } of steps) {
          if (item === null) {
            const stored = connections[connection]!.get(id);
            const expected = model.get(id);
            assert.deepEqual(
              stored,
              expected && { id, ...expected },
            );
          } else {
            await connections[connection]!.put(id, item);
            model.set(id, item);
          }
          // A write is answered, and the next request received, through the event loop.
          await Promise.resolve();
        }
      }),
      { numRuns: 100 },
    );
    assert.equal(connections[0]!.count(), model.size);
    for (const connection of connections) connection.close();
  });
});
