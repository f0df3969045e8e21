import assert from "node:assert/strict";
import { arrowsUp } from "./layers.ts";
import { callsIn } from "./callers.ts";
import { circles } from "./circles.ts";
import { longFunctionsOf } from "./counts.ts";
import { pastModules } from "./faces.ts";
import type { Import } from "./imports.ts";

function imports(...pairs: readonly string[]): Import[] {
  return pairs.map((pair) => {
    const [from, to] = pair.split(" ");
    return { from: from!, to: to! };
  });
}

Deno.test("circles() names the files of a shortest circle, one for each group", () => {
  const found = circles(
    imports("a.ts b.ts", "b.ts c.ts", "c.ts a.ts", "c.ts b.ts", "d.ts a.ts", "e.ts f.ts", "f.ts e.ts"),
  );
  assert.deepEqual(found, [["a.ts", "b.ts", "c.ts", "a.ts"], ["e.ts", "f.ts", "e.ts"]]);
});

Deno.test("circles() finds nothing when files share what they import", () => {
  assert.deepEqual(circles(imports("a.ts b.ts", "a.ts c.ts", "b.ts d.ts", "c.ts d.ts")), []);
});

Deno.test("circles() finds a file that imports itself", () => {
  assert.deepEqual(circles(imports("a.ts a.ts")), [["a.ts", "a.ts"]]);
});

const MODULES = [
  "services/agent/mod.ts",
  "services/agent/intake/mod.ts",
  "services/agent/delivery/mod.ts",
  "services/lib/http/mod.ts",
];

Deno.test("pastModules() lets a folder be imported through its mod.ts, and each file by its own folder", () => {
  const allowed = imports(
    "services/cli/api.ts services/agent/mod.ts",
    "services/agent/app.ts services/agent/intake/mod.ts",
    "services/agent/intake/a.ts services/agent/intake/b.ts",
    "services/agent/intake/deep/a.ts services/agent/intake/b.ts",
    "services/agent/intake/b.ts services/agent/intake/deep/a.ts",
    "services/agent/intake/b.ts services/lib/http/mod.ts",
  );
  assert.deepEqual(pastModules(allowed, MODULES), []);
});

Deno.test("pastModules() refuses a file behind a mod.ts, and a mod.ts behind another", () => {
  const refused = imports(
    "services/agent/app.ts services/agent/intake/b.ts",
    "services/agent/app.ts services/agent/intake/deep/a.ts",
    "services/cli/api.ts services/agent/intake/mod.ts",
    "services/cli/api.ts services/lib/http/json.ts",
  );
  assert.deepEqual(pastModules(refused, MODULES), refused);
});

Deno.test("pastModules() lets tests import a room's mod.ts and any testing folder, and still no file behind a mod.ts", () => {
  const allowed = imports(
    "tests/agent_test.ts services/agent/intake/mod.ts",
    "tests/agent_test.ts services/agent/intake/testing/deliveries.ts",
    "bench/row.ts services/agent/delivery/mod.ts",
    "services/agent/start_test.ts services/agent/intake/testing/deliveries.ts",
  );
  assert.deepEqual(pastModules(allowed, MODULES), []);
  const refused = imports("tests/agent_test.ts services/agent/intake/b.ts");
  assert.deepEqual(pastModules(refused, MODULES), refused);
});

Deno.test("arrowsUp() lets rooms stand on incidents, the agent on its rooms, and everything on libraries", () => {
  const allowed = imports(
    "services/agent/intake/a.ts services/agent/incidents/mod.ts",
    "services/agent/investigation/a.ts services/lib/http/mod.ts",
    "services/agent/operator/a.ts services/agent/model/mod.ts",
    "services/agent/delivery/a.ts services/agent/connections/mod.ts",
    "services/agent/app.ts services/agent/intake/mod.ts",
    "services/agent/console/a.ts services/agent/investigation/mod.ts",
    "services/lib/lifecycle/a.ts services/lib/configuration/mod.ts",
    "services/cli/a.ts services/traffic/mod.ts",
    "tasks/demo/demo.ts services/cli/mod.ts",
    "tasks/stack/a.ts tasks/build/mod.ts",
    "mod.ts services/agent/mod.ts",
    "bench/a.ts tests/testing/mod.ts",
    "lab/a.ts tasks/stack/mod.ts",
  );
  assert.deepEqual(arrowsUp(allowed), []);
});

