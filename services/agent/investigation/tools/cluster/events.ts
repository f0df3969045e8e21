import * as v from "valibot";
import { defineTool, parameters } from "../tool.ts";
import { textFacts } from "./facts.ts";
import { lookInto, namespaceOf } from "./look.ts";
import { NAMESPACE, optionalName } from "./schema.ts";

/** One event, the newest of those alike. */
export interface EventRow {
  readonly seconds_ago: number;
  readonly type: string;
  readonly reason: string;
  readonly object: string;
  readonly message: string;
  readonly count: number;
}

export interface EventsResult {
  readonly namespace: string;
  readonly count: number;
  readonly events: readonly EventRow[];
  readonly cut: string | null;
}

const MOST = 40;
const LONGEST = 400;

/** What Kubernetes tells of objects, the newest first. */
export const events = defineTool({
  name: "events",
  subject: "the cluster's events",
  counts: ["event"],
  description:
    "Kubernetes: events of a namespace, or of objects whose name begins with `object`; warnings first, then newest.",
  schema: v.strictObject({ namespace: optionalName, object: optionalName }),
  parameters: parameters({ namespace: NAMESPACE, object: { type: "string" } }),
  timeoutMs: 30_000,
  outputLimit: 6_000,
  ofCluster: true,
  async run({ namespace: asked, object }, context): Promise<EventsResult> {
    const namespace = namespaceOf(asked, context.situation);
    const { cluster } = await lookInto(namespace, context);
    const all = cluster.events.filter((one) =>
      (one.object.namespace === namespace || one.object.kind === "Node") &&
      (!object || one.object.name.startsWith(object))
    ).toSorted((one, other) =>
      Number(other.type === "Warning") - Number(one.type === "Warning") || one.lastSeconds - other.lastSeconds
    );
    return {
      namespace,
      count: all.length,
      events: all.slice(0, MOST).map((one) => ({
        seconds_ago: Math.round(one.lastSeconds),
        type: one.type,
        reason: one.reason,
        object: `${one.objectKind}/${one.object.name}`,
        message: one.message.slice(0, LONGEST),
        count: one.count,
      })),
      cut: all.length > MOST ? `${all.length - MOST} more are counted but not shown` : null,
    };
  },
  facts(result, facts) {
    facts.count(result.count, ["event"]).quote(result);
    for (const { message, object, count, seconds_ago } of result.events ?? []) {
      textFacts(message, facts, [object]);
      facts.count(count, ["time", "event"], [object]).number(seconds_ago, "s", { of: "duration", about: [object] });
    }
  },
});
