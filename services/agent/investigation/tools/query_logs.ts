import * as v from "valibot";
import { ENTRIES } from "./facts.ts";
import { fetchLogs, type LogsResult } from "./fetch_logs.ts";
import { OF_SERVICE, ofService } from "./of_service.ts";
import { defineTool, parameters } from "./tool.ts";

/** Error log entries of any described service. */
export const queryLogs = defineTool({
  name: "query_logs",
  subject: "logs of another service",
  reads: ["logs"],
  measures: ["duration", "share of entries"],
  holds: ["instances", "routes", "places"],
  counts: [...ENTRIES, "shape"],
  description:
    "Error log entries of any `service` of the configuration in the last `seconds`, folded by shape as fetch_logs does; `contains` keeps those with a text, e.g. a host or a request's id.",
  schema: v.strictObject({
    service: ofService,
    contains: v.optional(v.pipe(v.string(), v.nonEmpty("expected some text"), v.maxLength(200))),
    seconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400)), 300),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)), 20),
  }),
  parameters: parameters({
    service: OF_SERVICE,
    contains: { type: "string" },
    seconds: { type: "number", minimum: 1, maximum: 86_400, default: 300 },
    limit: { type: "integer", minimum: 1, maximum: 200, default: 20 },
  }),
  timeoutMs: 5_000,
  outputLimit: 5_000,
  covers: (earlier, wanted) =>
    earlier.service === wanted.service && earlier.contains === wanted.contains &&
    wanted.seconds <= earlier.seconds * 1.5 && wanted.limit <= earlier.limit * 2,
  run({ seconds, limit, contains }, context): Promise<LogsResult> {
    return fetchLogs.run({ seconds, limit }, contains === undefined ? context : containing(contains, context));
  },
  facts: (result, facts) => fetchLogs.facts(result, facts),
  gaps: (result) => fetchLogs.gaps!(result),
});

/** The context with logs of which only entries with a text are read. */
function containing<C extends Parameters<typeof fetchLogs.run>[1]>(text: string, context: C): C {
  const { sources } = context;
  const wanted = text.toLowerCase();
  return {
    ...context,
    sources: {
      ...sources,
      logs: (service) => {
        const logs = sources.logs(service);
        return {
          async read(options) {
            const read = await logs.read(options);
            return { ...read, entries: read.entries.filter(({ message }) => message.toLowerCase().includes(wanted)) };
          },
        };
      },
    },
  };
}
