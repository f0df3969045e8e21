import assert from "node:assert/strict";
import { problemOf, slowPatterns } from "./check.ts";
import { collect } from "./collect.ts";

const at = "services/x.ts:7";

for (
  const [source, flags, time] of [
    ["^(a+)+$", "", "exponential"],
    ["(?:\\w+\\s?)+:", "", "exponential"],
    ["\\s+$", "", "quadratic"],
    ["^\\s*,?\\s*x", "", "quadratic"],
    ["<.*>.*</", "s", "quadratic"],
  ] as const
) {
  Deno.test(`problemOf() tells that /${source}/${flags} takes ${time} time, where it stands, and on what`, () => {
    const problem = problemOf({ at, source, flags });
    assert.ok(problem?.startsWith(`${at} /${source}/${flags} takes ${time} time on "`), problem);
  });
}

for (const source of ["^\\d{1,9}$", "(?<!\\s)\\s+$", "^[a-z]+:\\d+", "a|b|c", "\\bfoo\\b"]) {
  Deno.test(`problemOf() has nothing against /${source}/`, () =>
    assert.equal(problemOf({ at, source, flags: "" }), undefined));
}

Deno.test("slowPatterns() leaves out what has a reason, and tells of a reason that nothing needs", () => {
  const found = { patterns: [{ at, source: "^(a+)+$", flags: "" }], built: ["services/y.ts:3"] };
  assert.equal(slowPatterns(found, []).length, 2);
  const except = [
    { file: "services/x.ts", pattern: "^(a+)+$", reason: "r" },
    { file: "services/y.ts", reason: "r" },
    { file: "services/z.ts", reason: "r" },
  ];
  assert.deepEqual(slowPatterns(found, except), ["services/z.ts: the exception is not needed"]);
});

Deno.test("collect() finds literals and those that are built when a module loads, with their lines", async () => {
  const { patterns } = await collect("services/agent/investigation/check");
  const source = (await Deno.readTextFile("services/agent/investigation/check/facts.ts")).split("\n");
  const line = source.findIndex((text) => text.startsWith("const PLACE = new RegExp(")) + 1;
  assert.ok(patterns.some(({ at }) => at === `services/agent/investigation/check/facts.ts:${line}`), "PLACE");
  assert.ok(patterns.some(({ source }) => source.startsWith("\\blines? (\\d+)")), "a literal");
});
