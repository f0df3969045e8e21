import * as v from "valibot";

const name = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(100));

/** Intents that change something, as they are kept or proposed by a model. */
export const intentSchema = v.variant("do", [
  v.strictObject({
    do: v.literal("ticket"),
    assignee: v.optional(name),
    priority: v.optional(v.picklist(["low", "medium", "high", "critical"])),
    due: v.optional(v.pipe(v.string(), v.isoDate())),
  }),
  v.strictObject({ do: v.literal("assign"), assignee: name }),
  v.strictObject({ do: v.literal("comment"), text: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(2_000)) }),
  v.strictObject({ do: v.literal("ack") }),
  v.strictObject({
    do: v.literal("silence"),
    ms: v.pipe(v.number(), v.integer(), v.minValue(60_000), v.maxValue(604_800_000)),
  }),
  v.strictObject({ do: v.literal("unsilence") }),
  v.strictObject({
    do: v.literal("scale"),
    replicas: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000)),
  }),
  v.strictObject({ do: v.literal("resolve") }),
]);

/** An intent that changes something, as it is kept or proposed. */
export type Doing = v.InferOutput<typeof intentSchema>;
