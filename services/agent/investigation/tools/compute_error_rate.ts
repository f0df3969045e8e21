import * as v from "valibot";
import {
  before,
  downsample,
  isoSeconds,
  latest,
  type Prometheus,
  queriesOf,
  type Reading,
  readingOf,
  rounded,
  type Series,
  type Stretch,
} from "../sources/mod.ts";
import { failingStretch, percentsOf } from "./certainty.ts";
import { historyOf, troubleBegan, windowSeconds } from "./history.ts";
import { measuredService } from "./measured.ts";
import { columnFacts } from "./row_facts.ts";
import { OF_SERVICE, ofService } from "./of_service.ts";
import { defineTool, parameters } from "./tool.ts";

/** What `compute_error_rate` answers; what was not measured is null, with the reason in `note`. */
export interface ErrorRateResult {
  readonly service: string;
  readonly window: string;
  readonly at: string;
  readonly error_percent: number | null;
  readonly errors_per_second: number | null;
  readonly requests_per_second: number | null;
  readonly note: string | null;
  /** The newest stretch above the service's objective. */
  readonly above_objective: {
    readonly objective_percent: number;
    readonly since: string;
    readonly until: string | null;
    readonly peak_percent: number;
    readonly peak_at: string;
  } | null;
  /** Before it began; null when there is too little of it. */
  readonly before: { readonly error_percent: number | null; readonly requests_per_second: number | null };
  readonly history: readonly { at: string; error_percent: number | null; requests_per_second: number | null }[];
  readonly queries: readonly string[];
  /** Why the numbers are to be doubted, in words. */
  readonly doubts?: readonly string[];
}

/** Failed requests over all requests, from two instant queries, with how it got there. */
export const computeErrorRate = defineTool({
  name: "compute_error_rate",
  ofService: true,
  subject: "error rate",
  reads: ["metrics"],
  measures: ["error share", "success share", "requests", "errors", "objective", "duration"],
  holds: ["services"],
  essential: true,
  always: true,
  description:
    "Share of the service's requests that fail now, requests per second, since when, the peak, and what was usual.",
  schema: v.strictObject({ service: ofService }),
  parameters: parameters({ service: OF_SERVICE }),
  timeoutMs: 6_000,
  outputLimit: 2_200,
  async run(_args, { situation, sources: { prometheus }, signal, now }): Promise<ErrorRateResult> {
    const { service, metrics, found } = measuredService(situation, {
      what: "request and error metrics",
      needed: (metrics) => {
        const queries = queriesOf(metrics);
        const [requests, errors] = [queries.requests(), queries.errors()];
        return requests === undefined || errors === undefined ? undefined : { queries, requests, errors };
      },
    });
    const { queries, requests: requestsQuery, errors: errorsQuery } = found;
    const end = now().getTime() / 1000;
    const { seconds, step } = historyOf(metrics);
    const range = { start: end - seconds, end, step };
    const statuses = metrics.labels.status;
    const doubts = new Set<string>();
    const server = prometheus.noting((said) => doubts.add(said));
    const [errors, requests, byStatus, errorHistory, requestHistory] = await Promise.all([
      server.instant(errorsQuery, end, signal),
      server.instant(requestsQuery, end, signal),
      statuses === undefined ? [] : server.instant(queries.requests([statuses])!, end, signal).catch(() => []),
      server.range(errorsQuery, range, signal).catch(() => []),
      server.range(requestsQuery, range, signal).catch(() => []),
    ]);
    const reading = readingOf(requests, { end, step, history: requestHistory });
    const sparse = reading.why === "absent" &&
      await isCounted(queries.counters(), { server, end, signal });
    const failing = readingOf(errors, { end, step, history: errorHistory });
    const now_ = share({
      errors: failing,
      requests: sparse ? { value: null, why: "too few" } : reading,
      window: metrics.window,
      failed: (statuses === undefined ? null : failedByStatus(byStatus, { label: statuses, end, step })) ??
        (failing.why === "absent" && await isCounted(queries.tellers(), { server, end, signal }) ? false : null),
    });
    const objective = service.objectives.error_percent;
    const counted = { errors: errorHistory[0]?.points, requests: requestHistory[0]?.points };
    const percents = percentsOf(counted);
    const stretch = failingStretch(counted, { threshold: objective, seconds: windowSeconds(metrics.window) });
    const began = stretch?.since ?? troubleBegan(situation, end);
    return {
      service: service.name,
      window: metrics.window,
      at: isoSeconds(end),
      ...now_,
      above_objective: stretch && aboveObjective(stretch, objective),
      before: {
        error_percent: rounded(before(percents, began)),
        requests_per_second: rounded(before(requestHistory[0]?.points, Math.min(began, troubleBegan(situation, end)))),
      },
      history: history(percents, requestHistory[0], 20),
      queries: [errorsQuery, requestsQuery],
      ...(doubts.size > 0 ? { doubts: [...doubts] } : {}),
    };
  },
  facts(result, facts) {
    const about = [result.service];
    facts.service(result.service);
    columnFacts(result as unknown as Record<string, unknown>, { facts, about });
    columnFacts(result.before ?? {}, { facts, about });
    for (const point of result.history ?? []) columnFacts(point, { facts, about });
    const { requests_per_second: usual = null, error_percent: share = null } = result.before ?? {};
    facts.times(result.requests_per_second, usual, { of: "requests", about });
    facts.times(result.error_percent, share, { of: "error share", about });
    const above = result.above_objective;
    if (above) {
      facts.number(above.objective_percent, "%", { of: "objective", about });
      facts.number(above.peak_percent, "%", { of: "error share", about });
      facts.span(above.since, above.until ?? result.at, about).span(above.since, above.peak_at, about);
    }
    facts.number(windowSeconds(result.window), "s", { of: "duration" }).said(result.note).quote(result);
  },
  gaps: ({ error_percent: percent, note, doubts = [] }) => [
    ...(percent === null && note ? [{ reason: note }] : []),
    ...doubts.map((reason) => ({ reason, partial: true })),
  ],
});

