import assert from "node:assert/strict";
import fc from "fast-check";
import { type Column, type MetricTable, parseCsv, parseEdges, rankSuspects, TableError } from "./mod.ts";
import { quantiles, runningMedians } from "./statistics.ts";

/** A table of 600 s in which each named column is `level`, and `level * factor` from second 400 on, with small noise. */
function table(levels: Record<string, readonly [level: number, factor: number]>): MetricTable {
  const columns = Object.entries(levels).map(([name, [level, factor]]): Column => {
    const cut = name.lastIndexOf("_");
    const values = Float64Array.from(
      { length: 600 },
      (_, t) => level * (t >= 400 ? factor : 1) * (1 + 0.03 * Math.sin(t * 12.9898 + name.length * 78.233)),
    );
    return { name, service: name.slice(0, cut), metric: name.slice(cut + 1), values };
  });
  return { times: Float64Array.from({ length: 600 }, (_, t) => t), columns };
}

const victimLooksWorse = {
  "front-end_cpu": [0.3, 1],
  "front-end_latency": [20, 9],
  "cart_cpu": [0.2, 4],
  "cart_latency": [5, 4],
  "orders_cpu": [0.4, 1],
  "orders_latency": [8, 1],
} as const;

Deno.test("rankSuspects() puts the service that shows inside and outside before the louder victim", () => {
  const ranking = rankSuspects(table(victimLooksWorse));
  assert.equal(ranking.stands_out, true);
  assert.equal(ranking.services[0]?.service, "cart");
  assert.match(ranking.services[0]!.because.join(), /cpu rose from 0\.2 to 0\.8/);
  assert.ok(Math.abs(ranking.onset! - 400) <= 5);
});

Deno.test("rankSuspects() finds the same cause when the onset is a minute wrong", () => {
  for (const onset of [340, 400, 460]) {
    assert.equal(rankSuspects(table(victimLooksWorse), { onset }).services[0]?.service, "cart");
  }
});

Deno.test("rankSuspects() goes down to the callee when it has the graph", () => {
  const slow = table({ "a_latency": [50, 6], "b_latency": [20, 3], "c_latency": [5, 3], "d_latency": [5, 20] });
  const edges = [{ caller: "a", callee: "b" }, { caller: "b", callee: "c" }];
  assert.equal(rankSuspects(slow, { edges, symptom: "a" }).services[0]?.service, "c");
  assert.ok(rankSuspects(slow, { edges, symptom: "a" }).services.every((s) => s.service !== "d"));
});

Deno.test("rankSuspects() says that nothing stands out when nothing changes, or a single value does", () => {
  const quiet = table({ "a_cpu": [0.3, 1], "a_latency": [20, 1], "b_error": [0, 1], "b_mem": [100, 1.02] });
  quiet.columns[1]!.values[500] = 500;
  quiet.columns[2]!.values[450] = 1;
  assert.equal(rankSuspects(quiet, { onset: 400 }).stands_out, false);
  assert.equal(rankSuspects(quiet).stands_out, false);
});

Deno.test("rankSuspects() takes a fall of availability for the trouble, and its rise for relief", () => {
  const falling = rankSuspects(
    table({ "a_availability": [99, 0.6], "b_availability": [90, 1], "b_success-rate": [60, 1.5] }),
  );
  assert.equal(falling.stands_out, true);
  assert.deepEqual(falling.services.map(({ service, because }) => [service, because.length > 0]), [["a", true]]);
  assert.match(falling.services[0]!.because[0]!, /^availability was \S+ and is \S+ below its best, .*\(outside\)$/);
});

Deno.test("rankSuspects() does not blame what a surge of traffic explains", () => {
  const surge = table({ "a_load": [100, 3], "a_cpu": [0.2, 3], "a_latency": [20, 1] });
  assert.equal(rankSuspects(surge, { onset: 400 }).stands_out, false);
});

Deno.test("rankSuspects() measures what it can when values are missing and columns are constant", () => {
  const holed = table({ ...victimLooksWorse, "queue_mem": [7, 1] });
  for (const { values } of holed.columns) for (let i = 0; i < 600; i += 3) values[i] = NaN;
  holed.columns.at(-1)!.values.fill(7);
  assert.equal(rankSuspects(holed).services[0]?.service, "cart");
  assert.deepEqual(rankSuspects({ times: new Float64Array([1]), columns: [] }).services, []);
});

Deno.test("parseCsv() cuts names at the last underscore, keeps gaps and orders rows by time", () => {
  const parsed = parseCsv("time,my-cart_v2_cpu\n2,0.5\n1,\n3,NaN\n");
  assert.deepEqual([parsed.columns[0]!.service, parsed.columns[0]!.metric], ["my-cart_v2", "cpu"]);
  assert.deepEqual([...parsed.times], [1, 2, 3]);
  assert.deepEqual([...parsed.columns[0]!.values], [NaN, 0.5, NaN]);
  const mixed = parseCsv("time,time.1,_x,a_cpu,b_\n1,7,8,0.5,9\n");
  assert.deepEqual([mixed.columns.map(({ name }) => name), mixed.leftOut], [["a_cpu"], ["time.1", "_x", "b_"]]);
});

Deno.test("parseCsv() names the line and what was expected when the file is no such table", () => {
  const cases: [string, RegExp][] = [
    ["", /line 1: expected a column named "time"/],
    ["a_cpu\n1", /"time"/],
    ["time\n1", /<service>_<metric>/],
    ["time,a_cpu,a_cpu\n1,2,3", /twice/],
    ["time,a_cpu\n1", /line 2: expected 2 cells, got 1/],
    ["time,a_cpu\nnoon,1", /line 2: expected seconds/],
    ["time,a_cpu\n1,much", /column a_cpu: expected a number/],
    ["time,a_cpu\n", /at least one row/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseCsv(text), (error) => error instanceof TableError && message.test(error.message));
  }
});

Deno.test("parseEdges() reads caller,callee and names a line that is not", () => {
  assert.deepEqual(parseEdges("caller,callee\na,b\n"), [{ caller: "a", callee: "b" }]);
  assert.throws(() => parseEdges("caller,callee\na\n"), /line 2/);
  assert.throws(() => parseEdges("from,to\n"), /line 1/);
});

Deno.test("runningMedians() are the medians of each window", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 }),
    fc.integer({ min: 1, max: 15 }),
    (numbers, width) => {
      const values = Float64Array.from(numbers);
      const w = Math.min(width, values.length);
      const naive = Array.from(
        { length: values.length - w + 1 },
        (_, i) => quantiles(values.slice(i, i + w), [0.5])[0]!,
      );
      runningMedians(values, width).forEach((m, i) => assert.ok(Math.abs(m - naive[i]!) <= 1e-9 * (1 + Math.abs(m))));
    },
  ));
});

Deno.test("quantiles() are those of the sorted values", () => {
  const share = fc.double({ noNaN: true, min: 0, max: 1 });
  const anyNumber = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 }));
  fc.assert(fc.property(
    fc.array(anyNumber, { minLength: 1, maxLength: 80 }),
    fc.array(share, { minLength: 1, maxLength: 5 }).map((shares) => shares.sort((a, b) => a - b)),
    (numbers, shares) => {
      const sorted = Float64Array.from(numbers).sort();
      quantiles(Float64Array.from(numbers), shares).forEach((found, i) => {
        const at = shares[i]! * (sorted.length - 1);
        const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
        assert.equal(found, low + (high - low) * (at - Math.floor(at)));
      });
    },
  ));
  assert.deepEqual(quantiles(new Float64Array(), [0.5]), [NaN]);
});
