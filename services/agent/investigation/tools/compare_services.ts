import * as v from "valibot";
import { reachableFrom } from "../graph/mod.ts";
import { resultOf } from "../ledger.ts";
import { compareInstances, type InstancesResult } from "./compare_instances.ts";
import { computeErrorRate, type ErrorRateResult } from "./compute_error_rate.ts";
import { columnFacts, RESTARTS } from "./row_facts.ts";
import type { GraphResult } from "./service_graph.ts";
import { defineTool, parameters, type ToolContext, ToolError } from "./tool.ts";

/** One service beside others; null where it is not measured. */
export interface ServiceRow {
  readonly service: string;
  readonly error_percent: number | null;
  readonly usual_error_percent: number | null;
  /** Since when its errors are above its objective. */
  readonly failing_since: string | null;
  readonly requests_per_second: number | null;
  readonly latency_p95_ms: number | null;
  readonly usual_latency_p95_ms: number | null;
  readonly slow_since: string | null;
  readonly instances: number | null;
  readonly down: number | null;
  readonly restarts: number | null;
  readonly cpu_cores: number | null;
  readonly memory_mb: number | null;
  /** Why it, or a part of it, is not measured. */
  readonly note: string | null;
}

/** What `compare_services` answers. */
export interface ServicesResult {
  readonly at: string;
  readonly services: readonly ServiceRow[];
  readonly left_out: readonly string[];
}

const MOST_SERVICES = 12;

/** Services side by side. */
export const compareServices = defineTool({
  name: "compare_services",
  subject: "comparison of services",
  measures: [
    "requests",
    "errors",
    "error share",
    "success share",
    "latency p95",
    "latency mean",
    "cpu",
    "memory",
    "restarts",
  ],
  holds: ["services"],
  counts: ["service"],
  description:
    "Errors, latency, instances that are down, restarts, processor and memory of several services side by side, now and usually; default: the incident's service and those that it calls.",
  schema: v.strictObject({
    services: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(40))),
  }),
  parameters: parameters({ services: { type: "array", items: { type: "string" } } }),
  timeoutMs: 8_000,
  outputLimit: 5_000,
  async run({ services }, context): Promise<ServicesResult> {
    const { situation, sources, ledger, now } = context;
    const own = situation.service?.name;
    const graph = resultOf<GraphResult>(ledger, "service_graph")?.result;
    const called = graph === undefined || own === undefined ? [] : reachableFrom(graph, own, 4);
    const wanted = services ?? [...(own === undefined ? [] : [own]), ...called];
    const described = wanted.map((name) => sources.services.find((one) => one.name === name)).filter((one) =>
      one !== undefined
    );
    if (described.length === 0) {
      throw new ToolError(
        "not_configured",
        `none of ${wanted.join(", ") || "the alert's services"} is described in config/oncall.yaml`,
      );
    }
    const rows = await Promise.all(
      described.slice(0, MOST_SERVICES).map((service) =>
        rowOf(service.name, {
          ...context,
          situation: { ...situation, service },
          sources: { ...sources, prometheus: sources.metrics(service) },
        })
      ),
    );
    const known = new Set(rows.map(({ service }) => service));
    return { at: now().toISOString(), services: rows, left_out: wanted.filter((name) => !known.has(name)) };
  },
  facts(result, facts) {
    facts.quote(result).count(result.services?.length, ["service"]);
    for (const row of result.services ?? []) {
      const about = [row.service];
      facts.service(row.service);
      columnFacts(row as unknown as Record<string, unknown>, { facts, about });
      facts.number(row.usual_error_percent, "%", { of: "error share", about })
        .number(row.usual_latency_p95_ms, "ms", { of: "latency p95", about })
        .times(row.latency_p95_ms, row.usual_latency_p95_ms, { of: "latency p95", about })
        .count(row.instances, ["instance"], about).count(row.down, ["instance"], about)
        .count(row.restarts, RESTARTS, about);
    }
  },
});

async function rowOf(service: string, context: ToolContext): Promise<ServiceRow> {
  const [rate, instances] = await Promise.allSettled([
    computeErrorRate.run({}, context),
    compareInstances.run({}, context),
  ]);
  context.signal.throwIfAborted();
  const measured: Partial<ErrorRateResult> = rate.status === "fulfilled" ? rate.value : {};
  const rows: InstancesResult["instances"] = instances.status === "fulfilled" ? instances.value.instances : [];
  const highest = (values: readonly (number | null | undefined)[]) => {
    const known = values.filter((value) => typeof value === "number");
    return known.length === 0 ? null : Math.max(...known);
  };
  const failures = [rate, instances].filter((one) => one.status === "rejected").map(({ reason }) =>
    reason instanceof Error ? reason.message : String(reason)
  );
  const slowest = rows.toSorted((a, b) => (b.latency_p95_ms ?? 0) - (a.latency_p95_ms ?? 0))[0];
  return {
    service,
    error_percent: measured.error_percent ?? null,
    usual_error_percent: measured.before?.error_percent ?? null,
    failing_since: measured.above_objective?.since ?? null,
    requests_per_second: measured.requests_per_second ?? null,
    latency_p95_ms: slowest?.latency_p95_ms ?? null,
    usual_latency_p95_ms: slowest?.before.latency_p95_ms ?? null,
    slow_since: slowest?.peak.latency_p95_ms?.since ?? null,
    instances: rows.length === 0 ? null : rows.length,
    down: rows.length === 0 ? null : rows.filter(({ up }) => up === false).length,
    restarts: rows.length === 0 ? null : rows.reduce((sum, { restarts }) => sum + (restarts ?? 0), 0),
    cpu_cores: highest(rows.map(({ cpu_cores }) => cpu_cores)),
    memory_mb: highest(rows.map(({ memory_mb }) => memory_mb)),
    note: [...failures, ...(measured.note ? [measured.note] : [])].join("; ") || null,
  };
}
