import type { Event } from "../../../cluster/mod.ts";
import type { Json } from "../api/mod.ts";
import { at, kindOf, number, optional, secondsSince, text } from "./fields.ts";

export function eventOf(object: Json, nowMs: number): Event {
  const about = object.involvedObject;
  const kind = text(at(about, "kind")) ?? "";
  // The newer form keeps repeats in a series, and has no first and last time of its own.
  const last = object.lastTimestamp ?? at(object, "series", "lastObservedTime") ?? object.eventTime ??
    at(object, "metadata", "creationTimestamp");
  const first = object.firstTimestamp ?? object.eventTime;
  return {
    type: object.type === "Normal" ? "Normal" : "Warning",
    reason: text(object.reason) ?? "",
    message: (text(object.message) ?? "").slice(0, 1_500),
    object: {
      kind: kindOf(kind),
      namespace: kind === "Node" ? "" : text(at(about, "namespace")) ?? "",
      name: text(at(about, "name")) ?? "",
      ...kindOf(kind) === "Workload" ? { as: kind } : {},
    },
    objectKind: kind.toLowerCase(),
    ...optional("source", text(at(object, "source", "component")) ?? text(object.reportingComponent)),
    count: number(object.count) ?? number(at(object, "series", "count")) ?? 1,
    lastSeconds: secondsSince(last, nowMs) ?? 0,
    ...optional("firstSeconds", secondsSince(first, nowMs)),
  };
}
