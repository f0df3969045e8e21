import * as v from "valibot";
import { ToolError } from "../../tools/tool.ts";
import { getJson } from "../http.ts";
import type { Logs } from "./entry.ts";
import { isError, type LineFormat, parseLines } from "./lines.ts";

const answerSchema = v.object({
  status: v.literal("success"),
  data: v.object({
    resultType: v.literal("streams"),
    result: v.array(v.object({
      stream: v.record(v.string(), v.string()),
      values: v.array(v.tuple([v.string(), v.string()])),
    })),
  }),
});

const LIMIT = 2000;

/** Where a Loki is and what to ask it. */
export interface LokiOptions extends LineFormat {
  readonly url: string;
  readonly query: string;
  readonly tenant?: string | undefined;
}

/** Logs behind Loki's `query_range`. */
export function lokiLogs(options: LokiOptions, deps: { readonly fetch: typeof fetch; readonly now: () => Date }): Logs {
  const url = options.url.replace(/\/+$/, "");
  return {
    async read({ seconds, signal }) {
      const end = deps.now().getTime();
      const params = new URLSearchParams({
        query: options.query,
        start: `${BigInt(end - seconds * 1000) * 1_000_000n}`,
        end: `${BigInt(end) * 1_000_000n}`,
        limit: `${LIMIT}`,
        direction: "backward",
      });
      const answer = await getJson(`${url}/loki/api/v1/query_range?${params}`, {
        fetch: deps.fetch,
        signal,
        who: "Loki",
        headers: options.tenant === undefined ? {} : { "x-scope-orgid": options.tenant },
      });
      const parsed = v.safeParse(answerSchema, answer.body);
      if (answer.status !== 200 || !parsed.success) {
        throw new ToolError("bad_answer", `Loki at ${url} answered ${answer.status}, not in the form of its API`);
      }
      const lines = parsed.output.data.result.flatMap(({ stream, values }) =>
        values.map(([at, line]) => ({ at, line, level: stream.level ?? stream.detected_level }))
      ).sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
      const entries = lines.map(({ at, line, level }) => {
        const own = parseLines(line, options)[0];
        return {
          at: new Date(Number(BigInt(at) / 1_000_000n)).toISOString(),
          level: level?.toUpperCase() ?? own?.level ?? "ERROR",
          message: own?.message ?? line,
        };
      });
      return {
        entries: options.errors === undefined ? entries : entries.filter((entry) => isError(entry, options)),
        from: `Loki ${options.query}`,
        limited: lines.length >= LIMIT,
      };
    },
  };
}