function aboveObjective(
  { since, until, peak, peakAt }: Stretch,
  objective: number,
): NonNullable<ErrorRateResult["above_objective"]> {
  return {
    objective_percent: objective,
    since: isoSeconds(since),
    until: until === null ? null : isoSeconds(until),
    peak_percent: rounded(peak)!,
    peak_at: isoSeconds(peakAt),
  };
}

/** Whether there is any series of what a query counts. */
async function isCounted(
  query: string | undefined,
  { server, end, signal }: { readonly server: Prometheus; readonly end: number; readonly signal: AbortSignal },
): Promise<boolean> {
  if (query === undefined) return false;
  return await server.instant(query, end, signal).then(([found]) => (found?.points[0]?.[1] ?? 0) > 0, () => false);
}

interface Counts {
  readonly errors: Reading;
  readonly requests: Reading;
  readonly window: string;
  /** Whether answers with a 5xx status were counted; null where no label tells. */
  readonly failed: boolean | null;
}

/** More than this, in percent, is no rounding of two counts of the same requests. */
const MOST_PERCENT = 105;

function share(
  { errors, requests, failed, window }: Counts,
): Pick<ErrorRateResult, "error_percent" | "errors_per_second" | "requests_per_second" | "note"> {
  const perSecond = requests.value;
  const failing = errors.value;
  const known = { errors_per_second: rounded(failing), requests_per_second: rounded(perSecond) };
  const nothing = (note: string) => ({ error_percent: null, ...known, note });
  if (requests.why === "too few") {
    return nothing(
      `Prometheus has this service's request counts, but too few points of them in ${window} for a rate: it reads them too rarely for that; make \`window\` in config/oncall.yaml four times the scrape interval`,
    );
  }
  if (perSecond === null) {
    return nothing(notRead("request counts", requests, "nothing was measured, which is not zero"));
  }
  if (perSecond === 0) return nothing("no requests in the window, so there is no share of them");
  if (failing === null) {
    // A counter of errors may not exist before the first one; the statuses say whether there was any.
    if (failed !== false || errors.why === "not a number" || errors.why === "infinite") {
      return nothing(notRead("error counts", errors, "its error rate is unknown, which is not zero"));
    }
    const note = "no error counter exists yet; no answer with a 5xx status was counted";
    return { error_percent: 0, errors_per_second: 0, requests_per_second: rounded(perSecond), note };
  }
  const percent = failing / perSecond * 100;
  if (percent > MOST_PERCENT) {
    return nothing("more errors than requests are counted, so the two do not count the same; their share is not known");
  }
  return { error_percent: rounded(Math.min(100, percent)), ...known, note: null };
}

/** Why a count is not there, in words. */
function notRead(what: string, { why, at }: Reading, so: string): string {
  switch (why) {
    case "ended":
      return `the ${what} of this service in Prometheus ended at ${isoSeconds(at!)}: ${so}`;
    case "not a number":
      return `Prometheus answers the ${what} of this service with something that is not a number: ${so}`;
    case "infinite":
      return `Prometheus answers the ${what} of this service with an infinite number (something divided by 0): ${so}`;
    default:
      return `Prometheus has no ${what} of this service${what === "request counts" ? " now" : ""}: ${so}`;
  }
}

/** Whether there were answers with a 5xx status; null where the label holds no statuses. */
function failedByStatus(
  found: readonly Series[],
  { label, end, step }: { readonly label: string; readonly end: number; readonly step: number },
): boolean | null {
  const status = (series: Series) => series.labels[label] ?? "";
  if (!found.some((series) => /^(?:\d{3}|[1-5]xx)$/i.test(status(series)))) return null;
  return found.some((series) => status(series).startsWith("5") && (latest(series, end, step) ?? 0) > 0);
}

function history(percents: readonly (readonly [number, number])[], requests: Series | undefined, count: number) {
  const errorAt = new Map(percents);
  return downsample(requests?.points ?? [], count).map(([at, value]) => ({
    at: isoSeconds(at),
    error_percent: rounded(errorAt.get(at), 3),
    requests_per_second: rounded(value, 3),
  }));
}
