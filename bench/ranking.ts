/**
 * How often the ranking names the cause of synthetic systems, beside plain n-sigma and a random pick, and how often it
 * cries wolf on fault-free ones: `deno run bench/ranking.ts [systems per fault]`.
 */
import { rankSuspects } from "../services/lib/ranking/mod.ts";
import type { MetricTable } from "../services/lib/ranking/mod.ts";
import { FAULTS, seeded, type SyntheticSystem, syntheticSystem } from "./synthetic_systems.ts";

type Method = (system: SyntheticSystem, seed: number) => string[];

const methods: Record<string, Method> = {
  "ours, onset found": ({ table }) => rankSuspects(table).services.map((s) => s.service),
  "ours, onset given": ({ table, onset }) => rankSuspects(table, { onset }).services.map((s) => s.service),
  "ours, onset 60 s late": ({ table, onset }) =>
    rankSuspects(table, { onset: onset + 60 }).services.map((s) => s.service),
  "ours, onset 60 s early": ({ table, onset }) =>
    rankSuspects(table, { onset: onset - 60 }).services.map((s) => s.service),
  "ours, with the graph": ({ table, onset, edges }) =>
    rankSuspects(table, { onset, edges }).services.map((s) => s.service),
  "plain n-sigma": ({ table, onset }) => plainNSigma(table, onset),
  "random pick": ({ table }, seed) => {
    const random = seeded(seed);
    const services = [...new Set(table.columns.map((c) => c.service))];
    return services.map((s) => [random(), s] as const).sort((a, b) => a[0] - b[0]).map(([, s]) => s);
  },
};

function plainNSigma(table: MetricTable, onset: number): string[] {
  const scores = new Map<string, number>();
  const row = table.times.findIndex((t) => t >= onset);
  for (const { service, values } of table.columns) {
    const before = values.subarray(0, row).filter(Number.isFinite);
    const mean = before.reduce((a, b) => a + b, 0) / before.length;
    const sigma = Math.sqrt(before.reduce((a, b) => a + (b - mean) ** 2, 0) / before.length);
    if (!(sigma > 0)) continue;
    const worst = values.subarray(row).filter(Number.isFinite).reduce((a, b) => Math.max(a, (b - mean) / sigma), 0);
    scores.set(service, Math.max(scores.get(service) ?? 0, worst));
  }
  return [...scores].sort((a, b) => b[1] - a[1]).map(([service]) => service);
}

const perFault = Number(Deno.args[0] ?? 25);
console.log(
  `${"method".padEnd(24)}${FAULTS.map((f) => f.padStart(14)).join("")}${"all".padStart(14)}   (top-1 / top-3)`,
);
const systems = FAULTS.map((fault, f) =>
  Array.from({ length: perFault }, (_, i) => syntheticSystem(1000 * f + i + 1, fault))
);
for (const [name, method] of Object.entries(methods)) {
  const hits = systems.map((group) =>
    group.map((system, i) => {
      const place = method(system, i + 7).indexOf(system.cause!);
      return { top1: place === 0, top3: place >= 0 && place < 3 };
    })
  );
  const cell = (group: { top1: boolean; top3: boolean }[]) =>
    `${share(group.map((h) => h.top1))} / ${share(group.map((h) => h.top3))}`.padStart(14);
  console.log(name.padEnd(24) + hits.map(cell).join("") + cell(hits.flat()));
}
const quiet = Array.from({ length: 4 * perFault }, (_, i) => rankSuspects(syntheticSystem(9000 + i, null).table));
console.log(`false alarms on ${quiet.length} fault-free systems: ${quiet.filter((r) => r.stands_out).length}`);
const faulty = systems.flat().map(({ table }) => rankSuspects(table));
console.log(`faults that stand out: ${faulty.filter((r) => r.stands_out).length} of ${faulty.length}`);
const { table } = syntheticSystem(20, "cpu");
const hundred = { times: table.times, columns: table.columns.slice(0, 100) };
const times = Array.from({ length: 21 }, () => {
  const start = performance.now();
  rankSuspects(hundred);
  return performance.now() - start;
}).sort((a, b) => a - b);
console.log(`${hundred.columns.length} columns of ${hundred.times.length} rows: median ${times[10]!.toFixed(1)} ms`);

function share(hits: readonly boolean[]): string {
  return (hits.filter(Boolean).length / hits.length).toFixed(2);
}
