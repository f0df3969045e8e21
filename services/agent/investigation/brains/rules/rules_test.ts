import assert from "node:assert/strict";
import fc from "fast-check";
import { checkDraft } from "../../check/mod.ts";
import { readSignals } from "../../signals/mod.ts";
import { investigateRecorded, situationOf } from "../../testing/investigation.ts";
import type { Recorded } from "../../testing/recorded.ts";
import { adviceFor, nullRead } from "./advice.ts";
import { concludeFrom } from "./rules.ts";

const STACK = "\n    at f (file:///x/services/inventory/pricing.ts:2:1)";

/** Any service: some instances, some routes, anything measured, anything logged. */
const worlds: fc.Arbitrary<Recorded> = fc.record({
  instances: fc.array(
    fc.record({
      cpu: fc.double({ min: 0.001, max: 1.2, noNaN: true }),
      memory_mb: fc.double({ min: 60, max: 900, noNaN: true }),
      p95_ms: fc.option(fc.double({ min: 0.4, max: 5_000, noNaN: true }), { nil: undefined }),
      error_percent: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
      mean_ms: fc.option(fc.double({ min: 0.4, max: 2_000, noNaN: true }), { nil: undefined }),
      up: fc.constantFrom(1, 1, 1, 0),
      starts: fc.constantFrom(undefined, [4_000, 102], [4_000, 215], [4_000, 400, 250, 120]),
      grows: fc.boolean(),
      scrape_error: fc.constantFrom(
        undefined,
        'Get "http://127.0.0.1:8001/metrics": context deadline exceeded',
        'Get "http://127.0.0.1:8001/metrics": dial tcp 127.0.0.1:8001: connect: connection refused',
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  routes: fc.array(
    fc.record({
      rps: fc.double({ min: 0.05, max: 900, noNaN: true }),
      earlier: fc.double({ min: 0.05, max: 900, noNaN: true }),
      error_percent: fc.double({ min: 0, max: 100, noNaN: true }),
      p95_ms: fc.double({ min: 0.4, max: 5_000, noNaN: true }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  began: fc.integer({ min: 20, max: 800 }),
  over: fc.integer({ min: 0, max: 300 }),
  logs: fc.array(
    fc.record({ count: fc.integer({ min: 1, max: 60 }), stack: fc.boolean(), from: fc.integer({ min: 5, max: 290 }) }),
    {
      maxLength: 3,
    },
  ),
  deaths: fc.integer({ min: 0, max: 3 }),
  hangs: fc.boolean(),
  away: fc.constantFrom<readonly string[]>([], ["manager"]),
}).map(({ instances, routes, began, over, logs, deaths, hangs, away }): Recorded => {
  const end = Math.min(over, began - 1);
  const rises = (before: number, value: number) =>
    [[900, before], [began, value], ...(end > 0 ? [[end, before]] as const : [])] as [number, number][];
  return {
    name: "any",
    away,
    alert: { labels: { alertname: "Any", service: "inventory", severity: "critical" }, ago: 20 },
    instances: instances.map((
      { error_percent, p95_ms, mean_ms, cpu, up, scrape_error, starts, grows, memory_mb, ...rest },
      i,
    ) => ({
      name: `inv${i + 1}`,
      instance: `127.0.0.1:${8001 + i}`,
      ...rest,
      cpu: rises(0.01, cpu),
      memory_mb: grows
        ? [[900, memory_mb / 4], [600, memory_mb / 2], [250, memory_mb], [100, memory_mb / 5]]
        : memory_mb,
      ...(starts === undefined ? {} : { starts }),
      up: rises(1, up),
      ...(scrape_error === undefined || up === 1 ? {} : { scrape_error }),
      ...(mean_ms === undefined ? {} : { mean_ms: rises(3, mean_ms) }),
      ...(error_percent === undefined ? {} : { error_percent: rises(0, error_percent) }),
      ...(p95_ms === undefined ? {} : { p95_ms: rises(8, p95_ms) }),
    })),
    routes: routes.map(({ rps, earlier, error_percent, p95_ms }, i) => ({
      route: `/r${i}/{id}`,
      rps: rises(earlier, rps),
      error_percent: rises(0, error_percent),
      p95_ms: rises(8, p95_ms),
    })),
    logs: logs.map(({ count, stack, from }, i) => ({
      message: `inv1 GET /r${i}/{id} failed: Error: kind ${"abc"[i]} went wrong${stack ? STACK : ""}`,
      from,
      to: Math.min(from, 2),
      count,
    })),
    events: [
      ...Array.from({ length: deaths }, (_, i) => ({
        ago: 200 - i * 50,
        kind: "instance_exited",
        text: "inv1 on port 8001 ended with status 137",
        service: "inv1",
        port: 8001,
      })),
      ...(hangs
        ? [{
          ago: 30,
          kind: "instance_unresponsive",
          text: "inv1 on port 8001 does not answer",
          service: "inv1",
          port: 8001,
        }]
        : []),
    ],
    code: { "services/inventory/pricing.ts": "function f() {\n  throw new Error();\n}\n" },
    expect: { verdict: "any" },
  };
});

Deno.test("rules brain asserts nothing that is not in the ledger, whatever happened", async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const { diagnosis, ledger } = await investigateRecorded(world);
      assert.deepEqual(checkDraft(diagnosis, ledger).problems, []);
      assert.deepEqual(diagnosis.claims.filter((claim) => !claim.verified), []);
      assert(diagnosis.confidence >= 0 && diagnosis.confidence <= 1);
      assert(diagnosis.root_cause !== "" && diagnosis.suggested_fix !== "");
    }),
    { numRuns: 40 },
  );
});

Deno.test("nullRead() finds the expression that was null", () => {
  const read = (line: string, property = "name") =>
    nullRead(`TypeError: Cannot read properties of null (reading '${property}')`, line)?.expression;
  assert.equal(read("return user.name;"), "user");
  assert.equal(read("const x = find(a, b(c))!.name + 1;"), "find(a, b(c))");
  assert.equal(read("if (rows[0]?.owner.name === 'x') {"), "rows[0]?.owner");
  assert.equal(read("log(`${this.#users.get(id)!.name}`)"), "this.#users.get(id)");
  assert.equal(read("const first = list[0];", "0"), "list");
  assert.equal(read("return 1;"), null);
  assert.equal(
    nullRead("AttributeError: 'NoneType' object has no attribute 'name'", "x = user.name")!.expression,
    "user",
  );
  assert.equal(nullRead("Error: other", "x"), null);
});

Deno.test("adviceFor() fits the message and names the place", () => {
  assert.match(adviceFor("no such column: reserved", "a.ts:3"), /schema agree.*a\.ts|a\.ts:3.*schema/);
  assert.match(adviceFor("Unexpected token < in JSON", "a.ts:3"), /a\.ts:3/);
  assert.match(adviceFor("something new", "a.ts:3"), /a\.ts:3/);
});

Deno.test("concludeFrom() names what was thrown rather than what the logger was told to say, and says both", async () => {
  const demo: Recorded = JSON.parse(Deno.readTextFileSync(
    new URL("../../situations/null_dereference_on_one_route_fresh_system_both_instances.json", import.meta.url),
  ));
  const { ledger } = await investigateRecorded(demo);
  const thrown = "TypeError: Cannot read properties of null (reading 'percent')";
  const told = ledger.map((call) => {
    if (call.tool !== "fetch_logs") return call;
    const result = structuredClone(call.result) as { shapes: { message: string; headline?: string }[] };
    Object.assign(result.shapes[0]!, { message: "charge of basket 12 failed", headline: thrown });
    return { ...call, result };
  });
  const situation = situationOf(demo);
  const draft = concludeFrom(readSignals(situation, told), { situation });
  assert.match(draft.root_cause, /^`TypeError: Cannot read properties of null \(reading 'percent'\)` is thrown/);
  assert.match(draft.root_cause, /is null, and `\.percent` is read from it/);
  assert(draft.claims.some(({ text }) => text === "It was logged as `charge of basket 12 failed`."));
  assert.deepEqual(checkDraft(draft, told).problems, []);
});
