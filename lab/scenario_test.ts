import assert from "node:assert/strict";
import { ROOT } from "../tasks/build/mod.ts";
import { placeOf } from "./place.ts";
import { loadScenarios, parseScenario, ScenarioError } from "./scenario.ts";

const scenarios = await loadScenarios();

Deno.test("loadScenarios() finds forty at least, a third of them controls, each with a seed of its own", () => {
  const controls = scenarios.filter(({ kind }) => kind === "control");
  assert.ok(scenarios.length >= 40);
  assert.ok(controls.length * 3 >= scenarios.length, `${controls.length} of ${scenarios.length}`);
  assert.equal(new Set(scenarios.map(({ seed }) => seed)).size, scenarios.length);
});

Deno.test("placeOf() finds the one line of each scenario's cause", async () => {
  const files = new Set<string>();
  for (const { truth } of scenarios) {
    if (truth === "none" || truth.code === undefined) continue;
    assert.ok((await placeOf(truth.code, ROOT)).line > 0);
    files.add(truth.code.file);
  }
  // The null dereference and six more.
  assert.ok(files.size >= 7, [...files].join(", "));
});

Deno.test("placeOf() refuses a marker that no line holds, or several", async () => {
  const file = "services/inventory/pricing.ts";
  await assert.rejects(placeOf({ file, marker: "nowhere", found_by: "stack" }, ROOT), /0 lines with "nowhere"/);
  await assert.rejects(
    placeOf({ file, marker: "return", found_by: "stack" }, ROOT),
    /lines with "return": expected one/,
  );
});

Deno.test("parseScenario() names every field that is wrong", () => {
  const good = {
    title: "x",
    kind: "errors",
    seed: 1,
    duration: 100,
    traffic: [{ rps: 1 }],
    truth: { category: ["cpu"] },
  };
  const wrong: [change: Record<string, unknown>, problem: RegExp][] = [
    [{ colour: "red" }, /^x: colour: /],
    [{ traffic: [{ rps: 501 }] }, /traffic\.0\.rps: expected at most 500 requests\/s/],
    [{ traffic: [{ rps: 1, path: "no-slash" }] }, /traffic\.0\.path/],
    [{ steps: [{ at: 5, explode: true }] }, /steps\.0.*expected one of fault, scale/],
    [{ steps: [{ at: 100, scale: 2 }] }, /begin before the end/],
    [{ truth: "none" }, /expected truth "none" in controls/],
    [{ kind: "control", truth: "none" }, /expected a page in a control/],
    [{ kind: "odd", duration: -1 }, /kind: .*; duration: expected seconds/],
  ];
  assert.equal(parseScenario("x", JSON.stringify(good)).instances, 2);
  for (const [change, problem] of wrong) {
    assert.throws(
      () => parseScenario("x", JSON.stringify({ ...good, ...change })),
      (error) => error instanceof ScenarioError && problem.test(error.message),
      JSON.stringify(change),
    );
  }
  assert.throws(() => parseScenario("x", "a: [1"), ScenarioError);
});
