import * as v from "valibot";
import { isoSeconds, type Prometheus, queriesOf, type Series } from "../sources/mod.ts";
import { type Difference, differences } from "./differences.ts";
import { historyOf, troubleBegan, windowSeconds } from "./history.ts";
import { type InstanceRow, rowReader } from "./instance_row.ts";
import { askAll, measuredService } from "./measured.ts";
import { columnFacts, differenceFacts, RESTARTS, rowFacts, troubleCounts } from "./row_facts.ts";
import { OF_SERVICE, ofService } from "./of_service.ts";
import { defineTool, parameters } from "./tool.ts";

/** What `compare_instances` answers. */
export interface InstancesResult {
  readonly window: string;
  readonly at: string;
  readonly minutes: number;
  readonly instances: readonly InstanceRow[];
  /** Instances that had requests in this time and are gone. */
  readonly gone: readonly { instance: string; name: string | null; last_seen: string }[];
  readonly differing: readonly Difference[];
  readonly not_measured: readonly string[];
  /** Why what was measured is to be doubted, in words. */
  readonly doubts?: readonly string[];
}

/** All instances side by side, and who differs. */
export const compareInstances = defineTool({
  name: "compare_instances",
  ofService: true,
  subject: "instances",
  reads: ["metrics"],
  measures: [
    "requests",
    "errors",
    "error share",
    "success share",
    "latency p95",
    "latency mean",
    "cpu",
    "cpu per request",
    "memory",
    "restarts",
    "duration",
  ],
  holds: ["instances"],
  essential: true,
  always: true,
  counts: ["instance", "restart", "start"],
  description:
    "Requests, errors, latency, CPU, memory, restarts of each instance side by side; which differ, by how much, since when.",
  schema: v.strictObject({ service: ofService }),
  parameters: parameters({ service: OF_SERVICE }),
  timeoutMs: 8_000,
  outputLimit: 4_500,
  async run(_args, { situation, sources: { prometheus }, signal, now }): Promise<InstancesResult> {
    const { service: { objectives, instances: given = {} }, metrics, found: queries } = measuredService(situation, {
      what: "metrics",
      needed: queriesOf,
    });
    const by = [metrics.labels.instance, ...(metrics.labels.name === undefined ? [] : [metrics.labels.name])];
    const end = now().getTime() / 1000;
    const history = historyOf(metrics);
    const found = await askAll(prometheus, {
      up: queries.up(),
      requests: queries.requests(by, { usersOnly: true }),
      errors: queries.errors(by, { usersOnly: true }),
      latency_p95: queries.latencyP95([metrics.labels.instance]),
      latency_mean: queries.latencyMean([metrics.labels.instance]),
      cpu: queries.cpu(),
      memory: queries.memory(),
      start_time: queries.startTime(),
    }, { end, history, signal });
    const names = namesOf(found.series, metrics.labels, given);
    const read = rowReader(found, metrics.labels.instance, {
      end,
      step: history.step,
      window: windowSeconds(metrics.window),
      began: troubleBegan(situation, end),
      toMs: metrics.latency?.unit === "milliseconds" ? 1 : 1000,
      thresholds: {
        error_percent: objectives.error_percent,
        latency_p95_ms: objectives.latency_ms,
        cpu_cores: objectives.cpu_cores,
        memory_mb: objectives.memory_mb,
      },
    });
    const all = [...names].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
    const here = all.filter(([instance]) => read.present(instance));
    const measured = here.map(([instance, name]) => read.row(instance, name));
    const rows = await withScrapeErrors(measured, { prometheus, label: metrics.labels.instance, signal });
    return {
      window: metrics.window,
      at: isoSeconds(end),
      minutes: history.seconds / 60,
      instances: rows,
      gone: all.filter(([instance]) => !read.present(instance)).map(([instance, name]) => ({
        instance,
        name,
        last_seen: isoSeconds(read.lastSeen(instance)),
      })),
      differing: differences(rows.map((row) => ({ ...row, label: row.name ?? row.instance }))),
      not_measured: found.missing,
      ...(found.doubts.length > 0 ? { doubts: found.doubts } : {}),
    };
  },
  facts(result, facts) {
    const { instances = [], gone = [], minutes } = result;
    facts.number(minutes === undefined ? null : minutes * 60, "s", { of: "duration" });
    facts.number(windowSeconds(result.window), "s", { of: "duration" }).quote(result);
    facts.count(gone.length, ["instance"]);
    for (const { instance, name } of [...instances, ...gone]) facts.instance(instance, name);
    for (const row of instances) {
      const about = [row.instance];
      rowFacts(row, { facts, about });
      facts.count(row.restarts, RESTARTS, about).span(row.down_since, result.at, about);
      const { last_start: start, last_seen: seen } = row;
      for (const held of [start?.held_mb, start?.usual_mb, start?.peak_mb, start?.holds_mb]) {
        facts.number(held, "MB", { of: "memory", about });
      }
      if (seen) columnFacts(seen as unknown as Record<string, unknown>, { facts, about });
      if (row.last_measured) columnFacts(row.last_measured, { facts, about });
      facts.said(row.scrape_error, about);
    }
    troubleCounts(instances, { facts, noun: "instance" });
    facts.count(instances.filter(({ up }) => up === false).length, ["instance"]);
    facts.count(instances.filter(({ restarts }) => (restarts ?? 0) > 0).length, ["instance"]);
    differenceFacts(result.differing, facts);
  },
  gaps: ({ doubts = [] }) => doubts.map((reason) => ({ reason, partial: true })),
});

/** The rows, each that is not up with the reason: a timed-out scrape is no ended process. */
async function withScrapeErrors(
  rows: readonly InstanceRow[],
  { prometheus, label, signal }: {
    readonly prometheus: Prometheus;
    readonly label: string;
    readonly signal: AbortSignal;
  },
): Promise<readonly InstanceRow[]> {
  if (rows.every(({ up }) => up !== false)) return rows;
  // Not every store that speaks PromQL scrapes by itself.
  const targets = await prometheus.targets(signal).catch(() => []);
  return rows.map((row) => {
    const target = targets.find(({ labels, error }) => labels[label] === row.instance && error !== "");
    return row.up === false ? { ...row, scrape_error: target?.error ?? null } : row;
  });
}

function namesOf(
  series: Readonly<Record<string, readonly Series[]>>,
  { instance: instanceLabel, name: nameLabel }: { readonly instance: string; readonly name?: string | undefined },
  given: Readonly<Record<string, string>>,
): Map<string, string | null> {
  const names = new Map<string, string | null>();
  for (const list of Object.values(series)) {
    for (const { labels } of list) {
      const instance = labels[instanceLabel];
      if (instance === undefined) continue;
      const name = given[instance] ?? (nameLabel === undefined ? undefined : labels[nameLabel]);
      if (name || !names.has(instance)) names.set(instance, name || (names.get(instance) ?? null));
    }
  }
  return names;
}
