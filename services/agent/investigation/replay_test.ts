import assert from "node:assert/strict";
import type { IncidentView } from "../incidents/mod.ts";
import { shippedCatalogue } from "./catalogue/mod.ts";
import { replay } from "./replay.ts";
import { investigateRecorded, NOW, situationOf } from "./testing/investigation.ts";
import { asks, startModel } from "./testing/model.ts";
import type { Recorded } from "./testing/recorded.ts";

const folder = new URL("./situations/", import.meta.url);
const limits = { steps: 12, budgetMs: 30_000 };
const deps = { catalogue: shippedCatalogue(), limits, signal: new AbortController().signal };

async function recordedView(recorded: Recorded): Promise<IncidentView> {
  const { diagnosis, ledger } = await investigateRecorded(recorded);
  const { incident, alerts } = situationOf(recorded);
  return {
    ...incident,
    alerts,
    timeline: [],
    tool_calls: ledger.map((call) => ({ ...call, started_at: NOW.toISOString() })),
    diagnosis,
    notifications: [],
    messages: [],
    tickets: [],
  };
}

Deno.test("replay() comes to the same diagnosis on every recorded situation", async () => {
  for (const { name } of Deno.readDirSync(folder)) {
    const view = await recordedView(JSON.parse(Deno.readTextFileSync(new URL(name, folder))));
    const { differences, calls } = await replay(view, deps);
    assert.deepEqual(differences, [], name);
    assert(calls.every((call) => call.answered_by !== null), name);
  }
});

Deno.test("replay() shows what another brain would have made of it, and what it would have asked", async () => {
  const name = "null_dereference_on_one_route_fresh_system_both_instances.json";
  const view = await recordedView(JSON.parse(Deno.readTextFileSync(new URL(name, folder))));
  const model = startModel([
    asks(["query_prometheus", { query: "up" }]),
    asks(["send_diagnosis", {
      verdict: "cause_found",
      root_cause: "33 % of all requests fail.",
      affected_file: "services/inventory/pricing.ts",
      line_number: 6,
      suggested_fix: "Mend it.",
      priority: "high",
      next_steps: [],
    }]),
  ]);
  const { differences, calls, replayed, tokens } = await replay(view, { ...deps, model: model.brain });
  assert.equal(replayed.brain, "openai");
  const fields = differences.map((difference) => difference.field);
  for (const field of ["root_cause", "priority", "brain"]) assert(fields.includes(field), field);
  assert(!fields.includes("line_number"));
  assert.deepEqual(calls.find((call) => call.tool === "query_prometheus")?.answered_by, null);
  assert(tokens > 0);
});

Deno.test("replay() refuses an incident without a diagnosis", async () => {
  const view = await recordedView(JSON.parse(Deno.readTextFileSync(new URL("control_all_is_well.json", folder))));
  await assert.rejects(replay({ ...view, diagnosis: null }, deps), /no diagnosis yet/);
});
