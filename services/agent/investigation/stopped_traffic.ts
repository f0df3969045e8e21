import type { IncidentView } from "../incidents/mod.ts";
import { type Catalogue, serviceOf } from "./catalogue/mod.ts";
import { withTimeLimit } from "./execute.ts";
import { createPrometheus, isoSeconds, type Prometheus, queriesOf } from "./sources/mod.ts";
import { windowSeconds } from "./tools/mod.ts";

/** What the check asks, and whom. */
export interface StoppedTrafficDeps {
  readonly catalogue: Catalogue;
  readonly promUrl: string;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

/** Since when a resolved incident's service has had no requests (RFC 3339); undefined when it has, or it is not known. */
export type NoRequestsSince = (incident: IncidentView) => Promise<string | undefined>;

const TIME_LIMIT_MS = 2_000;
/** After a failure, Prometheus is left alone this long, so that many resolutions do not wait one after the other. */
const AFTER_FAILURE_MS = 30_000;
const LONGEST_HISTORY_SEC = 6 * 3600;
const MOST_POINTS = 360;
/** Resolutions whose answer is kept, so that every channel tells the same. */
const MOST_KEPT = 200;

/** A check that asks once per resolution, never takes much longer than 2 s and never rejects. */
export function createStoppedTraffic({ catalogue, promUrl, fetch, now }: StoppedTrafficDeps): NoRequestsSince {
  const prometheus = createPrometheus(promUrl, { fetch, patient: false });
  const kept = new Map<string, Promise<string | undefined>>();
  let failedAt = -Infinity;
  const measure = async (incident: IncidentView): Promise<string | undefined> => {
    const asked = requestsOf(incident, catalogue);
    if (asked === undefined || performance.now() - failedAt < AFTER_FAILURE_MS) return undefined;
    const limits = { who: "the request rate", signal: new AbortController().signal };
    try {
      return await withTimeLimit(TIME_LIMIT_MS, limits, (signal) => lastRequest(asked, { prometheus, now, signal }));
    } catch {
      failedAt = performance.now();
      return undefined;
    }
  };
  return (incident) => {
    if (incident.resolved_at === null) return Promise.resolve(undefined);
    const key = `${incident.id}/${incident.episode}/${incident.resolved_at}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    for (const oldest of kept.keys()) {
      if (kept.size < MOST_KEPT) break;
      kept.delete(oldest);
    }
    const answer = measure(incident);
    kept.set(key, answer);
    return answer;
  };
}

interface Asked {
  readonly query: string;
  /** Seconds over which the rate is taken. */
  readonly window: number;
  /** When the episode began, in seconds since the epoch. */
  readonly began: number;
}

/** The request rate of the incident's service; undefined when the catalogue names no metric for it. */
function requestsOf(incident: IncidentView, catalogue: Catalogue): Asked | undefined {
  const alerts = incident.alerts.filter(({ episode }) => episode === incident.episode);
  const labels = [...alerts.map((alert) => alert.labels), { service: incident.service }];
  const metrics = labels.map((set) => serviceOf(catalogue, set)).find((found) => found !== undefined)?.metrics;
  const query = metrics && queriesOf(metrics).requests([], { usersOnly: true });
  if (query === undefined) return undefined;
  const starts = alerts.map(({ starts_at }) => Date.parse(starts_at) / 1000).filter(Number.isFinite);
  return { query, window: windowSeconds(metrics!.window), began: Math.min(...starts) };
}

/** The time of the last request where there is none now and there were some; a partial answer shows nothing. */
async function lastRequest(
  { query, window, began }: Asked,
  { prometheus, now, signal }: {
    readonly prometheus: Prometheus;
    readonly now: () => Date;
    readonly signal: AbortSignal;
  },
): Promise<string | undefined> {
  let partial = false;
  const server = prometheus.noting(() => partial = true);
  const end = now().getTime() / 1000;
  const [current] = await server.instant(query, end, signal);
  if ((current?.points.at(-1)?.[1] ?? 0) !== 0 || partial) return undefined;
  const start = Math.max(Math.min(began, end) - 15 * window, end - LONGEST_HISTORY_SEC);
  const step = Math.max(1, Math.round(window / 4), Math.ceil((end - start) / MOST_POINTS));
  const [history] = await server.range(query, { start, end, step }, signal);
  const last = history?.points.findLast(([, value]) => value > 0);
  if (last === undefined || partial) return undefined;
  // A rate is above zero until the last request leaves its window.
  return isoSeconds(Math.min(end, Math.max(start, last[0] + step - window)));
}
