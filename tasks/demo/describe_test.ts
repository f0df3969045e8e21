import assert from "node:assert/strict";
import { diagnosisLines, readingLine, toolCallLine } from "./describe.ts";
import { Screen } from "./screen.ts";

const screen = new Screen({ isTerminal: false, width: () => 120, write() {} });

Deno.test("readingLine() shows rates, a bar and how long the alert is pending", () => {
  const activeAt = "2026-01-01T00:00:00Z";
  const line = readingLine(
    { requestRate: 10, errorRate: 0.5, alert: "pending", activeAt },
    screen,
    new Date("2026-01-01T00:00:20Z"),
  );
  assert.match(line, /10\.0 requests\/s +errors +50\.0 % \[#{10}\.{10}\] +alert pending, fires in 0:40/);
});

Deno.test("readingLine() takes no value for zero when nothing was measured", () => {
  assert.match(readingLine({ requestRate: NaN, errorRate: NaN, alert: "inactive" }, screen), /waiting/);
  assert.match(readingLine({ requestRate: 3, errorRate: NaN, alert: "inactive" }, screen), /errors +–/);
});

Deno.test("toolCallLine() says what was asked, whether it went well, how long it took and what came back", () => {
  const line = toolCallLine({
    id: "E1",
    episode: 1,
    step: 2,
    tool: "fetch_logs",
    arguments: { seconds: 300 },
    started_at: "2026-01-01T00:00:00.000Z",
    ended_at: "2026-01-01T00:00:00.012Z",
    ok: false,
    result: { error: "x".repeat(300) },
    hash: "",
  }, 100);
  assert.match(line, /^step 2 +fetch_logs\(seconds=300\) +failed +12 ms +\{"error":"x+…$/);
  assert.equal(line.length, 100);
});

Deno.test("diagnosisLines() leaves out what the diagnosis does not have", () => {
  const base = {
    verdict: "cause_found",
    root_cause: "Null dereference",
    affected_file: "services/inventory/x.ts",
    line_number: 7,
    suggested_fix: "",
    priority: "high",
    next_steps: ["a", "b"],
    confidence: 1,
    brain: "rules",
    degraded: false,
    missing: [],
    claims: [],
    episode: 1,
    at: "",
  } as const;
  const lines = diagnosisLines({ ...base, error_rate: 0.42, routes: ["/r"], instances: ["inv1", "inv2"] }, screen);
  assert.deepEqual(lines.map((line) => line.trim().replaceAll(/ {2,}/g, " ")), [
    "Cause Null dereference",
    "Where services/inventory/x.ts:7",
    "Error rate 42.0 %",
    "Routes /r",
    "Instances inv1, inv2",
    "Next 1. a",
    "2. b",
  ]);
  assert.equal(diagnosisLines({ ...base, affected_file: null, next_steps: [] }, screen).length, 1);
});
