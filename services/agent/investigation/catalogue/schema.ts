import * as v from "valibot";
import { senderSchema, severitiesSchema } from "./senders.ts";

const name = v.pipe(v.string(), v.regex(/^[\w.:-]+$/, "expected letters, digits and any of . _ : -"));
const metricName = v.pipe(v.string(), v.regex(/^[a-zA-Z_:][\w:]*$/, "expected the name of a metric"));
const labelName = v.pipe(v.string(), v.regex(/^[a-zA-Z_]\w*$/, "expected the name of a label"));
const selector = v.pipe(
  v.string(),
  v.regex(
    /^\s*[a-zA-Z_]\w*\s*(=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*"(\s*,\s*[a-zA-Z_]\w*\s*(=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*")*\s*$/,
    'expected label matchers without braces, e.g. job="cart",code=~"5.."',
  ),
);
const positive = v.pipe(v.number("expected a number"), v.gtValue(0, "expected a number above 0"));
const insidePath = v.pipe(
  v.string(),
  v.check((p) => !p.startsWith("/") && !p.split("/").includes(".."), "expected a path inside the working directory"),
);

/** A metric and, where it needs more than the service's own selector, further label matchers. */
const metric = v.strictObject({ metric: metricName, selector: v.optional(selector) });

const pattern = v.pipe(
  v.string(),
  v.check((p) => {
    try {
      new RegExp(p);
      return true;
    } catch {
      return false;
    }
  }, "expected a regular expression"),
);

const zone = v.pipe(
  v.string(),
  v.check((text) => isZone(text), "expected a time zone like Europe/Berlin, UTC or +02:00"),
);

const logs = v.variant("source", [
  v.strictObject({ source: v.literal("balancer") }),
  v.strictObject({
    source: v.literal("file"),
    path: insidePath,
    /** The file need not be there, e.g. while the program writes to a terminal; default: it must. */
    optional: v.optional(v.boolean("expected true or false")),
    /** What a line that begins an entry looks like; `timestamp`, `level` and `message` are named groups. */
    entry: v.optional(pattern),
    /** Matches entries that count as errors; default: level ERROR and above. */
    errors: v.optional(pattern),
    /** Zone of times that name none, e.g. `Europe/Berlin` or `+02:00`. */
    zone: v.optional(zone),
  }),
  v.strictObject({
    source: v.literal("loki"),
    url: v.pipe(v.string(), v.url("expected a URL")),
    query: v.pipe(v.string(), v.nonEmpty("expected a LogQL query")),
    tenant: v.optional(v.string()),
    entry: v.optional(pattern),
    errors: v.optional(pattern),
    /** Zone of times that name none, e.g. `Europe/Berlin` or `+02:00`. */
    zone: v.optional(zone),
  }),
  v.strictObject({ source: v.literal("none") }),
], "expected source: balancer, file, loki or none");

function isZone(text: string): boolean {
  if (/^(?:UTC|GMT)?[+-]\d{1,2}(?::?\d\d)?$/.test(text)) return true;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** One service as `config/oncall.yaml` describes it. */
export const serviceSchema = v.strictObject({
  name,
  match: v.pipe(
    v.array(v.record(labelName, v.string("expected text"))),
    v.minLength(1, "expected at least one set of labels"),
  ),
  owner: v.optional(v.string()),
  metrics: v.optional(v.strictObject({
    selector,
    window: v.optional(v.pipe(v.string(), v.regex(/^\d+(s|m|h)$/, "expected a duration like 1m")), "1m"),
    labels: v.optional(
      v.strictObject({
        instance: v.optional(labelName, "instance"),
        name: v.optional(labelName),
        route: v.optional(labelName),
        status: v.optional(labelName),
      }),
      {},
    ),
    requests: v.optional(metric),
    errors: v.optional(metric),
    latency: v.optional(v.strictObject({
      metric: metricName,
      selector: v.optional(selector),
      unit: v.optional(v.picklist(["seconds", "milliseconds"], "expected seconds or milliseconds"), "seconds"),
    })),
    cpu: v.optional(metric),
    memory: v.optional(metric),
    start_time: v.optional(metric),
    ignore_routes: v.optional(v.array(v.string()), []),
  })),
  objectives: v.optional(
    v.strictObject({
      error_percent: v.optional(positive, 5),
      latency_ms: v.optional(positive, 1000),
      cpu_cores: v.optional(positive, 0.8),
      memory_mb: v.optional(positive, 1024),
    }),
    {},
  ),
  logs: v.optional(logs, { source: "none" }),
  code: v.optional(
    v.strictObject({
      source: v.optional(
        v.picklist(["auto", "checkout", "github", "none"], "expected auto, checkout, github or none"),
        "auto",
      ),
      frames: v.optional(v.array(v.strictObject({ pattern, path: v.string() })), []),
      include: v.optional(v.array(insidePath), ["**"]),
      exclude: v.optional(v.array(insidePath), []),
    }),
    { source: "none" },
  ),
  changes: v.optional(
    v.strictObject({ source: v.picklist(["manager", "none"], "expected manager or none") }),
    { source: "none" },
  ),
});

/** Fields of a ticket that the agent fills in itself; `labels` is how it finds a ticket again. */
const OWN_TICKET_FIELDS = ["project", "issuetype", "summary", "description", "labels", "components"];

/** What a Jira project wants of every ticket. */
const jiraSchema = v.strictObject({
  /** By the field's id; values as Jira's API takes them. */
  fields: v.optional(v.record(
    v.pipe(
      v.string(),
      v.check(
        (id) => /^[A-Za-z][\w-]*$/.test(id) && !OWN_TICKET_FIELDS.includes(id),
        "expected the id of a field that the agent does not fill in, e.g. customfield_10126",
      ),
    ),
    v.unknown(),
  )),
  /** By name. */
  components: v.optional(v.array(v.pipe(v.string("expected text"), v.trim(), v.nonEmpty("expected a name")))),
});

/** `config/oncall.yaml` as a whole. */
export const catalogueSchema = v.strictObject({
  runbooks: v.optional(insidePath, "config/runbooks"),
  severities: v.optional(severitiesSchema, {}),
  senders: v.optional(
    v.pipe(
      v.array(senderSchema),
      v.check((list) => new Set(list.map((s) => s.name)).size === list.length, "expected each name once"),
    ),
    [],
  ),
  jira: v.optional(jiraSchema),
  services: v.pipe(
    v.array(serviceSchema),
    v.check((list) => new Set(list.map((s) => s.name)).size === list.length, "expected each name once"),
  ),
});

/** A service that the agent watches. */
export type Service = v.InferOutput<typeof serviceSchema>;
/** What its metrics are called. */
export type ServiceMetrics = NonNullable<Service["metrics"]>;
/** Where its logs are. */
export type LogSource = Service["logs"];
/** All services, and where runbooks are. */
export type Catalogue = v.InferOutput<typeof catalogueSchema>;
