import * as v from "valibot";
import { firstLine, foldShapes, type Shape } from "../sources/mod.ts";
import { ENTRIES } from "./facts.ts";
import { failureFacts } from "./failure_facts.ts";
import { defineTool, parameters } from "./tool.ts";

/** What `fetch_logs` answers. */
export interface LogsResult {
  readonly source: string;
  readonly seconds: number;
  /** Error entries read in that time. */
  readonly count: number;
  readonly first: string | null;
  readonly last: string | null;
  /** Entries per 10 s would hide a burst; this says how many of them are younger than 30 s. */
  readonly count_last_30_seconds: number;
  /** Kinds of entries, the most frequent first. */
  readonly shapes: readonly Shape[];
  readonly distinct_shapes: number;
  /** The newest entries, newest last, stack traces cut. */
  readonly entries: readonly { at: string | null; level: string; message: string }[];
  /** What was left out, in words; null when nothing was. */
  readonly cut: string | null;
  /** Entries read, those that are no errors included. */
  readonly seen?: number;
  /** What could not be read or understood, and what was answered in part only. */
  readonly missing?: readonly string[];
  /** What was taken for granted, or found to be empty. */
  readonly notes?: readonly string[];
}

const MOST_LINES = 12;
const MOST_CHARS = 1500;

/** Error log entries of the service, folded by shape. */
export const fetchLogs = defineTool({
  name: "fetch_logs",
  ofService: true,
  subject: "logs",
  reads: ["logs"],
  measures: ["duration", "share of entries"],
  holds: ["instances", "routes", "places"],
  essential: true,
  always: true,
  counts: [...ENTRIES, "shape"],
  description:
    "Error log entries of the last `seconds`, folded by shape with counts and stack frames; the newest `limit` in full.",
  schema: v.strictObject({
    seconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400)), 300),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)), 20),
  }),
  parameters: parameters({
    seconds: { type: "number", minimum: 1, maximum: 86_400, default: 300 },
    limit: { type: "integer", minimum: 1, maximum: 200, default: 20 },
  }),
  timeoutMs: 5_000,
  outputLimit: 6_000,
  covers: (earlier, wanted) => wanted.seconds <= earlier.seconds * 1.5 && wanted.limit <= earlier.limit * 2,
  async run({ seconds, limit }, { situation, sources, signal, now }): Promise<LogsResult> {
    const { service } = situation;
    const { entries, from, limited, seen, missing = [], notes = [] } = await sources.logs(service).read({
      seconds,
      signal,
    });
    const { shapes, distinct } = await foldShapes(entries, service?.code.frames ?? [], {
      places: () => sources.places(service, signal),
    });
    const times = entries.map((entry) => entry.at).filter((at) => at !== null).sort();
    const recent = now().getTime() - 30_000;
    const tail = entries.slice(-limit);
    const cut = [
      limited ? `only the newest ${entries.length} entries were read; there are more` : "",
      entries.length > tail.length ? `${entries.length - tail.length} older entries are counted but not shown` : "",
      distinct > shapes.length ? `${distinct - shapes.length} rarer shapes are left out` : "",
    ].filter(Boolean).join("; ");
    return {
      source: from,
      seconds,
      count: entries.length,
      first: times[0] ?? null,
      last: times.at(-1) ?? null,
      count_last_30_seconds: times.filter((at) => Date.parse(at) >= recent).length,
      shapes,
      distinct_shapes: distinct,
      entries: foldRepeats(tail),
      cut: cut === "" ? null : cut,
      ...(seen === undefined ? {} : { seen }),
      ...(missing.length === 0 ? {} : { missing }),
      ...(notes.length === 0 ? {} : { notes }),
    };
  },
  gaps: (result) => (result.missing ?? []).map((reason) => ({ reason, partial: result.count > 0 })),
  facts(result, facts) {
    const { seconds, count, first, last, count_last_30_seconds: recent, shapes = [], entries = [] } = result;
    facts.number(recent === undefined ? null : 30, "s", { of: "duration" });
    facts.number(seconds, "s", { of: "duration" }).span(first, last).quote(result);
    for (const found of [count, recent, entries.length]) facts.count(found, ENTRIES);
    for (const found of [result.distinct_shapes, shapes.length]) facts.count(found, ["shape"]);
    for (const { message } of entries) facts.said(message);
    for (const shape of shapes) {
      facts.count(shape.count, ENTRIES).number(shape.share_percent, "%", { of: "share of entries" });
      facts.span(shape.first, shape.last).said(shape.message).said(shape.headline);
      failureFacts(shape.failure, facts);
      for (const { file, line, printed } of shape.frames ?? []) facts.frame(file, line).file(printed);
      for (const [word, times] of Object.entries(shape.words ?? {})) {
        const request = /^[A-Z]+ (\/.*)$/.exec(word)?.[1];
        if (request === undefined) facts.instance(word);
        else facts.route(request);
        facts.count(times, ENTRIES, [request ?? word]);
      }
    }
  },
});

/** An entry whose stack was already shown is shown without it. */
function foldRepeats(entries: readonly { at: string | null; level: string; message: string }[]) {
  const seen = new Set<string>();
  return entries.map(({ at, level, message }) => {
    const lines = message.split("\n");
    const stack = lines.slice(1).join("\n");
    const repeated = stack !== "" && seen.has(stack);
    seen.add(stack);
    const rest = repeated ? ["    (the same stack as above)"] : lines.slice(1, MOST_LINES);
    if (!repeated && lines.length > MOST_LINES) rest.push(`    (${lines.length - MOST_LINES} more lines)`);
    const text = [firstLine(message), ...rest].join("\n");
    return { at, level, message: text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text };
  });
}
