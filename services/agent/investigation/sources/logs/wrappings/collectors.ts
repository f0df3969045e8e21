import { parseJson } from "../../../../../lib/http/mod.ts";
import { levelOf } from "../levels.ts";
import { timeOfField } from "../times/mod.ts";
import type { Unwrap } from "./wrapped.ts";

/** Fields that say that a collector made the object of a line: it tells where the line comes from. */
const MARKS = [
  "agent",
  "beat",
  "container",
  "container_id",
  "container_name",
  "docker",
  "file",
  "ingestionTime",
  "input",
  "insertId",
  "kubernetes",
  "logStream",
  "log_group",
  "log_stream",
  "source_type",
  "stream",
];
/** With one of these it is the program's own entry. */
const OWN = ["level", "log.level", "levelname", "lvl", "loglevel", "error", "err", "exception", "stack", "stack_trace"];

/** Filebeat, Vector, Fluentd, CloudWatch's events and Google's text entries: one object a line of text. */
export const collectors: Unwrap = (line) => {
  if (!line.startsWith("{") || !/"(?:message|textPayload|line)"\s{0,2}:\s{0,2}"/.test(line.slice(0, 20_000))) {
    return null;
  }
  let fields: Record<string, unknown>;
  try {
    fields = parseJson(line) as Record<string, unknown>;
  } catch {
    return null;
  }
  const text = fields.textPayload ?? fields.message ?? fields.line;
  const log = fields.log as { level?: unknown; file?: { path?: unknown } } | undefined;
  if (typeof text !== "string" || OWN.some((name) => fields[name] !== undefined) || log?.level !== undefined) {
    return null;
  }
  if (!MARKS.some((name) => fields[name] !== undefined) && log?.file === undefined) return null;
  if (fields.severity !== undefined && fields.textPayload === undefined) return null;
  const { kubernetes, container, labels, resource, stream, container_name, container_id, logStream, host, file } =
    fields;
  return {
    inner: text.replace(/\r?\n$/, ""),
    at: timeOfField(fields["@timestamp"] ?? fields.timestamp ?? fields.time),
    level: levelOf(String(fields.severity ?? "")),
    // What stays the same from line to line of one program.
    stream: JSON.stringify([
      kubernetes,
      container,
      labels,
      resource,
      stream,
      container_name,
      container_id,
      logStream,
      host,
      file,
    ])
      .slice(0, 1000),
  };
};
