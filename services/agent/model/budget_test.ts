import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { openStore } from "../incidents/mod.ts";
import { Budget } from "./budget.ts";

Deno.test("Budget holds one cap for what incidents and questions use, whoever asks first", async () => {
  const now = () => new Date("2026-01-01T13:00:30Z");
  const store = await openStore("sqlite::memory:", { now });
  const budget = new Budget({ perIncident: 800, perHour: 1_000 }, { now, registry: new Registry(), store });
  budget.questionMeter().used({ prompt: 300, completion: 100 }, "answered");
  budget.meter(0).used({ prompt: 300, completion: 100 }, "answered");
  assert.equal(budget.lastHour(), 800);
  assert.throws(() => budget.questionMeter().ask(201), /cap of 1000 tokens per hour/);
  assert.throws(() => budget.meter(0).ask(201), /cap of 1000 tokens per hour/);
  assert.throws(() => budget.meter(700).ask(101), /cap of 800 tokens per incident/);
  budget.questionMeter().ask(200);
  budget.meter(0).used({ prompt: 200, completion: 0 }, "answered");
  assert.equal(budget.hourUsedUp, true);
  await store.close();
});

Deno.test("Budget takes up what was used within the hour, also what questions kept elsewhere before", async () => {
  let at = new Date("2026-01-01T13:00:00Z");
  const now = () => at;
  const store = await openStore("sqlite::memory:", { now });
  const minutesAgo = (minutes: number) => at.getTime() - minutes * 60_000;
  await store.transact(async (tx) => {
    await tx.saveSetting(
      "model_tokens",
      JSON.stringify([{ at: minutesAgo(70), tokens: 1 }, { at: minutesAgo(40), tokens: 10 }]),
    );
    await tx.saveSetting("operator/model_tokens", JSON.stringify([[minutesAgo(30), 100], ["?", 1]]));
  });
  const caps = { perIncident: 0, perHour: 1_000 };
  const first = new Budget(caps, { now, registry: new Registry(), store });
  await first.restore();
  assert.equal(first.lastHour(), 110);
  // Two agents on one store add to each other's.
  const second = new Budget(caps, { now, registry: new Registry(), store });
  for (const budget of [first, second, second]) budget.meter(0).used({ prompt: 500, completion: 500 }, "answered");
  await store.transact(() => Promise.resolve());
  const third = new Budget(caps, { now, registry: new Registry(), store });
  await third.restore();
  assert.equal(third.lastHour(), 3_110);
  at = new Date(at.getTime() + 25 * 60_000);
  assert.equal(third.lastHour(), 3_100);
  await store.close();
});
