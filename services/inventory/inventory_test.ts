import assert from "node:assert/strict";
import { ConfigurationError } from "../lib/configuration/mod.ts";
import { serviceName, start } from "./inventory.ts";
import { inFolder, withInstance } from "./testing/instance.ts";

Deno.test("serviceName() counts from the base port", () => {
  assert.deepEqual([8001, 8010, 8011, 0].map(serviceName), ["inv1", "inv10", "inv-8011", "inv-0"]);
});

Deno.test("start() finishes requests in flight when stopped, and says so in the instance's log", async () => {
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const sleep = () => {
    entered.resolve();
    return gate.promise;
  };
  await withInstance({ fault: "latency", faults: { sleep } }, async ({ send, stop, folder, port }) => {
    const answer = send("PUT", "/items/1", { name: "a", price: 1, manufacturer: "b" });
    await entered.promise;
    const stopped = stop();
    gate.resolve();
    assert.equal((await answer).status, 200);
    await stopped;
    const log = await Deno.readTextFile(`${folder}/logs/inv_${port}.log`);
    assert.deepEqual([...log.matchAll(/inv1 (\w+)/g)].map((match) => match[1]), ["listening", "draining", "stopped"]);
  });
});

Deno.test("start() says in one line what is wrong when the port or the store cannot be had", async () => {
  await withInstance({}, async ({ folder, port }) => {
    const options = {
      hostname: "127.0.0.1",
      port,
      service: "inv2",
      db: `${folder}/run/items.db`,
      logDir: `${folder}/l`,
    };
    const deps = { log() {} };
    const message = (error: Error) => {
      assert(error instanceof ConfigurationError);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    };
    await assert.rejects(start(options, deps), message);
    assert.match(await Deno.readTextFile(`${folder}/l/inv_${port}.log`), /cannot start/);
    await Deno.writeTextFile(`${folder}/not_a_store`, "text ".repeat(1000));
    await assert.rejects(start({ ...options, db: `${folder}/not_a_store` }, deps), message);
    await assert.rejects(start({ ...options, db: `${folder}/not_a_store/items.db` }, deps), message);
  });
});

Deno.test("start() opens one store from many instances at the same moment", async () => {
  await inFolder(async (folder) => {
    const options = { hostname: "127.0.0.1", port: 0, db: `${folder}/items.db`, logDir: folder };
    const all = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((n) => start({ ...options, service: `inv${n}` }, { log() {} })),
    );
    await Promise.all(all.map((running) => running.stop()));
  });
});
