import assert from "node:assert/strict";
import fc from "fast-check";
import { createRandom } from "./random.ts";
import { planRequests } from "./requests.ts";
import { arrivals } from "./schedule.ts";
import { defaultOptions, PROFILES } from "./settings.ts";

Deno.test("arrivals() leave at start + i/rate when the rate is constant, without drift", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 20 }), (rps, duration) => {
      const all = [...arrivals(defaultOptions({ rps, duration }))];
      assert.equal(all.length, rps * duration);
      for (const { index, dueMs } of all) assert.ok(Math.abs(dueMs - index * 1000 / rps) < 1e-6);
    }),
    { numRuns: 30 },
  );
});

Deno.test("arrivals() follow one another without bursts or holes when the rate changes", () => {
  const totals = PROFILES.map((profile) => {
    const all = [...arrivals(defaultOptions({ profile, duration: 180 }))];
    all.forEach(({ index, dueMs }, i) => {
      assert.equal(index, i);
      assert.ok(dueMs >= 0 && dueMs < 180_000);
      if (i > 0) {
        const gap = dueMs - all[i - 1]!.dueMs;
        // The defaults stay within 10 and 150 requests/s.
        assert.ok(gap > 1000 / 151 && gap <= 1000 / 10 + 1e-6, `${profile}: a gap of ${gap} ms`);
      }
    });
    return all.length;
  });
  // constant 30·180; spike 30·60 + 90·120; ramp 80·180; sine two whole waves; ramp-spike 10·60 + 100·120; agentic.
  assert.deepEqual(totals, [5400, 12_600, 14_400, 5400, 12_600, 2400]);
});

Deno.test("arrivals() are none when the rate is zero", () => {
  assert.deepEqual([...arrivals(defaultOptions({ rps: 0 }))], []);
});

function requestsOf(seed: number, changes: Parameters<typeof defaultOptions>[0]) {
  const options = defaultOptions({ duration: 100, ...changes });
  const planner = planRequests(options, createRandom(seed));
  return [...arrivals(options)].map((arrival) => planner.plan(arrival));
}

Deno.test("planRequests() plans the same requests when the seed is the same, others when not", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const one = requestsOf(seed, { profile: "agentic" });
      assert.deepEqual(requestsOf(seed, { profile: "agentic" }), one);
      assert.notDeepEqual(requestsOf(seed + 1, { profile: "agentic" }), one);
    }),
    { numRuns: 10 },
  );
});

Deno.test("planRequests() keeps the shares of PUT, of hot keys and of errors", () => {
  const share = (all: unknown[], part: unknown[]) => part.length / all.length;
  const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 0.03, `${actual}`);
  const plain = requestsOf(7, { rps: 100 });
  near(share(plain, plain.filter((r) => r.method === "PUT")), 0.3);
  const hot = requestsOf(7, { rps: 100, hotFrac: 0.9, hotset: 10, keyspace: 1000 });
  const ids = hot.map((r) => Number(r.path.slice("/items/".length)));
  near(share(ids, ids.filter((id) => id <= 10)), 0.9);
  assert.ok(ids.every((id) => id >= 1 && id <= 1000));
  const failing = requestsOf(7, { profile: "agentic", normalDuration: 0.001, errorRps: 50, errorDuration: 1000 });
  near(share(failing, failing.filter((r) => r.path === "/random-endpoint/error" && r.method === "GET")), 0.8);
});

Deno.test("planRequests() stays inside the key space when the hot set is all of it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 30 }), (keyspace, hotset) => {
      for (const { path } of requestsOf(1, { rps: 5, keyspace, hotset, hotFrac: 0.5 })) {
        const id = Number(path.slice("/items/".length));
        assert.ok(id >= 1 && id <= keyspace);
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("planRequests() makes PUT bodies of the size asked for, each an item", () => {
  for (const payloadKb of [0, 0.25, 1, 64]) {
    for (const { body } of requestsOf(3, { rps: 1, payloadKb, putFrac: 1 })) {
      assert.deepEqual(Object.keys(JSON.parse(body!)), ["name", "price", "manufacturer"]);
      if (payloadKb > 0) assert.equal(body!.length, payloadKb * 1024);
    }
  }
});

Deno.test("createRandom() fills 0 to 1 evenly", () => {
  const random = createRandom(42);
  const bins = new Array(10).fill(0);
  for (let i = 0; i < 100_000; i++) bins[Math.floor(random() * 10)]++;
  for (const bin of bins) assert.ok(bin > 9_600 && bin < 10_400, `${bins}`);
});
