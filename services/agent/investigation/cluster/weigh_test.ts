import assert from "node:assert/strict";
import { RULES } from "./rules/table.ts";
import { FAULTS } from "./testing/faults.ts";
import { WELL } from "./testing/well.ts";
import { weigh } from "./weigh.ts";

const shown = (causes: { cause: string; object: { name: string } }[]) =>
  causes.map((one) => `${one.cause} ${one.object.name}`);

for (const fault of FAULTS) {
  Deno.test(`weigh() names the cause first when there is: ${fault.name}`, () => {
    const { causes } = weigh(fault.cluster);
    assert.equal(shown(causes)[0], `${fault.cause} ${fault.object}`, shown(causes).join("; "));
    assert.ok((causes[0]?.for.length ?? 0) > 0 && (causes[0]?.fix.length ?? 0) > 0, "evidence and a fix");
  });
}

for (const { name, cluster } of WELL) {
  Deno.test(`weigh() blames nothing when there is: ${name}`, () => {
    assert.deepEqual(shown(weigh(cluster).causes), []);
  });
}

for (const rule of RULES) {
  Deno.test(`weigh() misses a fault when the rule ${rule.name} is away`, () => {
    const rest = RULES.filter((one) => one !== rule);
    const missed = FAULTS.filter((fault) =>
      shown(weigh(fault.cluster, { rules: rest }).causes)[0] !== `${fault.cause} ${fault.object}`
    );
    assert.notDeepEqual(missed, []);
    assert.ok(missed.every((one) => rule.causes.includes(one.cause)), missed.map((one) => one.name).join("; "));
  });
}

Deno.test("weigh() has a fixture for at least 60 sets of objects, a third of which are well", () => {
  const names = [...FAULTS, ...WELL].map((one) => one.name);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length >= 60 && WELL.length * 3 >= names.length, `${FAULTS.length} and ${WELL.length}`);
});
