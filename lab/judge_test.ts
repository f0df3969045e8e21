import assert from "node:assert/strict";
import type { Diagnosis, IncidentView } from "../services/agent/incidents/mod.ts";
import { ROOT } from "../tasks/build/mod.ts";
import { loadBaseline, worseThan } from "./baseline.ts";
import { judge, type Result } from "./judge.ts";
import { reportPage } from "./page.ts";
import { placeOf } from "./place.ts";
import { inPool } from "./pool.ts";
import { isCorrect, reportOf } from "./report.ts";
import { parseScenario } from "./scenario.ts";
import { tableLines } from "./table.ts";

const ONSET = Date.parse("2026-03-01T12:00:00Z");
const at = (seconds: number) => new Date(ONSET + seconds * 1000).toISOString();
const code = { file: "services/inventory/pricing.ts", marker: "tierFor(supplier, line.quantity)!.percent" };
const { line } = await placeOf({ ...code, found_by: "stack" }, ROOT);

const base = { title: "x", seed: 1, duration: 100, traffic: [{ rps: 1 }] };
const route = "/random-endpoint/{trigger}";
const bug = scenario({ kind: "code", truth: { category: ["code_error"], routes: [route], code } });
const hidden = scenario({ kind: "cpu", truth: { category: ["cpu"], code: { ...code, found_by: "metrics" } } });
const control = scenario({ kind: "control", steps: [{ at: 1, page: "A" }], truth: "none" });

function scenario(fields: Record<string, unknown>) {
  return parseScenario(String(fields.kind), JSON.stringify({ ...base, ...fields }));
}

const right: Partial<Diagnosis> = {
  verdict: "cause_found",
  category: "code_error",
  root_cause: "x",
  affected_file: code.file,
  line_number: line,
  instances: ["inv2", "inv1"],
  routes: [route],
};

function incident(diagnosis: Partial<Diagnosis> | null, opened = 15): IncidentView {
  const claims = [{ text: "a", evidence: [], verified: true }, { text: "b", evidence: [], verified: false }];
  return {
    opened_at: at(opened),
    title: "InventoryHighErrorRate inventory",
    alerts: [{ labels: { alertname: "InventoryHighErrorRate" }, starts_at: at(14) }],
    diagnosis: diagnosis && { at: at(17), brain: "rules", claims, ...diagnosis },
    notifications: [{ channel: "log", kind: "diagnosis", sent_at: at(17.5) }],
    tool_calls: [{}, {}],
  } as unknown as IncidentView;
}

function judged(which: typeof bug, ...incidents: IncidentView[]): Promise<Result> {
  return judge(which, { seed: 1, onsetMs: ONSET, incidents, instances: ["inv1", "inv2"], root: ROOT });
}

Deno.test("judge() finds verdict, place and line right, and measures from the onset", async () => {
  const result = await judged(bug, incident(right));
  assert.deepEqual([result.wrong, isCorrect(result), result.false_alarm], [[], true, false]);
  assert.deepEqual(result.seconds, {
    to_alert: 14,
    to_diagnosis: 17,
    to_message: 17.5,
    floor: null,
    beyond_floor: null,
  });
  const evidence = { seed: 1, onsetMs: ONSET, incidents: [incident(right)], instances: [], root: ROOT, floor: 15.2 };
  const { floor, beyond_floor } = (await judge(bug, evidence)).seconds;
  assert.deepEqual({ floor, beyond_floor }, { floor: 15.2, beyond_floor: 1.8 });
  assert.deepEqual([result.claims, result.supported_claims, result.tool_calls], [2, 1, 2]);
  assert.deepEqual(result.truth, {
    category: ["code_error"],
    routes: [route],
    instances: ["inv1", "inv2"],
    file: code.file,
    line,
  });
});

Deno.test("judge() holds each of verdict, place and line to the truth", async () => {
  const wrong: [change: Partial<Diagnosis>, ok: [verdict: boolean, place: boolean, line: boolean]][] = [
    [{ verdict: "not_enough_evidence" }, [false, true, true]],
    [{ category: "latency" }, [false, true, true]],
    [{ instances: ["inv1"] }, [true, false, true]],
    [{ instances: ["inv1", "inv2", "inv3"] }, [true, false, true]],
    [{ routes: [] }, [true, false, true]],
    [{ line_number: line + 1 }, [true, true, false]],
    [{ line_number: null }, [true, true, false]],
    [{ affected_file: "services/inventory/items.ts" }, [true, true, false]],
    [{ affected_file: null, line_number: null }, [true, true, false]],
  ];
  for (const [change, ok] of wrong) {
    const result = await judged(bug, incident({ ...right, ...change }));
    assert.deepEqual([result.verdict_ok, result.place_ok, result.line_ok], ok, JSON.stringify(change));
    assert.equal(result.wrong.length, 1);
  }
  assert.equal(isCorrect(await judged(bug)), false);
  assert.equal(isCorrect(await judged(bug, incident(null))), false);
});

