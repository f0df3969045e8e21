import { parseJson } from "../../../../../lib/http/mod.ts";
import { timeOfField } from "../times/mod.ts";
import type { Unwrap } from "./wrapped.ts";

/** Docker's json-file, and what Fluentd and Fluent Bit make of it: `{"log":"…\n","stream":"stderr","time":"…"}`. */
export const docker: Unwrap = (line, { terminated }) => {
  if (!line.startsWith("{") || !line.includes('"log"')) return null;
  let fields: Record<string, unknown>;
  try {
    fields = parseJson(line) as Record<string, unknown>;
  } catch {
    return null;
  }
  const { log, stream } = fields;
  const kubernetes = fields.kubernetes as { pod_name?: unknown; container_name?: unknown } | undefined;
  const collected = typeof stream === "string" || typeof kubernetes === "object" || fields.container_id !== undefined;
  if (typeof log === "string" && (collected || Object.keys(fields).length <= 3)) {
    return {
      inner: log.replace(/\r?\n$/, ""),
      at: timeOfField(fields.time ?? fields["@timestamp"] ?? fields.timestamp ?? fields.date),
      stream: `${stream ?? ""} ${kubernetes?.pod_name ?? fields.container_name ?? fields.container_id ?? ""}`,
      // Docker ends each line by its line break, and cuts a long one into parts without.
      partial: terminated === true && !log.endsWith("\n"),
    };
  }
  return null;
};
