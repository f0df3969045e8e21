import * as v from "valibot";
import type { Span } from "../sources/mod.ts";
import { rounded } from "../sources/mod.ts";
import { OF_SERVICE, ofService } from "./of_service.ts";
import { defineTool, parameters } from "./tool.ts";

/** Calls from one service to another, in the traces that were read. */
export interface TracedCall {
  readonly from: string;
  /** A service's name in the traces, else the address or name of what was called. */
  readonly to: string;
  readonly count: number;
  readonly failed: number;
  readonly slowest_ms: number | null;
  /** What the newest failed one says. */
  readonly status: string | null;
}

/** What `query_traces` answers. */
export interface TracesResult {
  readonly at: string;
  readonly source: string;
  readonly seconds: number;
  readonly traces: number;
  readonly spans: number;
  readonly calls: readonly TracedCall[];
  /** Time that each service itself took, over all traces, the most first. */
  readonly own_time: readonly { readonly service: string; readonly ms: number; readonly failed: number }[];
  readonly missing: readonly string[];
}

const MOST_CALLS = 40;

/** Who called whom in the traces of a service, how often it failed, and where the time went. */
export const queryTraces = defineTool({
  name: "query_traces",
  subject: "traces",
  reads: ["traces"],
  counts: ["trace", "span", "call", "time"],
  description:
    "Traces of any `service` of the configuration in the last `seconds`: which service called which, how many calls failed and with what, the slowest, and the time that each took itself. `errors` reads failed ones only, `min_ms` slow ones.",
  schema: v.strictObject({
    service: ofService,
    seconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400)), 300),
    errors: v.optional(v.boolean()),
    min_ms: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(600_000))),
  }),
  parameters: parameters({
    service: OF_SERVICE,
    seconds: { type: "number", minimum: 1, maximum: 86_400, default: 300 },
    errors: { type: "boolean" },
    min_ms: { type: "number", minimum: 1, maximum: 600_000 },
  }),
  timeoutMs: 8_000,
  outputLimit: 4_000,
  async run({ seconds, errors, min_ms }, { situation: { service }, sources, signal, now }): Promise<TracesResult> {
    const { source, names } = sources.traces(service);
    const to = now().getTime();
    const reads = await Promise.all(
      names.slice(0, 4).map((name) =>
        source.search(name, {
          from: to - seconds * 1000,
          to,
          signal,
          ...(errors === undefined ? {} : { errors }),
          ...(min_ms === undefined ? {} : { minMs: min_ms }),
        })
      ),
    );
    const spans = reads.flatMap((read) => read.spans);
    return {
      at: now().toISOString(),
      source: source.name,
      seconds,
      traces: reads.reduce((sum, { traces }) => sum + traces, 0),
      spans: spans.length,
      calls: callsIn(spans).slice(0, MOST_CALLS),
      own_time: ownTime(spans).slice(0, 12),
      missing: reads.flatMap(({ missing }) => missing),
    };
  },
  facts(result, facts) {
    facts.quote(result).count(result.traces, ["trace"]).count(result.spans, ["span"]);
    facts.number(result.seconds, "s", { of: "duration" });
    for (const { from, to, count, failed, slowest_ms: slowest } of result.calls ?? []) {
      const about = [from, to];
      facts.service(from).service(to).count(count, ["call", "time"], about).count(failed, ["call", "time"], about);
      facts.number(slowest, "ms", { of: "duration", about });
    }
    for (const { service, ms, failed } of result.own_time ?? []) {
      facts.service(service).number(ms, "ms", { of: "duration", about: [service] }).count(failed, ["span"], [service]);
    }
  },
  gaps: ({ missing = [] }) => missing.map((reason) => ({ reason, partial: true })),
});

/** Calls between services: by spans whose parent is another's, and by client spans that no span answers. */
export function callsIn(spans: readonly Span[]): TracedCall[] {
  const byId = new Map(spans.map((span) => [`${span.traceId}/${span.spanId}`, span]));
  const answered = new Set<Span>();
  const calls = new Map<
    string,
    { from: string; to: string; count: number; failed: number; slowest: number; status: string | null }
  >();
  const add = (from: string, to: string, span: Span) => {
    const call = calls.get(`${from}\n${to}`) ?? { from, to, count: 0, failed: 0, slowest: 0, status: null };
    call.count++;
    call.slowest = Math.max(call.slowest, span.duration_ms);
    if (span.error) {
      call.failed++;
      call.status = span.status ?? call.status;
    }
    calls.set(`${from}\n${to}`, call);
  };
  for (const span of spans) {
    const parent = span.parentId === null ? undefined : byId.get(`${span.traceId}/${span.parentId}`);
    if (parent === undefined || parent.service === span.service) continue;
    answered.add(parent);
    add(parent.service, span.service, parent.kind === "client" ? parent : span);
  }
  for (const span of spans) {
    const to = span.peer?.name ?? span.peer?.address ?? span.peer?.system;
    if (to && !answered.has(span)) add(span.service, to, span);
  }
  return [...calls.values()].sort((a, b) => b.failed - a.failed || b.slowest - a.slowest).map((
    { slowest, ...call },
  ) => ({ ...call, slowest_ms: rounded(slowest) }));
}

/** What each service took itself: its spans without the time of their children. */
function ownTime(spans: readonly Span[]): TracesResult["own_time"] {
  const children = new Map<string, number>();
  for (const { traceId, parentId, duration_ms: ms } of spans) {
    if (parentId !== null) children.set(`${traceId}/${parentId}`, (children.get(`${traceId}/${parentId}`) ?? 0) + ms);
  }
  const sums = new Map<string, { ms: number; failed: number }>();
  for (const { traceId, spanId, service, duration_ms: ms, error } of spans) {
    const sum = sums.get(service) ?? { ms: 0, failed: 0 };
    sum.ms += Math.max(0, ms - (children.get(`${traceId}/${spanId}`) ?? 0));
    sum.failed += error ? 1 : 0;
    sums.set(service, sum);
  }
  return [...sums].map(([service, { ms, failed }]) => ({ service, ms: rounded(ms)!, failed })).sort((a, b) =>
    b.ms - a.ms
  );
}
