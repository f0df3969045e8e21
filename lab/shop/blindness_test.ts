/** The shop tells nobody what is done to it: its code, its releases and its configuration read as a team's would. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../../tasks/build/mod.ts";
import { loadShopScenarios } from "./scenario.ts";

const HOME = join(ROOT, "lab", "shop");
/** Words by which a text would tell that a trouble is meant. */
const TELLS = /inject|\bfaults?\b|scenario|\blab\b|simulat|chaos|deliberate|intentional|on purpose|\bbugs?\b/i;

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* filesIn(join(folder, name));
    else yield join(folder, name);
  }
}

Deno.test("Code, releases and configuration of the shop do not tell that trouble is meant", () => {
  const files = ["code", "releases", "config"].flatMap((name) => [...filesIn(join(HOME, name))]);
  assert.ok(files.length > 30);
  // The agent's own file names what of the inventory's code it is not to read; no tool of it reads that file.
  for (const file of files.filter((path) => !path.endsWith("oncall.yaml"))) {
    assert.doesNotMatch(Deno.readTextFileSync(file), TELLS, file);
  }
});

Deno.test("No name of a scenario stands in the shop's code or configuration", async () => {
  const names = (await loadShopScenarios()).map(({ name }) => name);
  for (const file of [...filesIn(join(HOME, "code")), ...filesIn(join(HOME, "config"))]) {
    const text = Deno.readTextFileSync(file);
    assert.deepEqual(names.filter((name) => text.includes(name)), [], file);
  }
});
