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

const call = {
  id: "E1",
  episode: 1,
  step: 2,
  tool: "fetch_logs",
  arguments: { seconds: 300 },
  started_at: "2026-01-01T00:00:00.000Z",
  ended_at: "2026-01-01T00:00:00.012Z",
  hash: "",
};

Deno.test("toolCallLine() says what was asked, how long it took and what came back", () => {
  const result = {
    source: "http://x",
    count: 7,
    last: "2026-01-01T00:00:00Z",
    shapes: [1, 2],
    cut: null,
    kind: "short",
  };
  const line = toolCallLine({ ...call, ok: true, result }, 120);
  assert.match(line, /^step 2 +fetch_logs\(seconds=300\) +ok +12 ms +count 7, shapes 2, kind short$/);
});

Deno.test("toolCallLine() gives an error's message and keeps to the width", () => {
  const line = toolCallLine({ ...call, ok: false, result: { error: "x", message: "y".repeat(300) } }, 100);
  assert.match(line, /^step 2 +fetch_logs\(seconds=300\) +failed +12 ms +y+…$/);
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
