import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { install } from "@sinonjs/fake-timers";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { Registry } from "prom-client";
import { sampleIncident } from "./conformance/mod.ts";
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
    const fake = withPrune(store, prune);
    const lines: unknown[] = [];
    const log = { ...silentLogger, info: (text: string, fields: unknown) => lines.push([text, fields]) };
    const retention = startRetention({ store: fake, log, keepMs: 1_000, maxBytes: 7 });
    // The store itself goes by the real event loop.
    const pass = async (ms: number) => {
      await clock.tickAsync(ms);
      for (let turn = 0; turn < 20; turn++) await setImmediate();
    };
    await pass(50);
    await pass(50);
    assert.equal(asked.length, 2);
    assert.deepEqual(asked[0], { before: new Date(100_000_000 + 50 - 1_000), maxBytes: 7 });
    await pass(600_000);
    assert.equal(asked.length, 3);
    assert.deepEqual(lines, [["deleted old incidents", { incidents: 50 }], ["deleted old incidents", {
      incidents: 1,
    }]]);
    await retention.stop();
    await pass(6_000_000);
    assert.equal(asked.length, 3);
  } finally {
    clock.uninstall();
    await store.close();
  }
});

Deno.test("startRetention() keeps what is old only by a clock that jumped, and says so once", async () => {
  const start = Date.parse("2026-01-01T00:00:00Z");
  let wall = start;
  const now = () => new Date(wall);
  const store = await openStore("sqlite::memory:", { now, monotonicMs: () => performance.now() });
  const resolved_at = now().toISOString();
  await store.transact((tx) => tx.saveIncident({ ...sampleIncident(), state: "resolved", resolved_at }));
  const registry = new Registry();
  const lines: string[] = [];
  const log = { ...silentLogger, error: (text: string) => lines.push(text) };
  const deps = { store, log, registry, now, keepMs: 90 * 86_400_000, maxBytes: 1e9 };
  const round = async () => {
    registry.clear();
    const { promise: pruned, resolve } = Promise.withResolvers<void>();
    const watched = withPrune(store, (options) => store.prune(options).finally(resolve));
    const retention = startRetention({ ...deps, store: watched });
    await pruned;
    await retention.stop();
  };
  await round();
  wall += 100 * 86_400_000;
  await round();
  assert.equal((await store.list({ limit: 5 })).incidents.length, 1);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /clock is far ahead/);
  assert.match(await registry.metrics(), /oncall_agent_retention_refused 1/);
  await store.close();
});

function withPrune(store: Store, prune: Store["prune"]): Store {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === "prune") return prune;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
