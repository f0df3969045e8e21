import assert from "node:assert/strict";
import { join } from "node:path";
import { isCorrect, loadScenarios, recorder, runScenario } from "../lab/mod.ts";
import { tempFolder } from "./testing/mod.ts";

Deno.test("runScenario() runs a system of its own, in which nothing that the agent can ask tells the fault", async () => {
  await using folder = await tempFolder();
  const all = await loadScenarios();
  const scenario = all.find(({ name }) => name === "store-fails-on-every-instance")!;
  // Less of the quiet time before, for what is tried here needs none of it.
  const early = { ...scenario, onset: 60, steps: scenario.steps.map((step) => ({ ...step, at: 60 })) };
  const system = join(folder.path, "system");
  let told = "";
  const result = await runScenario(early, {
    folder: system,
    seed: 1,
    speed: 6,
    signal: new AbortController().signal,
    async before(stack, seen) {
      const { PM_URL, PROM_URL, LB_URL } = stack.settings.urls;
      const sources = [
        `${PM_URL}/events`,
        `${LB_URL}/logs/tail?seconds=600`,
        `${PROM_URL}/api/v1/label/__name__/values`,
        `${PROM_URL}/api/v1/label/route/values`,
        `${PROM_URL}/api/v1/series?match[]=${encodeURIComponent('{job=~".+"}')}`,
      ];
      for (const url of sources) told += `${url}\n${await (await fetch(url)).text()}\n`;
      told += [...Deno.readDirSync(system)].map(({ name }) => name).join("\n");
      await recorder(join(folder.path, "recorded"), 6)(stack, seen);
    },
  });
  assert.equal(result.failed, undefined);
  assert.ok(isCorrect(result), JSON.stringify(result, null, 1));
  assert.equal(result.claims, result.supported_claims);
  assert.match(told, /disk I\/O error/);
  assert.doesNotMatch(told, /inject|\bfaults?\b|\bp_error\b|oom_safe|scenario|\blab\b/i);
  const [recorded] = [...Deno.readDirSync(join(folder.path, "recorded"))];
  const situation = JSON.parse(await Deno.readTextFile(join(folder.path, "recorded", recorded!.name)));
  assert.deepEqual([situation.expect.verdict, situation.instances.length], ["cause_found", 2]);
});
