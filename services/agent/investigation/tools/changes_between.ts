import * as v from "valibot";
import type { InstanceEvent } from "../sources/mod.ts";
import { OF_SERVICE, ofService } from "./of_service.ts";
import type { ChangesResult } from "./recent_changes.ts";
import { defineTool, parameters } from "./tool.ts";

const time = v.pipe(
  v.string(),
  v.check((text) => Number.isFinite(Date.parse(text)), "expected a time like 2026-01-02T15:04:05Z"),
);
const MOST_EVENTS = 40;

/** What changed at a service in a stretch of time. */
export const changesBetween = defineTool({
  name: "changes_between",
  subject: "changes of another service",
  reads: ["changes"],
  measures: ["duration"],
  holds: ["instances"],
  counts: ["event"],
  description:
    "What was deployed, started, stopped, restarted or scaled at any `service` of the configuration between two times (default: the last 30 minutes).",
  schema: v.strictObject({ service: ofService, from: v.optional(time), to: v.optional(time) }),
  parameters: parameters({
    service: OF_SERVICE,
    from: { type: "string", format: "date-time" },
    to: { type: "string", format: "date-time" },
  }),
  timeoutMs: 6_000,
  outputLimit: 3_000,
  async run({ from, to }, { situation: { service }, sources, signal, now }): Promise<ChangesResult> {
    const end = to === undefined ? now().getTime() : Date.parse(to);
    const start = from === undefined ? end - 30 * 60_000 : Date.parse(from);
    const within = ({ at }: InstanceEvent) => Date.parse(at) >= start && Date.parse(at) <= end;
    const events = (await sources.events(service, signal)).filter(within);
    return {
      at: now().toISOString(),
      minutes: Math.max(0, (end - start) / 60_000),
      events_known: true,
      events: events.slice(-MOST_EVENTS),
      file: null,
      commits: [],
      not_known: events.length > MOST_EVENTS ? [`${events.length - MOST_EVENTS} older events are left out`] : [],
    };
  },
  facts(result, facts) {
    const { events = [], minutes } = result;
    facts.number(minutes === undefined ? null : minutes * 60, "s", { of: "duration" }).quote(result).count(
      events.length,
      ["event"],
    );
    for (const { text, service } of events) facts.instance(service).said(text);
  },
});
