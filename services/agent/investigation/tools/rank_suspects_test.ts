import assert from "node:assert/strict";
import { investigateRecorded } from "../testing/investigation.ts";
import type { Recorded } from "../testing/recorded.ts";
import type { SuspectsResult } from "./rank_suspects.ts";

async function ranked(situation: string) {
  const recorded: Recorded = JSON.parse(
    await Deno.readTextFile(new URL(`../situations/${situation}.json`, import.meta.url)),
  );
  const { ledger, diagnosis } = await investigateRecorded(recorded);
  const call = ledger.find(({ tool }) => tool === "rank_suspects")!;
  assert.equal(call.ok, true, JSON.stringify(call.result));
  return { result: call.result as SuspectsResult, diagnosis };
}

Deno.test("rank_suspects names the one instance that changed, and the rules brain cites it", async () => {
  const situations = [
    ["a_computation_that_grew_on_one_instance", /cpu rose/],
    ["latency_on_one_instance_of_three", /latency rose/],
    ["errors_without_a_stack_on_one_bad_instance_of_three", /errors rose/],
  ] as const;
  for (const [situation, reason] of situations) {
    const { result, diagnosis } = await ranked(situation);
    assert.equal(result.stands_out, true, situation);
    assert.equal(result.suspects[0]?.instance, diagnosis.instances?.[0], situation);
    assert.match(result.suspects[0]!.text, reason);
    assert.match(result.onset ?? "", /^2026-11-22T14:\d\d:\d\dZ$/);
    const claim = diagnosis.claims.find(({ text }) => text.includes("most suspect instance"));
    assert.equal(claim?.verified, true, JSON.stringify(diagnosis.claims));
  }
});

Deno.test("rank_suspects suspects nobody where nothing changed", async () => {
  for (const situation of ["control_all_is_well", "control_a_lull", "control_many_answers_404"]) {
    const { result } = await ranked(situation);
    assert.deepEqual([result.stands_out, result.suspects, result.onset], [false, [], null], situation);
  }
});
