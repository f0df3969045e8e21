import * as v from "valibot";
import { ToolError } from "../tools/tool.ts";
import { getJson } from "./http.ts";

/** A point in time and its value; seconds since the epoch. */
export type Point = readonly [at: number, value: number];

/** The labels of a time series with its points, oldest first. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
}

/** Asks a Prometheus-compatible server. */
export interface Prometheus {
  /** One point per series, at `at` (seconds); empty when nothing matches, which is not zero. */
  instant(query: string, at: number, signal: AbortSignal): Promise<Series[]>;
  range(query: string, range: RangeOptions, signal: AbortSignal): Promise<Series[]>;
  /** What it reads metrics from. */
  targets(signal: AbortSignal): Promise<Target[]>;
}

/** What metrics are read from; `error` says why the last time failed, empty when it did not. */
export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly error: string;
}

/** Seconds since the epoch, and seconds. */
export interface RangeOptions {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const sample = v.tuple([v.number(), v.string()]);
const answerSchema = v.object({
  status: v.literal("success"),
  data: v.variant("resultType", [
    v.object({
      resultType: v.literal("vector"),
      result: v.array(v.object({ metric: v.record(v.string(), v.string()), value: v.optional(sample) })),
    }),
    v.object({
      resultType: v.literal("matrix"),
      result: v.array(v.object({ metric: v.record(v.string(), v.string()), values: v.optional(v.array(sample), []) })),
    }),
    v.object({ resultType: v.picklist(["scalar", "string"]), result: sample }),
  ]),
});

const targetsSchema = v.object({
  status: v.literal("success"),
  data: v.object({
    activeTargets: v.array(
      v.object({ labels: v.record(v.string(), v.string()), lastError: v.optional(v.string(), "") }),
    ),
  }),
});

/** A client of the server at `url`. */
export function createPrometheus(url: string, deps: { readonly fetch: typeof fetch }): Prometheus {
  const ask = async <T>(path: string, schema: v.GenericSchema<unknown, T>, { params, signal }: {
    readonly params: Record<string, string>;
    readonly signal: AbortSignal;
  }): Promise<T> => {
    const { status, body } = await getJson(`${url}${path}?${new URLSearchParams(params)}`, {
      fetch: deps.fetch,
      signal,
      who: "Prometheus",
    });
    const parsed = v.safeParse(schema, body);
    if (parsed.success) return parsed.output;
    const said = (body as { error?: unknown } | null)?.error;
    throw new ToolError(
      "bad_answer",
      `Prometheus at ${url} answered ${status}: ${typeof said === "string" ? said : "not in the form of its API"}`,
    );
  };
  const series = async (path: string, params: Record<string, string>, signal: AbortSignal) =>
    toSeries((await ask(path, answerSchema, { params, signal })).data);
  return {
    instant: (query, at, signal) => series("/api/v1/query", { query, time: at.toFixed(3) }, signal),
    range: (query, { start, end, step }, signal) =>
      series("/api/v1/query_range", { query, start: start.toFixed(3), end: end.toFixed(3), step: `${step}` }, signal),
    async targets(signal) {
      const { data } = await ask("/api/v1/targets", targetsSchema, { params: { state: "active" }, signal });
      return data.activeTargets.map(({ labels, lastError }) => ({ labels, error: lastError }));
    },
  };
}

function toSeries(data: v.InferOutput<typeof answerSchema>["data"]): Series[] {
  if (data.resultType === "vector") {
    return data.result.map(({ metric, value }) => ({ labels: metric, points: value ? [toPoint(value)] : [] }));
  }
  if (data.resultType === "matrix") {
    return data.result.map(({ metric, values }) => ({ labels: metric, points: values.map(toPoint) }));
  }
  return [{ labels: {}, points: [toPoint(data.result)] }];
}

function toPoint([at, value]: readonly [number, string]): Point {
  return [at, value === "+Inf" ? Infinity : value === "-Inf" ? -Infinity : Number(value)];
}
