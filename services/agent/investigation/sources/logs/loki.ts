import * as v from "valibot";
import { ToolError } from "../../tool_error.ts";
import { getJson, type JsonAnswer, waitWords } from "../http.ts";
import { errorWords } from "../words.ts";
import type { Assembled, SourceLine } from "./assemble.ts";
import type { LogEntry, Logs } from "./entry.ts";
import { errorsOf, notUnderstood, withNotes } from "./errors.ts";
import { levelOf } from "./levels.ts";
import { entryOf, isTerminated, type LineFormat, startReading } from "./lines.ts";

/** Text and, since 3.0, labels of the single line, plain or sorted into groups. */
const valueSchema = v.pipe(
  v.array(v.unknown()),
  v.check((value) => typeof value[0] === "string" && /^\d{1,20}$/.test(value[0]) && typeof value[1] === "string"),
);

const answerSchema = v.object({
  status: v.optional(v.literal("success")),
  data: v.object({
    resultType: v.literal("streams"),
    result: v.pipe(
      v.nullable(v.array(v.object({
        stream: v.optional(v.record(v.string(), v.unknown()), {}),
        values: v.optional(v.nullable(v.array(valueSchema)), []),
      }))),
      v.transform((list) => list ?? []),
    ),
  }),
  warnings: v.optional(v.nullable(v.array(v.string())), []),
});

const LIMIT = 2000;
const LEAST_LIMIT = 50;
/** How often less is asked for, of lines and of time together. */
const MOST_TRIES = 6;
/** A shorter stretch of time tells too little. */
const LEAST_SECONDS = 30;

/** Where a Loki is and what to ask it. */
export interface LokiOptions extends LineFormat {
  readonly url: string;
  readonly query: string;
  readonly tenant?: string | undefined;
}

interface Answered {
  readonly streams: v.InferOutput<typeof answerSchema>["data"]["result"];
  readonly warnings: readonly string[];
  readonly limit: number;
  readonly seconds: number;
  /** What Loki refused before, in its words. */
  readonly refused: string | null;
}

/** Logs behind Loki's `query_range`. */
export function lokiLogs(options: LokiOptions, deps: { readonly fetch: typeof fetch; readonly now: () => Date }): Logs {
  return {
    async read({ seconds, signal }) {
      const end = deps.now().getTime();
      const found = await asked(options, { end, seconds, signal, fetch: deps.fetch });
      const count = found.streams.reduce((sum, { values }) => sum + (values?.length ?? 0), 0);
      const all = entriesOfStreams(found.streams, options, end);
      const errors = wanted(all, options);
      const limited = count >= found.limit;
      return withNotes(
        { entries: errors, from: `Loki ${options.query}`, limited, seen: all.length },
        [
          notUnderstood(all, errors, "say what a line looks like with `entry`, or filter for errors in `query`"),
          ...found.warnings.slice(0, 3).map((text) => `Loki's answer is partial: ${text.slice(0, 240)}`),
          found.seconds < seconds
            ? `only the last ${found.seconds} s were read: Loki refused more (${found.refused})`
            : null,
          limited && errors.length === 0
            ? `only the newest ${count} lines were read, none of them an error; filter for errors in \`query\``
            : null,
        ],
        [
          found.limit < LIMIT && found.refused !== null
            ? `Loki gives ${found.limit} lines at once (${found.refused})`
            : null,
          count === 0 ? `Loki has no lines of the last ${found.seconds} s for ${options.query}` : null,
        ],
      );
    },
  };
}

interface Asking {
  readonly end: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
}

/** Asks until Loki grants it: fewer lines where it limits them, less time where a query takes it too long. */
async function asked(options: LokiOptions, asking: Asking): Promise<Answered> {
  let limit = LIMIT;
  let { seconds } = asking;
  let refused: string | null = null;
  for (let tries = 1;; tries++) {
    try {
      const answer = await ask(options, { ...asking, limit, seconds });
      return { ...answer, limit, seconds, refused };
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== "bad_answer") throw error;
      if (/no org id/i.test(error.message)) {
        throw new ToolError("bad_answer", `${error.message}; name one with \`tenant\``, { cause: error });
      }
      if (tries >= MOST_TRIES) throw error;
      const words = error.message.slice(error.message.indexOf(": ") + 2);
      const less = lessOf(error.message, { limit, seconds });
      if (less === null) throw error;
      ({ limit, seconds } = less);
      refused = words.slice(0, 160);
    }
  }
}

const ENTRIES_LIMIT = /max entries limit|max_entries_limit|limit (?:exceeds|is too|must)|too many (?:lines|entries)/i;
const TOO_LONG =
  /deadline exceeded|timed? ?out|query time range exceeds|too many bytes|too (?:large|long|expensive)|query timeout|max(?:imum)? (?:query|of (?:chunks|series|streams|samples))|maximum of series|limit.{0,40}(?:chunks|bytes|series|streams)|exceeded.{0,40}(?:limit|quota|memory)|larger than (?:max|\d)|is larger than|context canceled/i;

