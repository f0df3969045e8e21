import * as v from "valibot";
import { routeLimits, type Service } from "../catalogue/mod.ts";
import { before, isoSeconds, latest, newestStretch, queriesOf, rounded } from "../sources/mod.ts";
import { type Difference, differences } from "./differences.ts";
import { historyOf, troubleBegan, windowSeconds } from "./history.ts";
import { failingStretch } from "./certainty.ts";
import { askAll, type Measured, measuredService } from "./measured.ts";
import { failingPercent, type Peak, peaksOf } from "./peaks.ts";
import { differenceFacts, rowFacts, troubleCounts } from "./row_facts.ts";
import { OF_SERVICE, ofService } from "./of_service.ts";
import { defineTool, parameters } from "./tool.ts";

/** One route; null is what was not measured. */
export interface RouteRow {
  /** The template, e.g. `/items/{id}`. */
  readonly route: string;
  readonly requests_per_second: number | null;
  readonly errors_per_second: number | null;
  readonly error_percent: number | null;
  /** Its part of all errors. */
  readonly share_of_errors_percent: number | null;
  readonly latency_p95_ms: number | null;
  readonly latency_mean_ms: number | null;
  readonly peak: Readonly<
    Partial<Record<"error_percent" | "latency_p95_ms", Peak>>
  >;
  readonly before: { readonly requests_per_second: number | null; readonly latency_p95_ms: number | null };
}

/** What `compare_routes` answers. */
export interface RoutesResult {
  readonly window: string;
  readonly at: string;
  readonly routes: readonly RouteRow[];
  /** Answers per second by status, where a label tells it. */
  readonly statuses: readonly { status: string; per_second: number }[];
  readonly differing: readonly Difference[];
  readonly not_measured: readonly string[];
  /** Why what was measured is to be doubted, in words. */
  readonly doubts?: readonly string[];
}

const MOST_ROUTES = 30;

/** All routes side by side, and which differ. */
export const compareRoutes = defineTool({
  name: "compare_routes",
  ofService: true,
  subject: "routes",
  reads: ["metrics"],
  measures: [
    "requests",
    "errors",
    "error share",
    "success share",
    "share of errors",
    "latency p95",
    "latency mean",
    "duration",
  ],
  holds: ["routes"],
  always: true,
  counts: ["route"],
  description:
    "Requests, errors and latency of each route side by side, answers by status; which routes differ, by how much, since when.",
  schema: v.strictObject({ service: ofService }),
  parameters: parameters({ service: OF_SERVICE }),
  timeoutMs: 8_000,
  outputLimit: 3_000,
  async run(_args, { situation, sources: { prometheus }, signal, now }): Promise<RoutesResult> {
    const { service: { objectives }, metrics, found: route } = measuredService(situation, {
      what: "route label",
      needed: ({ labels }) => labels.route,
    });
    const queries = queriesOf(metrics);
    const status = metrics.labels.status;
    const end = now().getTime() / 1000;
    const began = troubleBegan(situation, end);
    const history = historyOf(metrics);
    const found = await askAll(prometheus, {
      requests: queries.requests([route], { usersOnly: true }),
      errors: queries.errors([route], { usersOnly: true }),
      latency_p95: queries.latencyP95([route]),
      latency_mean: queries.latencyMean([route]),
      ...(status === undefined ? {} : { statuses: queries.requests([status], { usersOnly: true }) }),
    }, { end, history, signal });
    const rows = routeRows(found, {
      label: route,
      end,
      step: history.step,
      began,
      toMs: metrics.latency?.unit === "milliseconds" ? 1 : 1000,
      window: windowSeconds(metrics.window),
      objectives,
    });
    return {
      window: metrics.window,
      at: isoSeconds(end),
      routes: rows.slice(0, MOST_ROUTES),
      statuses: (found.series.statuses ?? []).flatMap((series) => {
        const perSecond = rounded(latest(series, end, history.step));
        const name = series.labels[status!];
        return name === undefined || perSecond === null || perSecond === 0
          ? []
          : [{ status: name, per_second: perSecond }];
      }).sort((a, b) => b.per_second - a.per_second),
      differing: differences(
        rows.filter((row) => (row.requests_per_second ?? 0) > 0).map((row) => ({ ...row, label: row.route })),
      ),
      not_measured: [
        ...found.missing,
        ...(rows.length > MOST_ROUTES ? [`${rows.length - MOST_ROUTES} quieter routes are left out`] : []),
      ],
      ...(found.doubts.length > 0 ? { doubts: found.doubts } : {}),
    };
  },
  facts(result, facts) {
    const { routes = [], statuses = [] } = result;
    facts.number(windowSeconds(result.window), "s", { of: "duration" }).quote(result);
    for (const row of routes) {
      facts.route(row.route);
      rowFacts(row, { facts, about: [row.route] });
    }
    for (const { status, per_second: rate } of statuses) facts.number(rate, "/s", { named: status });
    troubleCounts(routes, { facts, noun: "route" });
    differenceFacts(result.differing, facts);
  },
  gaps: ({ doubts = [] }) => doubts.map((reason) => ({ reason, partial: true })),
});

/** How rows are read; times in seconds. */
interface RouteOptions {
  readonly label: string;
  readonly end: number;
  readonly step: number;
  readonly began: number;
  readonly toMs: number;
  /** The window of the rates. */
  readonly window: number;
  readonly objectives: Service["objectives"];
}

/** The routes that have requests, or had trouble; those with the most errors first. */
function routeRows(found: Measured, options: RouteOptions): RouteRow[] {
  const { label, end, step, began, toMs, window: seconds, objectives } = options;
  const of = (what: string, name: string) => found.series[what]?.find((s) => s.labels[label] === name);
  const last = (what: string, name: string) => latest(of(what, name), end, step);
  const names = [
    ...new Set((found.series.requests ?? []).map((s) => s.labels[label]).filter((x) => x !== undefined)),
  ];
  const totalErrors = names.reduce((sum, name) => sum + (last("errors", name) ?? 0), 0);
  return names.map((name): RouteRow => {
    const requests = of("requests", name)?.points;
    const errors = of("errors", name)?.points;
    const latency = of("latency_p95", name)?.points.map(([at, value]) => [at, value * toMs] as const);
    const perSecond = last("requests", name);
    const failing = last("errors", name);
    const limits = routeLimits(objectives, name);
    return {
      route: name,
      requests_per_second: rounded(perSecond),
      errors_per_second: rounded(failing),
      error_percent: failingPercent(failing, perSecond),
      share_of_errors_percent: failing !== null && totalErrors > 0 ? rounded(failing / totalErrors * 100) : null,
      latency_p95_ms: rounded(latest(latency && { labels: {}, points: latency }, end, step)),
      latency_mean_ms: rounded(scale(last("latency_mean", name), toMs)),
      peak: peaksOf({
        error_percent: failingStretch({ errors, requests }, { threshold: limits.error_percent, seconds }),
        latency_p95_ms: newestStretch(latency ?? [], limits.latency_ms),
      }),
      before: {
        requests_per_second: rounded(before(requests, began)),
        latency_p95_ms: rounded(before(latency, began)),
      },
    };
  }).filter((row) => (row.requests_per_second ?? 0) > 0 || Object.keys(row.peak).length > 0)
    .sort((a, b) =>
      (b.errors_per_second ?? 0) - (a.errors_per_second ?? 0) ||
      (b.requests_per_second ?? 0) - (a.requests_per_second ?? 0)
    );
}

function scale(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
