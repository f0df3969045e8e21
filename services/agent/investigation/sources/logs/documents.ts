import type { SourceLine } from "./assemble.ts";
import { levelOf } from "./levels.ts";
import { timeOfField } from "./times/mod.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What the fields of a document are called; paths may be dotted. */
export interface DocumentFields {
  readonly time?: string | undefined;
  readonly message?: string | undefined;
  readonly level?: string | undefined;
}

const TIME = ["@timestamp", "_time", "timestamp", "time", "ts", "date", "Timestamp"];
const MESSAGE = ["message", "_msg", "msg", "log", "body", "Body", "event.original", "text"];
const LEVEL = [
  "log.level",
  "level",
  "severity",
  "severity_text",
  "SeverityText",
  "loglevel",
  "log_level",
  "levelname",
  "lvl",
];
/** With one of these the document says more than its message. */
const TRACE = [
  "error.stack_trace",
  "error.stack",
  "stack_trace",
  "stacktrace",
  "exception",
  "exc_info",
  "stack",
  "err",
  "error",
  "thrown",
  "exception.stacktrace",
];
/** What tells the writers of lines apart, so that a trace in several documents is put together. */
const WRITER = [
  "container.id",
  "container_id",
  "kubernetes.pod.name",
  "kubernetes.pod_name",
  "kubernetes.pod_id",
  "pod",
  "host.name",
  "hostname",
  "host",
  "log.file.path",
  "file",
  "_stream",
  "stream",
  "service.instance.id",
];

/** A document of a store for logs as a line, with what the store itself knows of it. */
export function lineOfDocument(
  document: Fields,
  fields: DocumentFields = {},
): SourceLine & { readonly at: number | null } {
  const at = timeOfField(valueAt(document, fields.time === undefined ? TIME : [fields.time]));
  const message = valueAt(document, fields.message === undefined ? MESSAGE : [fields.message]);
  const named = valueAt(document, fields.level === undefined ? LEVEL : [fields.level]);
  const stream = WRITER.map((name) => valueAt(document, [name])).filter((value) => typeof value === "string").join(" ");
  const level = typeof named === "string" ? levelOf(named) : null;
  const more = TRACE.some((name) => valueAt(document, [name]) !== undefined);
  const text = typeof message === "string" && (fields.message !== undefined || !more)
    ? message
    : JSON.stringify(typeof message === "string" ? { ...document, message } : document);
  return { text, at, stream, level };
}

/** The first of the fields that is there: by its whole name, else step by step. */
export function valueAt(document: Fields, names: readonly string[]): unknown {
  for (const name of names) {
    const whole = document[name];
    if (whole !== undefined && whole !== null) return whole;
    let at: unknown = document;
    for (const part of name.split(".")) at = (at as Fields | null | undefined)?.[part];
    if (at !== undefined && at !== null) return at;
  }
  return undefined;
}