Deno.test("arrowsUp() refuses what runs up or sideways", () => {
  const refused = imports(
    "services/agent/intake/a.ts services/agent/delivery/mod.ts",
    "services/agent/delivery/a.ts services/agent/api/mod.ts",
    "services/agent/console/a.ts services/agent/api/mod.ts",
    "services/agent/intake/a.ts services/agent/settings.ts",
    "services/agent/incidents/a.ts services/agent/intake/mod.ts",
    "services/agent/people/a.ts services/agent/intake/mod.ts",
    "services/agent/model/a.ts services/agent/delivery/mod.ts",
    "services/agent/connections/a.ts services/agent/model/mod.ts",
    "services/lib/http/a.ts services/traffic/mod.ts",
    "services/lib/http/a_test.ts services/agent/incidents/mod.ts",
    "services/manager/a.ts services/inventory/mod.ts",
    "services/balancer/a.ts tasks/build/mod.ts",
    "services/traffic/a.ts mod.ts",
    "lab/a.ts bench/row.ts",
  );
  assert.deepEqual(arrowsUp(refused), refused);
});

Deno.test("arrowsUp() lets nothing but tests and measurements import test code", () => {
  const refused = imports(
    "services/agent/intake/a.ts services/agent/intake/testing/b.ts",
    "tasks/stack/a.ts tests/testing/mod.ts",
    "tests/a_test.ts tests/b_test.ts",
  );
  assert.deepEqual(arrowsUp(refused), refused);
  const allowed = imports(
    "services/agent/intake/a_test.ts services/agent/intake/testing/b.ts",
    "services/agent/intake/a_test.ts tests/testing/mod.ts",
    "services/agent/delivery/testing/b.ts services/agent/incidents/testing/mod.ts",
    "services/agent/delivery/a_cases.ts services/agent/delivery/testing/b.ts",
    "services/agent/delivery/a_test.ts services/agent/intake/cases.ts",
  );
  assert.deepEqual(arrowsUp(allowed), []);
});

Deno.test("longFunctionsOf() counts functions and methods of more than 60 lines, to the brace that ends them", () => {
  const body = (indent: string) => Array.from({ length: 60 }, () => `${indent}  call();`);
  const lines = [
    ...["export function long(): void {", ...body(""), "}"],
    ...["function short(", "  a: number,", "): void {", "}"],
    ...["class Thing {", "  async method(): Promise<void> {", ...body("  "), "  }", "}"],
    ...["const thing = {", "  async run(): Promise<void> {", "  },", "  long(): void {", ...body("  "), "  },", "};"],
  ];
  assert.deepEqual(longFunctionsOf(lines), ["1 long 62", "68 method 62", "134 long 62"]);
});

Deno.test("callsIn() finds a write to the outbox beside the one file that makes its rows", () => {
  const calls = ["await tx.enqueueOutbox(row);", "  const { enqueueOutbox } = tx;", "tx?.enqueueOutbox(row)"];
  for (const call of calls) assert.equal(callsIn("services/agent/operator/act.ts", `\n${call}`).length, 1, call);
  assert.deepEqual(callsIn("services/agent/incidents/outbox/write.ts", calls.join("\n")), []);
  assert.deepEqual(callsIn("services/agent/operator/act.ts", "// enqueueOutbox is the store's\n"), []);
  assert.match(
    callsIn("services/agent/a.ts", "tx.enqueueOutbox(row)")[0]!,
    /^services\/agent\/a\.ts:1 calls enqueueOutbox/,
  );
});
