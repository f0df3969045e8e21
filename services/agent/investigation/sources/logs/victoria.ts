import { parseJson } from "../../../../lib/http/mod.ts";
import { ToolError } from "../../tool_error.ts";
import { getText } from "../http.ts";
import { wordsOf } from "../words.ts";
import { lineOfDocument } from "./documents.ts";
import type { Logs } from "./entry.ts";
import { errorsOf, notUnderstood, withNotes } from "./errors.ts";
import { entriesOf, isTerminated, type LineFormat } from "./lines.ts";

/** Where a VictoriaLogs is and what to ask it. */
export interface VictoriaOptions extends LineFormat {
  readonly url: string;
  /** In LogsQL. */
  readonly query: string;
}

const LIMIT = 2000;

/** Logs behind `GET /select/logsql/query`, which answers one JSON object a line. */
export function victoriaLogs(
  options: VictoriaOptions,
  deps: { readonly fetch: typeof fetch; readonly now: () => Date },
): Logs {
  const base = options.url.replace(/(?<!\/)\/+$/, "").replace(/\/select\/logsql(?:\/query)?$/, "");
  const from = `VictoriaLogs ${options.query}`;
  return {
    async read({ seconds, signal }) {
      const end = deps.now().getTime();
      const params = new URLSearchParams({
        query: options.query,
        start: new Date(end - seconds * 1000).toISOString(),
        end: new Date(end).toISOString(),
        limit: `${LIMIT}`,
      });
      const answer = await getText(`${base}/select/logsql/query?${params}`, {
        fetch: deps.fetch,
        signal,
        who: "VictoriaLogs",
        maxBytes: 48 * 2 ** 20,
      });
      if (answer.status !== 200) {
        throw new ToolError(
          "bad_answer",
          `VictoriaLogs at ${new URL(base).origin} answered ${answer.status}: ${
            wordsOf(answer.text) || "no reason given"
          }`,
        );
      }
      const { documents, broken } = documentsOf(answer.text);
      if (broken > 0 && documents.length === 0) {
        throw new ToolError(
          "bad_answer",
          `VictoriaLogs at ${new URL(base).origin} answered 200, not in the form of its API`,
        );
      }
      const lines = documents.map((one) => lineOfDocument(one)).toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
      const all = entriesOf(lines, {
        format: options,
        near: end,
        terminated: lines.some(({ text }) => isTerminated(text)),
      });
      const errors = errorsOf(all, options);
      const limited = documents.length >= LIMIT;
      return withNotes({ entries: errors, from, limited, seen: all.length }, [
        notUnderstood(all, errors, "say what a line looks like with `entry`, or filter for errors in `query`"),
        broken > 0 ? `${broken} lines of VictoriaLogs' answer could not be read` : null,
        limited && errors.length === 0
          ? `only the newest ${documents.length} lines were read, none of them an error; filter for errors in \`query\``
          : null,
      ], [documents.length === 0 ? `${from} has no lines of the last ${seconds} s` : null]);
    },
  };
}

function documentsOf(text: string): { documents: Record<string, unknown>[]; broken: number } {
  const documents: Record<string, unknown>[] = [];
  let broken = 0;
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    try {
      const value = parseJson(line);
      if (typeof value !== "object" || value === null || Array.isArray(value)) broken++;
      else documents.push(value as Record<string, unknown>);
    } catch {
      broken++;
    }
  }
  return { documents, broken };
}