/** What to ask for after a refusal; null where less would not help. */
function lessOf(
  said: string,
  { limit, seconds }: { limit: number; seconds: number },
): { limit: number; seconds: number } | null {
  if (ENTRIES_LIMIT.test(said)) {
    // `… (2000 > 1000)` names what it gives.
    const named = Number(/>\s{0,2}(\d{1,7})\s{0,2}\)/.exec(said)?.[1]);
    const next = named > 0 && named < limit ? named : Math.floor(limit / 2);
    return next < LEAST_LIMIT && !(named > 0) ? null : { limit: next, seconds };
  }
  if (!TOO_LONG.test(said)) return null;
  const next = Math.ceil(seconds / 4);
  return next < LEAST_SECONDS
    ? (seconds > LEAST_SECONDS ? { limit, seconds: LEAST_SECONDS } : null)
    : { limit, seconds: next };
}

async function ask(
  { url, query, tenant }: LokiOptions,
  { end, seconds, limit, signal, fetch }: Asking & { readonly limit: number },
): Promise<Pick<Answered, "streams" | "warnings">> {
  const base = url.replace(/(?<!\/)\/+$/, "").replace(/\/loki\/api\/v1(?:\/query_range)?$/, "");
  const params = new URLSearchParams({
    query,
    start: `${BigInt(Math.round(end - seconds * 1000)) * 1_000_000n}`,
    end: `${BigInt(end) * 1_000_000n}`,
    limit: `${limit}`,
    direction: "backward",
  });
  const answer = await getJson(`${base}/loki/api/v1/query_range?${params}`, {
    fetch,
    signal,
    who: "Loki",
    maxBytes: 48 * 2 ** 20,
    headers: tenant === undefined ? {} : { "x-scope-orgid": tenant },
  });
  const parsed = v.safeParse(answerSchema, answer.body);
  if (answer.status !== 200 || !parsed.success) throw refusal(base, answer);
  return { streams: parsed.output.data.result, warnings: parsed.output.warnings ?? [] };
}

function refusal(base: string, { status, headers, body }: JsonAnswer): ToolError {
  const type = (body as { data?: { resultType?: unknown } } | null)?.data?.resultType;
  const said = status === 200 && typeof type === "string" && type !== "streams"
    ? `with numbers (${type}), not with lines: \`query\` must be a query for lines, without rate() or count_over_time()`
    : errorWords(body) || "not in the form of its API";
  return new ToolError(
    "bad_answer",
    `Loki at ${new URL(base).origin} answered ${status}: ${said}${waitWords(headers, status)}`,
  );
}

interface LokiLine extends SourceLine {
  readonly nanos: bigint;
  readonly order: number;
}

/** The entries of all streams, oldest first: each stream is put together by itself, since Loki sorts within streams only. */
function entriesOfStreams(streams: Answered["streams"], format: LineFormat, near: number): LogEntry[] {
  const entries: Assembled[] = [];
  for (const { stream, values } of joinedStreams(streams)) {
    const terminated = values.some(({ text }) => isTerminated(text));
    const reader = startReading({ format, near, terminated });
    for (const [index, line] of values.entries()) reader.add({ ...line, stream }, values[index + 1]?.text ?? "");
    entries.push(...reader.end());
  }
  return entries.sort((a, b) => (a.at ?? 0) - (b.at ?? 0)).map((one) => entryOf(one));
}

/** Labels that are told from the line's content; what differs in them alone is one program's output. */
const FROM_CONTENT =
  /^(?:level|detected_level|severity|severity_text|loglevel|log_level|trace_id|span_id|traceid|spanid|request_id|__error__|__error_details__)$/i;

/** Streams by the labels of their source, each with its lines, oldest first. */
function joinedStreams(streams: Answered["streams"]): { stream: string; values: LokiLine[] }[] {
  const joined = new Map<string, LokiLine[]>();
  for (const { stream, values } of streams) {
    const labels = Object.entries(stream).filter(([name]) => !FROM_CONTENT.test(name)).sort().flat().join(" ");
    const lines = joined.get(labels) ?? [];
    // Newest first, as asked for: of lines of one moment the last one came first.
    for (const value of (values ?? []).toReversed()) lines.push(lineOf(value, stream, lines.length));
    joined.set(labels, lines);
  }
  return [...joined].map(([stream, values]) => ({
    stream,
    values: values.sort((a, b) => a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : a.order - b.order),
  }));
}

function lineOf([time, text, metadata]: unknown[], labels: Readonly<Record<string, unknown>>, order: number): LokiLine {
  const nanos = BigInt(time as string);
  const { structuredMetadata, parsed, ...plain } = (metadata ?? {}) as Record<string, Record<string, unknown>>;
  const all: Record<string, unknown> = { ...labels, ...plain, ...structuredMetadata, ...parsed };
  const named = [all.level, all.severity, all.severity_text, all.detected_level].find((word) =>
    typeof word === "string"
  );
  return {
    text: text as string,
    nanos,
    order,
    at: Number(nanos / 1_000_000n),
    level: levelOf(String(named ?? "")),
  };
}

/** A query that itself looks for errors: then a line that names no level is one. */
const ASKS_FOR_ERRORS =
  /(?:\|[=~]|=~?)\s{0,4}["`][^"`]{0,200}(?:error|exception|fatal|panic|traceback|crit|5\.\.|5\[|\b5\d\d\b)/i;

function wanted(entries: readonly LogEntry[], options: LokiOptions): LogEntry[] {
  if (options.errors !== undefined || !ASKS_FOR_ERRORS.test(options.query)) return errorsOf(entries, options);
  return entries.filter((entry) => entry.level === "NONE" || errorsOf([entry], options).length > 0);
}
