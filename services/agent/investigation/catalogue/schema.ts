import * as v from "valibot";
import { connectionsSchema } from "../../connections/mod.ts";
import { changesSchema, codeSchema } from "./code.ts";
import { connectionName, insidePath, labelName, listOf, name, text } from "./fields.ts";
import { logsSchema } from "./logs.ts";
import { metricsSchema, objectivesSchema } from "./metrics.ts";
import { senderSchema, severitiesSchema } from "./senders.ts";

/** `host`, `host:port` or a URL, as others call it. */
const peerAddress = v.pipe(
  text,
  v.regex(
    /^(?:[a-z][a-z0-9+.-]*:\/\/)?[\w.*-]+(?::\d{1,5})?(?:\/\S*)?$|^\[[0-9a-fA-F:]+\](?::\d{1,5})?$/,
    "expected host or host:port",
  ),
  v.transform((address) => address.replace(/^[a-z][a-z0-9+.-]*:\/\//, "").split("/", 1)[0]!),
);

/** Another service by its name here, or a peer from outside with its addresses. */
const dependency = v.strictObject({
  name: text,
  /** By which it is called, where it is no service of this file. */
  addresses: v.optional(v.array(peerAddress), []),
});

/** The workload of a cluster that a service runs as. */
const runsAs = v.strictObject({
  namespace: v.pipe(v.string("expected a namespace"), v.nonEmpty("expected a namespace")),
  kind: v.optional(
    v.picklist(["Deployment", "StatefulSet", "DaemonSet"], "expected Deployment, StatefulSet or DaemonSet"),
    "Deployment",
  ),
  /** Default: the service's name. */
  name: v.optional(v.string("expected a workload's name")),
});

/** One service as `config/oncall.yaml` describes it. */
export const serviceSchema = v.strictObject({
  name,
  match: v.pipe(
    v.array(v.record(labelName, v.string("expected text"))),
    v.minLength(1, "expected at least one set of labels"),
  ),
  owner: v.optional(v.string()),
  /** By which others call it: in their errors, these stand for this service. */
  addresses: v.optional(v.array(peerAddress), []),
  depends_on: v.optional(v.array(dependency), []),
  /** What its instances are called for a person, by the value of the instance label. */
  instances: v.optional(v.record(v.string(), text)),
  metrics: v.optional(metricsSchema),
  objectives: v.optional(objectivesSchema, {}),
  logs: v.optional(logsSchema, { source: "none" }),
  traces: v.optional(v.strictObject({
    connection: connectionName,
    /** Its name in the traces; default: the service's. */
    service: v.optional(listOf(text, "expected a name, or a list of them")),
  })),
  code: v.optional(codeSchema, { source: "none" }),
  changes: v.optional(changesSchema, { source: "none" }),
  /** The workload of a cluster that it runs as. */
  kubernetes: v.optional(runsAs),
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

/** `config/oncall.yaml` as a whole, after `defaults` were put into each service. */
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
  connections: connectionsSchema,
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
/** What it calls. */
export type Dependency = Service["depends_on"][number];
/** All services, and where runbooks are. */
export type Catalogue = v.InferOutput<typeof catalogueSchema>;
