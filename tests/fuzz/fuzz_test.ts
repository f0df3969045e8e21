import assert from "node:assert/strict";
import { fuzz, kept, tryOne } from "./run.ts";
import { targets } from "./targets/mod.ts";

/** Cases of each target; `deno task fuzz` tries a million. */
const CASES = 150;
const SEED = 20261128;

for (const target of targets) {
  Deno.test(`${target.name} takes whatever comes without a crash, a hang or a 5xx`, async () => {
    const finding = await fuzz(target, { cases: CASES, seed: SEED });
    assert.equal(finding, undefined, finding && `${finding.problem}\n${JSON.stringify(finding.case).slice(0, 2_000)}`);
  });
}

for (const { file, finding } of await kept()) {
  Deno.test(`${finding.target} takes what it did not take once: ${file}`, async () => {
    const target = targets.find(({ name }) => name === finding.target);
    assert.ok(target, `there is no target ${finding.target}`);
    const opened = await target.open();
    try {
      await tryOne(opened, finding.case);
    } finally {
      await opened.close();
    }
  });
}
