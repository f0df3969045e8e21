import { changePoint } from "./onset.ts";
import { type Deviation, deviation, isHealth, missingHealth, restingScales } from "./deviation.ts";
import { explainByCallees } from "./graph.ts";
import { relativeToLoad } from "./load.ts";
import { indexAt } from "./statistics.ts";
import type { MetricTable, Ranking, RankOptions, Suspicion } from "./types.ts";

/** A lasting change of this many robust standard deviations stands out. */
const STANDS_OUT = 4;
/** How wrong a given onset may be, in seconds. */
const ONSET_SLACK = 60;

/**
 * Ranks services and columns by how likely they are the cause. A cause shows inside (its own resources) and outside
 * (latency, errors), a victim only outside, so both together count for more than either; with the call graph, what a
 * suspicious callee explains is not held against its caller. (Robust deviation after BARO, FSE 2024; inside and outside
 * after PRISM, 2026.)
 */
export function rankSuspects(table: MetricTable, options: RankOptions = {}): Ranking {
  const onsetRow = findOnset(table, options.onset);
  if (onsetRow < 0) return { onset: null, stands_out: false, services: [], columns: [] };
  const onset = table.times[onsetRow]!;
  // Rows just before the onset may belong to the fault already: they are no baseline, where others are left.
  const guarded = indexAt(table.times, onset - Math.min(ONSET_SLACK, (onset - table.times[0]!) / 4));
  const rows = { baseline: Math.max(guarded, Math.min(4, onsetRow)), onset: onsetRow };
  const signed = table.columns.map((column) => isHealth(column.metric) ? missingHealth(column, rows.baseline) : column);
  const columns = relativeToLoad(signed, rows.baseline);
  const resting = restingScales(columns, onsetRow);
  const deviations = columns.flatMap((column) => deviation(column, rows, resting) ?? []);
  const surges = new Map(
    deviations.flatMap((d): [string, number][] =>
      d.kind === "load" && d.rise >= STANDS_OUT && d.before > 0 ? [[d.column.service, d.peak / d.before]] : []
    ),
  );
  const scored = deviations
    // A service's load is not its fault, and a decrease of any other metric is an improvement.
    .filter((d) => d.kind !== "load").map((d) => ({ d, score: beyondSurge(d, surges.get(d.column.service) ?? 1) }))
    .sort((a, b) => b.score - a.score);
  const suspicions = explainByCallees(suspect(scored), options.edges ?? [], options.symptom);
  const top = options.top ?? 5;
  return {
    onset,
    stands_out: scored.some(({ score }) => score >= STANDS_OUT),
    services: suspicions.map(({ service, internal, external, because }) => ({
      service,
      score: round((1 + evidence(internal)) * (1 + evidence(external)) - 1),
      because,
    })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, top),
    columns: scored.filter(({ score }) => score > 0).slice(0, top)
      .map(({ d, score }) => ({ column: d.column.name, score: round(score) })),
  };
}

/** The onset's row: the given one, moved within its slack to where most columns change; else found. */
function findOnset(table: MetricTable, onset: number | undefined): number {
  if (onset === undefined) return changePoint(table);
  const given = indexAt(table.times, onset);
  const from = indexAt(table.times, onset - ONSET_SLACK);
  const to = indexAt(table.times, onset + ONSET_SLACK);
  const moved = changePoint(table, from, to);
  // At an edge of the slack the true change may lie outside: then the given onset is as good as any.
  const found = moved <= from || moved >= to ? given : moved;
  return Math.min(Math.max(found, 1), table.times.length - 1);
}

/** Deviations count from where they stand out, in orders of magnitude; the rest only breaks ties. */
function evidence(deviation: number): number {
  return Math.log1p(Math.max(0, deviation - STANDS_OUT)) + deviation / 1000;
}

/** The rise of a service's own resources beyond what a surge of its requests, in proportion, asks of them. */
function beyondSurge(d: Deviation, surge: number): number {
  const rise = d.peak - d.before;
  if (d.kind !== "internal" || surge <= 1 || rise <= 0) return d.rise;
  return d.rise * Math.max(0, rise - Math.abs(d.before) * (surge - 1)) / rise;
}

function suspect(scored: readonly { d: Deviation; score: number }[]): Suspicion[] {
  const suspicions = new Map<string, Suspicion>();
  for (const { d, score } of scored) {
    const { service } = d.column;
    const s = suspicions.get(service) ?? { service, internal: 0, external: 0, because: [] };
    suspicions.set(service, s);
    if (d.kind === "internal") s.internal = Math.max(s.internal, score);
    else s.external = Math.max(s.external, score);
    if (score >= STANDS_OUT) s.because.push(reason(d, score));
  }
  return [...suspicions.values()];
}

function reason(d: Deviation, score: number): string {
  const { metric } = d.column;
  const [before, peak] = [compact(d.before), compact(d.peak)];
  const change = isHealth(metric)
    ? `${metric} was ${before} and is ${peak} below its best`
    : `${metric} rose from ${before} to ${peak}`;
  return `${change}, ${compact(score)} times its usual spread (${d.kind === "internal" ? "inside" : "outside"})`;
}

function compact(x: number): string {
  return String(Number(x.toPrecision(3)));
}

function round(x: number): number {
  return Math.round(x * 1000) / 1000;
}
