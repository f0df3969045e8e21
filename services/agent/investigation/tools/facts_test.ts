import assert from "node:assert/strict";
import { investigateRecorded } from "../testing/investigation.ts";
import { ENTRIES, Facts } from "./facts.ts";
import { tools } from "./mod.ts";

Deno.test("Facts takes what is null or absent for nothing", () => {
  const facts = new Facts();
  facts.number(null, "%", { of: "error share" }).count(undefined, ["restart"]).span("2026-11-22T15:00:00Z", null).times(
    3,
    0,
    { of: "memory" },
  ).said(null)
    .instance(undefined).route(null).frame(null, 3).file(undefined);
  assert.deepEqual([facts.measures, facts.told, facts.quotes, [...facts.instances]], [[], [], [], []]);
});

Deno.test("Facts holds durations in seconds and ratios both ways round", () => {
  const facts = new Facts();
  facts.span("2026-11-22T15:00:00Z", "2026-11-22T15:07:30Z", ["inv1"]).times(9, 3, { of: "memory" });
  assert.deepEqual(facts.measures.map(({ value, unit }) => [value, unit]), [[450, "s"], [1 / 3, "x"], [3, "x"]]);
  assert.deepEqual(facts.measures[0]!.about, ["inv1"]);
});

Deno.test("Facts quotes every text within a result, and no key", () => {
  const facts = new Facts();
  facts.quote({ a: ["one", { b: "two" }], c: 3, d: null });
  assert.deepEqual(facts.quotes, ["one", "two"]);
});

Deno.test("tools declare what an empty or older result holds without failing", () => {
  for (const tool of tools.values()) tool.facts({}, new Facts());
});

Deno.test("tools have distinct subjects, and nouns in the singular", () => {
  const all = [...tools.values()];
  assert.equal(new Set(all.map((tool) => tool.subject)).size, all.length);
  for (const noun of [...ENTRIES, ...all.flatMap((tool) => tool.counts ?? [])]) assert.doesNotMatch(noun, /[^s]s$/);
});

const RECORDED = [
  "null_dereference_on_one_route_fresh_system_both_instances",
  "an_instance_that_dies_again_and_again",
  "latency_on_one_instance_of_three",
];

Deno.test("tools measure and hold nothing but what they say that they do", async () => {
  for (const name of RECORDED) {
    const text = Deno.readTextFileSync(new URL(`../situations/${name}.json`, import.meta.url));
    for (const call of (await investigateRecorded(JSON.parse(text))).ledger.filter(({ ok }) => ok)) {
      const tool = tools.get(call.tool)!;
      const facts = new Facts();
      tool.facts(call.result, facts);
      const { measures = [], holds = [] } = tool;
      const unsaid = facts.measures.flatMap(({ of }) => of).filter((quantity) => !measures.includes(quantity));
      assert.deepEqual([tool.name, ...new Set(unsaid)], [tool.name]);
      const { instances, routes, services, files, code } = facts;
      for (const [what, found] of Object.entries({ instances, routes, services, places: files, code })) {
        if (found.size > 0 && tool.background !== true) {
          assert(holds.some((held) => held === what), `${tool.name} ${what}`);
        }
      }
    }
  }
});
