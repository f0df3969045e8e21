import assert from "node:assert/strict";
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
