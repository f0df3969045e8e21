import assert from "node:assert/strict";
import { install } from "@sinonjs/fake-timers";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { openStore } from "./open.ts";
import type { Pruned, PruneOptions, Store } from "./store.ts";
import { startRetention } from "./retention.ts";

Deno.test("startRetention() goes on while there is more, then every ten minutes, and survives a store that is away", async () => {
  const store = await openStore("sqlite::memory:");
  const clock = install({ toFake: ["setTimeout", "clearTimeout", "Date"], now: 100_000_000 });
  try {
    const asked: PruneOptions[] = [];
    const answers: (Pruned | Error)[] = [{ incidents: 50, more: true }, new Error("locked"), {
      incidents: 1,
      more: false,
    }];
    const prune = (options: PruneOptions) => {
      asked.push(options);
      const answer = answers.shift() ?? { incidents: 0, more: false };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const fake = new Proxy(store, { get: (target, name) => name === "prune" ? prune : Reflect.get(target, name) });
    const lines: unknown[] = [];
    const log = { ...silentLogger, info: (text: string, fields: unknown) => lines.push([text, fields]) };
    const retention = startRetention({ store: fake as Store, log, keepMs: 1_000, maxBytes: 7 });
    await clock.tickAsync(100);
    assert.equal(asked.length, 2);
    assert.deepEqual(asked[0], { before: new Date(100_000_000 + 50 - 1_000), maxBytes: 7 });
    await clock.tickAsync(600_000);
    assert.equal(asked.length, 3);
    assert.deepEqual(lines, [["deleted old incidents", { incidents: 50 }], ["deleted old incidents", {
      incidents: 1,
    }]]);
    await retention.stop();
    await clock.tickAsync(6_000_000);
    assert.equal(asked.length, 3);
  } finally {
    clock.uninstall();
    await store.close();
  }
});
