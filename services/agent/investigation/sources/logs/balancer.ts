import * as v from "valibot";
import { ToolError } from "../../tool_error.ts";
import { getJson } from "../http.ts";
import { type Logs, timestampOf } from "./entry.ts";
import { cleanText } from "./text.ts";

const answerSchema = v.object({
  entries: v.array(v.object({
    timestamp: v.string(),
    pid: v.optional(v.nullable(v.number())),
    level: v.optional(v.string(), "ERROR"),
    message: v.string(),
  })),
});

/** Entries asked for at once; a storm of errors is counted up to here. */
const LIMIT = 2000;

/** The common error log behind `GET <url>/logs/tail`. */
export function balancerLogs(url: string, deps: { readonly fetch: typeof fetch }): Logs {
  return {
    async read({ seconds, signal }) {
      const answer = await getJson(`${url}/logs/tail?seconds=${Math.ceil(seconds)}&limit=${LIMIT}`, {
        fetch: deps.fetch,
        signal,
        who: "the load balancer",
        maxBytes: 48 * 2 ** 20,
      });
      const parsed = v.safeParse(answerSchema, answer.body);
      if (answer.status !== 200 || !parsed.success) {
        const code = (answer.body as { error?: unknown } | null)?.error;
        throw new ToolError(
          "bad_answer",
          `the load balancer at ${url} answered ${answer.status} to GET /logs/tail${
            typeof code === "string" ? ` (${code})` : ""
          }`,
        );
      }
      const entries = parsed.output.entries.map(({ timestamp, pid, level, message }) => ({
        at: timestampOf(timestamp),
        level,
        message: cleanText(message),
        ...(pid === null || pid === undefined ? {} : { pid }),
      }));
      return { entries, from: `${url}/logs/tail`, limited: entries.length >= LIMIT };
    },
  };
}
