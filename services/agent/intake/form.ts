import * as v from "valibot";

const pairs = v.record(v.string(), v.string());
const status = v.picklist(["firing", "resolved"]);

/** Body of `POST /alerts` in Alertmanager's form, for the reference; what is missing or of another type is read too. */
export const webhookSchema = v.object({
  version: v.optional(v.string()),
  groupKey: v.optional(v.string()),
  truncatedAlerts: v.optional(v.number()),
  status: v.optional(status),
  receiver: v.optional(v.string()),
  groupLabels: v.optional(pairs),
  commonLabels: v.optional(pairs),
  commonAnnotations: v.optional(pairs),
  externalURL: v.optional(v.string()),
  alerts: v.array(v.object({
    status: v.optional(status),
    labels: pairs,
    annotations: v.optional(pairs),
    startsAt: v.optional(v.string()),
    endsAt: v.optional(v.string()),
    generatorURL: v.optional(v.string()),
    fingerprint: v.optional(v.string()),
  })),
});
