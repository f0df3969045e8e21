import assert from "node:assert/strict";
import { oncall } from "../testing/world.ts";

const incident = { id: "0190-1", code: "K7QF", state: "diagnosed", title: "t", opened_at: "2026-03-01T11:00:00Z" };
const answer = {
  replayed: { verdict: "cause_found", root_cause: "x", brain: "rules", degraded: false },
  differences: [{ field: "line_number", recorded: 6, replayed: 38 }],
  calls: [{ tool: "fetch_logs", arguments: {}, answered_by: "E1" }, {
    tool: "query_prometheus",
    arguments: { query: "up\x1b[2J" },
    answered_by: null,
  }],
};

function answers(replay: unknown) {
  return {
    "GET 8088/api/incidents/K7QF": incident,
    "GET 8088/api/incidents": { incidents: [incident], next: null },
    "POST 8088/api/incidents/0190-1/replay": replay,
  };
}

Deno.test("replay() shows what differs and what was not recorded, and ends with 1", async () => {
  const { exitCode, out, seen } = await oncall("replay K7QF", answers(answer));
  assert.equal(exitCode, 1);
  assert.match(out, /line_number\n- 6\n\+ 38/);
  assert.match(out, /Not recorded: query_prometheus/);
  assert(!out.includes("\x1b"));
  assert.deepEqual(seen.at(-1)!.body, { brain: "rules" });
});

Deno.test("replay() ends with 0 when it comes to the same, and takes the brain's name", async () => {
  const same = { ...answer, differences: [], calls: [] };
  const { exitCode, out, seen } = await oncall("replay K7QF --brain openai", answers(same));
  assert.equal(exitCode, 0);
  assert.match(out, /Same diagnosis/);
  assert.deepEqual(seen.at(-1)!.body, { brain: "openai" });
  const wrong = await oncall("replay K7QF --brain horoscope", answers(same));
  assert.equal(wrong.exitCode, 2);
  assert.match(wrong.error, /rules, openai/);
});
