import * as v from "valibot";
import { ToolError } from "../../tool_error.ts";
import { getJson } from "../http.ts";
import { errorWords } from "../words.ts";
import { type DocumentFields, lineOfDocument, valueAt } from "./documents.ts";
import type { Logs } from "./entry.ts";
import { errorsOf, notUnderstood, withNotes } from "./errors.ts";
import { entriesOf, isTerminated, type LineFormat } from "./lines.ts";

/** Where an Elasticsearch or OpenSearch is and what to ask it. */
export interface ElasticOptions extends LineFormat {
  readonly url: string;
  /** For a person. */
  readonly who: string;
  readonly index?: string | undefined;
  /** In the syntax of Lucene. */
  readonly query?: string | undefined;
  readonly fields?: DocumentFields | undefined;
}

const answerSchema = v.object({
  timed_out: v.optional(v.boolean(), false),
  _shards: v.optional(v.object({ failed: v.optional(v.number(), 0) })),
  hits: v.object({
    hits: v.array(v.object({ _source: v.optional(v.record(v.string(), v.unknown()), {}) })),
  }),
});

const LIMIT = 2000;

/** Logs behind `GET /<index>/_search`; the newest first, as many as one answer may hold. */
export function elasticLogs(
  options: ElasticOptions,
  deps: { readonly fetch: typeof fetch; readonly now: () => Date },
): Logs {
  const { url, query, fields } = options;
  const index = options.index ?? "*";
  const who = options.who === "opensearch" ? "OpenSearch" : "Elasticsearch";
  const time = fields?.time ?? "@timestamp";
  const base = url.replace(/(?<!\/)\/+$/, "");
  const from = `${who} ${index}${query === undefined ? "" : ` ${query}`}`;
  return {
    async read({ seconds, signal }) {
      const end = deps.now().getTime();
      const since = new Date(end - seconds * 1000).toISOString();
      const period = `${escaped(time)}:["${since}" TO "${new Date(end).toISOString()}"]`;
      const params = new URLSearchParams({
        q: query === undefined ? period : `(${query}) AND ${period}`,
        size: `${LIMIT}`,
        sort: `${time}:desc`,
        ignore_unavailable: "true",
        allow_no_indices: "true",
      });
      const where = index.split(",").map(encodeURIComponent).join(",").replaceAll("%2A", "*");
      const answer = await getJson(`${base}/${where}/_search?${params}`, {
        fetch: deps.fetch,
        signal,
        who,
        maxBytes: 48 * 2 ** 20,
      });
      const parsed = v.safeParse(answerSchema, answer.body);
      if (answer.status !== 200 || !parsed.success) {
        throw refusal({ who, base, status: answer.status, body: answer.body, time });
      }
      const { hits: { hits }, timed_out: late, _shards: shards } = parsed.output;
      const lines = hits.map(({ _source }) => ({
        ...lineOfDocument(_source, fields),
        offset: Number(valueAt(_source, ["log.offset"]) ?? 0),
      }))
        .reverse().toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0) || a.offset - b.offset);
      const all = entriesOf(lines, {
        format: options,
        near: end,
        terminated: lines.some(({ text }) => isTerminated(text)),
      });
      const errors = errorsOf(all, options);
      const limited = hits.length >= LIMIT;
      return withNotes({ entries: errors, from, limited, seen: all.length }, [
        notUnderstood(all, errors, "name the fields with `fields`, or say what a line looks like with `entry`"),
        late || (shards?.failed ?? 0) > 0
          ? `${who}'s answer is partial: ${late ? "it ran out of time" : `${shards!.failed} shards failed`}`
          : null,
        limited && errors.length === 0
          ? `only the newest ${hits.length} lines were read, none of them an error; filter for errors in \`query\``
          : null,
      ], [hits.length === 0 ? `${from} has no lines of the last ${seconds} s` : null]);
    },
  };
}

function refusal(
  { who, base, status, body, time }: {
    readonly who: string;
    readonly base: string;
    readonly status: number;
    readonly body: unknown;
    readonly time: string;
  },
): ToolError {
  const root = (body as { error?: { root_cause?: { reason?: unknown }[] } } | null)?.error?.root_cause?.[0]?.reason;
  const said = typeof root === "string" ? root : errorWords(body) || "not in the form of its API";
  const hint = /No mapping found/i.test(said)
    ? `; no document has the field ${time}: name the field with the time with \`fields: { time: … }\``
    : status === 401
    ? "; check the connection's credentials"
    : "";
  return new ToolError(
    "bad_answer",
    `${who} at ${new URL(base).origin} answered ${status}: ${said.slice(0, 300)}${hint}`,
  );
}

/** Escapes what is syntax in a field's name. */
function escaped(name: string): string {
  return name.replaceAll(/[\s:\\/()[\]{}"~^*?!+&|-]/g, "\\$&");
}
