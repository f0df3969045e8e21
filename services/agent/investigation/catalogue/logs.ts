import * as v from "valibot";
import { anyPath, connectionName, pattern, text } from "./fields.ts";

const zone = v.pipe(
  v.string(),
  v.check((text) => isZone(text), "expected a time zone like Europe/Berlin, UTC or +02:00"),
);

/** How lines are read, wherever they come from. */
const format = {
  /** What a line that begins an entry looks like; `timestamp`, `level` and `message` are named groups. */
  entry: v.optional(pattern),
  /** Matches entries that count as errors; default: level ERROR and above. */
  errors: v.optional(pattern),
  /** Zone of times that name none, e.g. `Europe/Berlin` or `+02:00`. */
  zone: v.optional(zone),
};

const paths = v.union(
  [anyPath, v.pipe(v.array(anyPath), v.minLength(1, "expected at least one path"))],
  "expected a path, or a list of them",
);
const matches = v.record(v.pipe(v.string(), v.regex(/^[A-Z_][A-Z0-9_]*$/, "expected a journal field")), v.string());

/** Where a service's logs are. With `connection`, the source is that of the connection's kind. */
export const logsSchema = v.variant("source", [
  v.strictObject({ source: v.literal("balancer") }),
  v.strictObject({
    source: v.literal("file"),
    connection: v.optional(connectionName),
    path: paths,
    /** The file need not be there, e.g. while the program writes to a terminal; default: it must. */
    optional: v.optional(v.boolean("expected true or false")),
    ...format,
  }),
  v.pipe(
    v.strictObject({
      source: v.literal("loki"),
      connection: v.optional(connectionName),
      url: v.optional(v.pipe(v.string(), v.url("expected a URL"))),
      query: v.pipe(v.string(), v.nonEmpty("expected a LogQL query")),
      tenant: v.optional(v.string()),
      ...format,
    }),
    v.check(
      ({ url, connection }) => (url === undefined) !== (connection === undefined),
      "expected url or connection, one of them",
    ),
  ),
  v.strictObject({
    source: v.literal("elasticsearch"),
    connection: connectionName,
    /** Index, data stream or pattern, e.g. `logs-*`; default: the connection's, else all. */
    index: v.optional(text),
    /** In the syntax of Lucene, e.g. `service.name:"cart"`. */
    query: v.optional(text),
    /** Fields of a document; default: those of the usual collectors. */
    fields: v.optional(v.strictObject({
      time: v.optional(text),
      message: v.optional(text),
      level: v.optional(text),
    })),
    ...format,
  }),
  v.strictObject({
    source: v.literal("victorialogs"),
    connection: connectionName,
    query: v.pipe(v.string(), v.nonEmpty("expected a LogsQL query")),
    ...format,
  }),
  v.pipe(
    v.strictObject({
      source: v.literal("journald"),
      connection: v.optional(connectionName),
      unit: v.optional(text),
      identifier: v.optional(text),
      /** Fields of the journal and their values. */
      match: v.optional(matches),
      ...format,
    }),
    v.check(
      ({ unit, identifier, match }) => (unit ?? identifier ?? match) !== undefined,
      "expected unit, identifier or match",
    ),
  ),
  v.strictObject({
    source: v.literal("docker"),
    connection: v.optional(connectionName),
    /** Its name or its id; a name may hold `*`. */
    container: text,
    ...format,
  }),
  v.strictObject({ source: v.literal("none") }),
], "expected `connection` with the name of a connection for logs, or source: balancer, file, loki or none");

function isZone(text: string): boolean {
  if (/^(?:UTC|GMT)?[+-]\d{1,2}(?::?\d\d)?$/.test(text)) return true;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
