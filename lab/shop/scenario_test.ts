import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import * as v from "valibot";
import { catalogueSchema } from "../../services/agent/mod.ts";
import { ROOT } from "../../tasks/build/mod.ts";
import { pathHere } from "./python.ts";
import { loadRelease, releasedText } from "./release.ts";
import { loadShopScenarios, parseShopScenario } from "./scenario.ts";

const HOME = join(ROOT, "lab", "shop");

Deno.test("loadShopScenarios() reads at least twenty scenarios at one to three hops and eight controls", async () => {
  const scenarios = await loadShopScenarios();
  const faults = scenarios.filter(({ truth }) => truth !== "none");
  assert.ok(faults.length >= 20);
  assert.deepEqual([...new Set(faults.map(({ distance }) => distance))].sort(), [1, 2, 3]);
  assert.equal(scenarios.length - faults.length, 8);
  const seeds = scenarios.map(({ seed }) => seed);
  assert.equal(new Set(seeds).size, seeds.length);
});

Deno.test("Every release fits the code, and every line that is said to be at fault is there once after it", async () => {
  for (const python of [true, false]) await releasesFit(python);
});

async function releasesFit(python: boolean): Promise<void> {
  const read = (path: string) =>
    Deno.readTextFile(path.startsWith("services/") ? join(ROOT, path) : join(HOME, "code", path));
  for (const { name, steps, truth } of await loadShopScenarios()) {
    const released = new Map<string, string>();
    for (const step of steps) {
      if (!("release" in step)) continue;
      const service = step.release.split("/")[0]!;
      const { edits } = await loadRelease(step.release, python);
      for (const edit of edits) {
        const path = `${service}/${edit.file}`;
        const text = released.get(path) ?? await read(path);
        released.set(path, releasedText(text, edit, name));
      }
    }
    for (const { code } of truth === "none" ? [] : truth) {
      if (code === undefined) continue;
      const path = pathHere(code.file, python);
      const text = released.get(path) ?? await read(path);
      assert.equal(text.split("\n").filter((line) => line.includes(code.marker)).length, 1, name);
    }
  }
}

Deno.test("The shop's catalogue is one, and names every service that has alert rules", async () => {
  const text = (await Deno.readTextFile(join(HOME, "config", "oncall.yaml"))).replaceAll(/\{\w+\}/g, "127.0.0.1:1");
  const catalogue = v.parse(catalogueSchema, parse(text));
  const { groups } = parse(await Deno.readTextFile(join(HOME, "config", "alerts.yaml")));
  const alerting = groups.map(({ name }: { name: string }) => name).filter((name: string) => name !== "monitoring");
  const known = catalogue.services.map((service) => service.name);
  assert.deepEqual(alerting.filter((name: string) => !known.includes(name)), []);
});

Deno.test("parseShopScenario() names every field that is wrong", () => {
  const text = "title: x\nseed: 1\ndistance: 4\nsteps: [{ at: 1, kill: moon }]\ntruth: none\n";
  assert.throws(() => parseShopScenario("x", text), /^ScenarioError: x: distance: .*steps/);
});
