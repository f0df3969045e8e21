import * as v from "valibot";
import { ToolError } from "../tool_error.ts";
import { getJson, type JsonAnswer, waitWords } from "./http.ts";
import { errorWords, wordsOf } from "./words.ts";

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
  /** The same server; `listener` is told in words where an answer is only a part of what was asked for. */
  noting(listener: (said: string) => void): Prometheus;
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

const sample = v.tuple([v.number(), v.union([v.string(), v.number()])]);
const labels = v.optional(v.nullable(v.record(v.string(), v.string())));
/** Some relatives write null where nothing was found. */
const listOf = <T extends v.GenericSchema>(item: T) =>
  v.pipe(v.nullable(v.array(item)), v.transform((list) => list ?? []));

const answerSchema = v.object({
  status: v.literal("success"),
  data: v.variant("resultType", [
    v.object({
      resultType: v.literal("vector"),
      result: listOf(v.object({ metric: labels, value: v.optional(sample) })),
    }),
    v.object({
      resultType: v.literal("matrix"),
      result: listOf(v.object({ metric: labels, values: v.optional(v.array(sample), []) })),
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

/** What a server says of an answer: Prometheus and its relatives add `warnings` and `infos`, VictoriaMetrics `isPartial`. */
const remarksSchema = v.object({
  warnings: v.optional(v.nullable(v.array(v.string())), []),
  infos: v.optional(v.nullable(v.array(v.string())), []),
  isPartial: v.optional(v.nullable(v.boolean()), false),
});

/** A client of the server at `url`. */
export function createPrometheus(
  url: string,
  deps: {
    readonly fetch: typeof fetch;
    /** Whether it is asked again while it is busy; a page that waits for it would rather go without. */
    readonly patient?: boolean;
  },
): Prometheus {
  const { fetch, patient = false } = deps;
  return clientOf({ base: url.replace(/(?<!\/)\/+$/, ""), fetch, patient, note: () => {} });
}

interface ClientOptions {
  readonly base: string;
  readonly fetch: typeof fetch;
  readonly patient: boolean;
  readonly note: (said: string) => void;
}

function clientOf(options: ClientOptions): Prometheus {
  const { base, fetch, patient, note } = options;
  const ask = async <T>(path: string, schema: v.GenericSchema<unknown, T>, { params, signal }: {
    readonly params: Record<string, string>;
    readonly signal: AbortSignal;
  }): Promise<T> => {
    const answer = await getJson(`${base}${path}?${new URLSearchParams(params)}`, {
      fetch,
      signal,
      patient,
      who: "Prometheus",
    });
    const parsed = v.safeParse(schema, answer.body);
    if (!parsed.success) throw refusal(base, answer);
    for (const remark of remarksOf(answer)) note(remark);
    return parsed.output;
  };
  const series = async (path: string, params: Record<string, string>, signal: AbortSignal) =>
    toSeries((await ask(path, answerSchema, { params, signal })).data);
  return {
    instant: (query, at, signal) => series("/api/v1/query", { query, time: at.toFixed(3) }, signal),
    range: (query, range, signal) =>
      withinLimits(range, {
        note,
        ask: ({ start, end, step }) =>
          series(
            "/api/v1/query_range",
            { query, start: start.toFixed(3), end: end.toFixed(3), step: `${step}` },
            signal,
          ),
      }),
    async targets(signal) {
      const { data } = await ask("/api/v1/targets", targetsSchema, { params: { state: "active" }, signal });
      return data.activeTargets.map(({ labels, lastError }) => ({ labels, error: lastError }));
    },
    noting: (listener) => clientOf({ ...options, note: listener }),
  };
}

/** A server's own limit was reached: less may be asked for. */
class TooMuch extends ToolError {}

/** Words by which servers refuse a query that is too long, too fine or too wide. */
const LIMIT =
  /exceed|limit|too (many|long|large|big|much)|maximum (resolution|number)|max(imum)?[ -_]?(points|samples|series|query|length)|out of memory/i;
const LIMIT_STATUSES = new Set([400, 413, 414, 422, 500, 503]);
const MOST_HALVINGS = 3;

function refusal(base: string, { status, headers, body }: JsonAnswer): ToolError {
  const said = errorWords(body);
  const text = `Prometheus at ${new URL(base).origin} answered ${status}: ${
    said === "" ? "not in the form of its API" : said
  }${waitWords(headers, status)}`;
  return LIMIT_STATUSES.has(status) && LIMIT.test(said)
    ? new TooMuch("bad_answer", text)
    : new ToolError("bad_answer", text);
}

/** Asks for half of the time, its newer half, where the server finds all of it too much; says so then. */
async function withinLimits(
  range: RangeOptions,
  { ask, note }: { ask: (range: RangeOptions) => Promise<Series[]>; note: (said: string) => void },
): Promise<Series[]> {
  let { start } = range;
  for (let halvings = 0;; halvings++) {
    try {
      const found = await ask({ ...range, start });
      if (halvings > 0) {
        note(`only the last ${minutes(range.end - start)} were answered, more is over the server's limit`);
      }
      return found;
    } catch (error) {
      const half = (range.end - start) / 2;
      if (!(isTooMuch(error)) || halvings >= MOST_HALVINGS || half < range.step) throw error;
      start = range.end - Math.ceil(half / range.step) * range.step;
    }
  }
}

/** Also a refusal in plain text, which reaches this as the words of another error. */
function isTooMuch(error: unknown): boolean {
  if (error instanceof TooMuch) return true;
  return error instanceof ToolError && error.code === "bad_answer" &&
    /answered (400|413|414|422|500|503): /.test(error.message) &&
    LIMIT.test(error.message.split(": ").slice(1).join(": "));
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Number((seconds / 60).toFixed(1))} minutes`;
}

/** Words by which a mere hint says that something was left out. */
const LEFT_OUT = /partial|incomplete|truncated|unavailable|unreachable|timed? ?out|left out|limit/i;

/** What makes an answer doubtful; a remark on how the query is written does not. */
function remarksOf({ body, headers }: JsonAnswer): string[] {
  const parsed = v.safeParse(remarksSchema, body);
  const { warnings, infos, isPartial } = parsed.success ? parsed.output : { warnings: [], infos: [], isPartial: false };
  const limited = headers.get("m3-results-limited");
  const said = [
    ...warnings ?? [],
    ...(infos ?? []).filter((info) => LEFT_OUT.test(info)),
    ...(limited === null ? [] : [limited]),
  ].filter((text) => !/^PromQL (info|warning)/i.test(text)).slice(0, 3).map((text) =>
    `the answer is partial: ${wordsOf(text)}`
  );
  return isPartial && said.length === 0
    ? ["the answer is partial: the server says that a part of its storage did not answer"]
    : said;
}

function toSeries(data: v.InferOutput<typeof answerSchema>["data"]): Series[] {
  if (data.resultType === "vector") {
    return data.result.map(({ metric, value }) => ({ labels: metric ?? {}, points: value ? [toPoint(value)] : [] }));
  }
  if (data.resultType === "matrix") {
    return data.result.map(({ metric, values }) => ({ labels: metric ?? {}, points: values.map(toPoint) }));
  }
  return [{ labels: {}, points: [toPoint(data.result)] }];
}

function toPoint([at, value]: readonly [number, string | number]): Point {
  return [at, value === "+Inf" ? Infinity : value === "-Inf" ? -Infinity : Number(value)];
}
