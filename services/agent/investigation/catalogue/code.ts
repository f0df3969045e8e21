import * as v from "valibot";
import { connectionName, insidePath, labelName, metricName, pattern, selector, text } from "./fields.ts";

/** Where the commit is told that runs now: in a label of a metric, or in a label or an annotation of the alert. */
const deployed = v.pipe(
  v.strictObject({
    metric: v.optional(metricName),
    /** Label of that metric or of the alert. */
    label: v.optional(labelName),
    /** Annotation of the alert. */
    annotation: v.optional(labelName),
    selector: v.optional(selector),
  }),
  v.check(
    ({ metric, label, annotation }) => (metric === undefined ? (label ?? annotation) : label) !== undefined,
    "expected metric and label, or the label or annotation of an alert",
  ),
);

/** Where a service's code is, and what of it may be read. */
export const codeSchema = v.strictObject({
  source: v.optional(
    v.picklist(
      ["auto", "checkout", "github", "connection", "none"],
      "expected connection with the name of a connection, or source: auto, checkout, github or none",
    ),
    "auto",
  ),
  connection: v.optional(connectionName),
  /** `owner/name`; with GitLab, groups too. */
  repository: v.optional(v.pipe(text, v.regex(/^[\w.-]+(?:\/[\w.-]+)+$/, "expected owner/name"))),
  /** Branch, tag or commit. */
  ref: v.optional(text),
  deployed: v.optional(deployed),
  frames: v.optional(v.array(v.strictObject({ pattern, path: v.string() })), []),
  include: v.optional(v.array(insidePath), ["**"]),
  exclude: v.optional(v.array(insidePath), []),
});

/** One place where changes to a service are told of. */
const changesFrom = v.strictObject({
  connection: connectionName,
  /** GitHub, GitLab. */
  repository: v.optional(v.pipe(text, v.regex(/^[\w.-]+(?:\/[\w.-]+)+$/, "expected owner/name"))),
  environment: v.optional(text),
  /** Argo CD's application, Flux' Kustomization or HelmRelease. */
  application: v.optional(text),
  namespace: v.optional(text),
});

/** Where it is told what changed: the manager, or connections. */
export const changesSchema = v.strictObject({
  source: v.picklist(
    ["manager", "connections", "none"],
    "expected connection with the name of a connection, or source: manager or none",
  ),
  from: v.optional(v.array(changesFrom)),
});
