import * as v from "valibot";
import { ApiError, parseInput } from "../../../lib/http/mod.ts";
import { type Catalogue, type Point, type Prometheus, queriesOf, type Service } from "../../investigation/mod.ts";

/** One line of a chart: seconds since the epoch, and its value; null where nothing was measured. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [at: number, value: number | null])[];
}

/** A chart's data. */
export interface Chart {
  /** `percent`, `ms`, `per second`. */
  readonly unit: string;
  /** A line across: beyond it the service's objective is missed; null where there is none. */
  readonly limit: number | null;
  readonly lines: readonly Line[];
  readonly step: number;
}

/** What is to be drawn; seconds since the epoch. */
export interface ChartQuery {
  readonly name: "error_rate" | "latency" | "requests";
  readonly service?: string | undefined;
  readonly from: number;
  readonly to: number;
}

const LONGEST_SECONDS = 31 * 86_400;
const MOST_POINTS = 180;
const SHORTEST_STEP = 5;
const KEEP_MS = 1_000;
const MOST_KEPT = 100;
const TIMEOUT_MS = 4_000;

const seconds = v.pipe(
  v.string(),
  v.regex(/^\d{1,11}(\.\d{1,3})?$/, "expected seconds since the epoch"),
  v.transform(Number),
);
const querySchema = v.pipe(
  v.strictObject({
    name: v.picklist(["error_rate", "latency", "requests"], "expected error_rate, latency or requests"),
    service: v.optional(v.pipe(v.string(), v.maxLength(100, "expected a service's name"))),
    from: seconds,
    to: seconds,
  }),
  v.check(({ from, to }) => to > from && to - from <= LONGEST_SECONDS, "expected `from` before `to`, at most 31 days"),
);

/** Charts of the watched services, queried from Prometheus for the page. */
export class Charts {
  readonly #catalogue: Catalogue;
  readonly #prometheus: Prometheus;
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, { readonly at: number; readonly chart: Promise<Chart> }>();

  constructor(deps: { catalogue: Catalogue; prometheus: Prometheus; nowMs: () => number }) {
    this.#catalogue = deps.catalogue;
    this.#prometheus = deps.prometheus;
    this.#nowMs = deps.nowMs;
  }

  /** The query of a request's parameters. @throws {ApiError} */
  static parse(parameters: Record<string, string>): ChartQuery {
    return parseInput(querySchema, parameters);
  }

  /**
   * The chart, as old as a second at most; the same chart asked for at the same time is asked of Prometheus once.
   *
   * @throws {ApiError} 404 for what is not measured, 502 when Prometheus gives no answer.
   */
  get(query: ChartQuery): Promise<Chart> {
    const step = Math.max(
      SHORTEST_STEP,
      Math.ceil((query.to - query.from) / MOST_POINTS / SHORTEST_STEP) * SHORTEST_STEP,
    );
    // On a grid, so that what was a peak a moment ago is one still, and pages share answers.
    const from = Math.floor(query.from / step) * step;
    const to = Math.floor(query.to / step) * step;
    const key = JSON.stringify([query.name, query.service, from, to]);
    const known = this.#kept.get(key);
    if (known !== undefined && this.#nowMs() - known.at < KEEP_MS) return known.chart;
    const chart = this.#ask(query, { start: from, end: Math.max(to, from + step), step });
    this.#kept.delete(key);
    this.#kept.set(key, { at: this.#nowMs(), chart });
    chart.catch(() => this.#kept.delete(key));
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return chart;
  }

  async #ask(query: ChartQuery, range: { start: number; end: number; step: number }): Promise<Chart> {
    const service = this.#service(query.service);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const ask = async (promql: string | undefined): Promise<readonly Point[]> => {
      if (promql === undefined) throw notMeasured(service.name, query.name);
      try {
        return (await this.#prometheus.range(promql, range, signal))[0]?.points ?? [];
      } catch (error) {
        throw new ApiError(502, "prometheus_unavailable", (error as Error).message);
      }
    };
    const queries = queriesOf(service.metrics!);
    const { objectives } = service;
    if (query.name === "error_rate") {
      const [errors, requests] = await Promise.all([ask(queries.errors()), ask(queries.requests())]);
      const failing = new Map(errors);
      // A service that never failed has no error series: with requests, that is zero.
      const share = requests.map(([at, rate]) => [at, rate > 0 ? (failing.get(at) ?? 0) / rate * 100 : null] as const);
      const lines = [{ name: "failed requests", points: gapped(share, range) }];
      return { unit: "percent", limit: objectives.error_percent, lines, step: range.step };
    }
    if (query.name === "requests") {
      const lines = [{ name: "requests", points: gapped(await ask(queries.requests()), range) }];
      return { unit: "per second", limit: null, lines, step: range.step };
    }
    const toMs = service.metrics!.latency?.unit === "milliseconds" ? 1 : 1_000;
    const scaled = (points: readonly Point[]) => points.map(([at, value]) => [at, value * toMs] as const);
    const [p95, mean] = await Promise.all([ask(queries.latencyP95()), ask(queries.latencyMean())]);
    const lines = [
      { name: "95 of 100 are faster", points: gapped(scaled(p95), range) },
      { name: "mean", points: gapped(scaled(mean), range) },
    ];
    return { unit: "ms", limit: objectives.latency_ms, lines, step: range.step };
  }

  #service(name: string | undefined): Service {
    const { services } = this.#catalogue;
    const found = name === undefined
      ? services.find(({ metrics }) => metrics !== undefined)
      : services.find((service) => service.name === name);
    if (found?.metrics === undefined) throw notMeasured(name ?? "any service", "anything");
    return found;
  }
}

/** Each step of the range once; null where there is no point, so that a gap is drawn as a gap. */
function gapped(
  points: readonly (readonly [number, number | null])[],
  { start, end, step }: { start: number; end: number; step: number },
): Line["points"] {
  const byStep = new Map(points.map(([at, value]) => [Math.round((at - start) / step), value]));
  const out: [number, number | null][] = [];
  for (let i = 0; start + i * step <= end; i++) {
    const value = byStep.get(i) ?? null;
    out.push([start + i * step, value !== null && Number.isFinite(value) ? Math.round(value * 1e4) / 1e4 : null]);
  }
  return out;
}

function notMeasured(service: string, what: string): ApiError {
  return new ApiError(404, "not_measured", `config/oncall.yaml has no metrics for ${what} of ${service}.`);
}
