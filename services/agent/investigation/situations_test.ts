import assert from "node:assert/strict";
import { checkDraft } from "./check/mod.ts";
import { investigateRecorded } from "./testing/investigation.ts";
import type { Recorded } from "./testing/recorded.ts";

const folder = new URL("./situations/", import.meta.url);
const situations: Recorded[] = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort()
  .map((name) => JSON.parse(Deno.readTextFileSync(new URL(name, folder))));

for (const situation of situations) {
  Deno.test(`rules brain is right about ${situation.name}`, async () => {
    const { diagnosis, ledger } = await investigateRecorded(situation);
    const { expect } = situation;
    const told = [
      diagnosis.root_cause,
      diagnosis.suggested_fix,
      ...diagnosis.claims.map((claim) => claim.text),
      ...diagnosis.next_steps,
      ...diagnosis.missing,
    ].join("\n");
    const context = `${JSON.stringify(diagnosis, null, 1)}`;
    assert.equal(diagnosis.verdict, expect.verdict, context);
    if (expect.category !== undefined) assert.equal(diagnosis.category, expect.category, context);
    if (expect.file !== undefined) assert.equal(diagnosis.affected_file, expect.file, context);
    if (expect.line !== undefined) assert.equal(diagnosis.line_number, expect.line, context);
    if (expect.instances !== undefined) assert.deepEqual(diagnosis.instances, expect.instances, context);
    if (expect.routes !== undefined) assert.deepEqual(diagnosis.routes, expect.routes, context);
    if (expect.error_percent === null) assert.equal(diagnosis.error_rate, null, context);
    else if (expect.error_percent !== undefined) {
      assert.ok(Math.abs(diagnosis.error_rate! * 100 - expect.error_percent) < 1, context);
    }
    for (const pattern of expect.says ?? []) assert.match(told, new RegExp(pattern), context);
    for (const pattern of expect.never ?? []) assert.doesNotMatch(told, new RegExp(pattern), context);
    // Whatever the rules assert is in the ledger.
    assert.deepEqual(checkDraft(diagnosis, ledger).problems, [], context);
    assert.deepEqual(diagnosis.claims.filter((claim) => !claim.verified), [], context);
    if (diagnosis.verdict === "cause_found") assert(diagnosis.claims.length >= 2, context);
    const first = ledger.filter((call) => call.step === 1).map((call) => call.tool);
    assert(first.includes("fetch_logs") && first.includes("compute_error_rate"), context);
  });
}

Deno.test("recorded situations hold a third of controls at least", () => {
  const controls = situations.filter((situation) => situation.expect.verdict !== "cause_found");
  assert(situations.length >= 25);
  assert(controls.length * 3 >= situations.length);
});