Deno.test("judge() asks for no line that no stack tells, and takes a wrong one as wrong", async () => {
  const cpu = { ...right, category: "cpu", routes: [] };
  assert.equal(isCorrect(await judged(hidden, incident({ ...cpu, affected_file: null, line_number: null }))), true);
  assert.equal(isCorrect(await judged(hidden, incident(cpu))), true);
  assert.equal(isCorrect(await judged(hidden, incident({ ...cpu, line_number: line + 1 }))), false);
});

Deno.test("judge() counts a cause that was named in a control, or before there was one, as a false alarm", async () => {
  assert.equal(isCorrect(await judged(control)), true);
  for (const verdict of ["no_fault_found", "not_enough_evidence"] as const) {
    assert.equal(isCorrect(await judged(control, incident({ verdict }))), true);
  }
  const named = await judged(control, incident({ verdict: "no_fault_found" }), incident(right));
  assert.deepEqual([isCorrect(named), named.false_alarm, named.verdict_ok], [false, true, false]);
  const early = await judged(bug, incident(right, -5), incident(right));
  assert.deepEqual([isCorrect(early), early.false_alarm, early.seconds.to_diagnosis], [false, true, 17]);
});

Deno.test("reportOf() sums up, and table and page show it", async () => {
  const results = [await judged(bug, incident(right)), await judged(bug), await judged(control, incident(right))];
  const report = reportOf(results, { at: at(0), brain: "rules", speed: 6, seeds: [1] });
  const { scenarios, correct, controls, false_alarms, claims, supported_claims } = report.summary;
  assert.deepEqual({ scenarios, correct, controls, false_alarms, claims, supported_claims }, {
    scenarios: 3,
    correct: 1,
    controls: 1,
    false_alarms: 1,
    claims: 4,
    supported_claims: 2,
  });
  assert.deepEqual(report.summary.median_seconds, {
    to_alert: 14,
    to_diagnosis: 17,
    to_message: 17.5,
    floor: null,
    beyond_floor: null,
  });
  assert.match(tableLines(report).join("\n"), /^code +1\/2 /m);
  const page = reportPage({ ...report, brain: "<script>" });
  assert.match(page, /1 of 3 runs right/);
  assert.doesNotMatch(page, /<script>|https?:\/\//);
});

Deno.test("worseThan() names what was right before, whatever the number of runs", async () => {
  const good = await judged(bug, incident(right));
  const bad = await judged(bug);
  const report = (...results: Result[]) => reportOf(results, { at: at(0), brain: "rules", speed: 6, seeds: [1] });
  const baseline = { rules: { code: { right: 1, of: 2 }, other: { right: 1, of: 1 } } };
  assert.deepEqual(worseThan(baseline, report(good)), []);
  assert.deepEqual(worseThan(baseline, report(good, bad)), []);
  assert.deepEqual(worseThan(baseline, report(good, bad, bad)), [
    "code: right in 1 of 3 runs, the baseline has 1 of 2",
  ]);
  assert.deepEqual(worseThan({}, report(bad)), []);
  assert.equal(typeof await loadBaseline(), "object");
});

Deno.test("inPool() runs so many at once, and what must be alone by itself", async () => {
  let running = 0, most = 0;
  const besideAlone: number[] = [];
  const job = (name: string, alone: boolean) => ({
    alone,
    async run() {
      most = Math.max(most, ++running);
      if (alone) besideAlone.push(running);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      running--;
      return name;
    },
  });
  const jobs = [job("x", true), job("a", false), job("b", false), job("c", false), job("y", true)];
  const ended: string[] = [];
  for await (const name of inPool(jobs, 2)) ended.push(name);
  assert.deepEqual([ended.toSorted(), ended.slice(3).toSorted(), most, besideAlone], [
    ["a", "b", "c", "x", "y"],
    ["x", "y"],
    2,
    [1, 1],
  ]);
});
