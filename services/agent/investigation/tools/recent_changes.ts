import * as v from "valibot";
import { allowedPath, type Commit, type InstanceEvent } from "../sources/mod.ts";
import { defineTool, parameters, ToolError } from "./tool.ts";

/** What `recent_changes` answers. */
export interface ChangesResult {
  readonly at: string;
  readonly minutes: number;
  /** Whether it is known what happened to instances. */
  readonly events_known: boolean;
  /** What happened to instances, oldest first. */
  readonly events: readonly InstanceEvent[];
  readonly file: string | null;
  readonly commits: readonly Commit[];
  readonly not_known: readonly string[];
}

const MOST_EVENTS = 40;

/** Instances started, stopped, scaled, restarted; commits that touched a file. */
export const recentChanges = defineTool({
  name: "recent_changes",
  ofService: true,
  subject: "recent changes",
  reads: ["changes", "code"],
  measures: ["duration"],
  holds: ["instances", "places"],
  counts: ["event", "commit"],
  description:
    "Deployments, and instances started, stopped, restarted or scaled in the last `minutes`, and the newest commits that touched `file_path`.",
  schema: v.strictObject({
    file_path: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(500)))),
    minutes: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(10_080)), 60),
  }),
  parameters: parameters({
    file_path: { type: "string" },
    minutes: { type: "number", minimum: 1, maximum: 10_080, default: 60 },
  }),
  timeoutMs: 8_000,
  outputLimit: 4_000,
  covers: (earlier, wanted) =>
    (wanted.file_path ?? null) === (earlier.file_path ?? null) && wanted.minutes <= earlier.minutes,
  async run({ file_path, minutes }, { situation: { service }, sources, signal, now }): Promise<ChangesResult> {
    const file = file_path ? allowedPath(file_path, service?.code ?? { include: [], exclude: [] }) : null;
    const [events, commits] = await Promise.allSettled([
      sources.events(service, signal),
      file === null
        ? Promise.resolve({ commits: [], note: null })
        : Promise.resolve().then(() => sources.code(service).commits(file, signal)),
    ]);
    if (events.status === "rejected" && (file === null || commits.status === "rejected")) {
      throw inOne(events.reason, commits);
    }
    // A service without a source of events has nothing to miss there.
    const nothingNamed = service === undefined || service.changes.source === "none";
    const failed = [...(nothingNamed ? [] : [events]), commits].filter((answer) => answer.status === "rejected");
    const since = now().getTime() - minutes * 60_000;
    const recent = events.status === "fulfilled" ? events.value.filter((event) => Date.parse(event.at) >= since) : [];
    return {
      at: now().toISOString(),
      minutes,
      // Who tells of deployments does not tell of each instance's end.
      events_known: events.status === "fulfilled" && service?.changes.source === "manager",
      events: recent.slice(-MOST_EVENTS),
      file,
      commits: commits.status === "fulfilled" ? commits.value.commits : [],
      not_known: [
        ...failed.map(({ reason }) => reason instanceof ToolError ? reason.message : "an error"),
        ...(commits.status === "fulfilled" && commits.value.note !== null ? [commits.value.note] : []),
        ...(recent.length > MOST_EVENTS ? [`${recent.length - MOST_EVENTS} older events are left out`] : []),
      ],
    };
  },
  facts(result, facts) {
    const { events = [], commits = [], minutes } = result;
    facts.number(minutes === undefined ? null : minutes * 60, "s", { of: "duration" }).file(result.file).quote(result);
    facts.count(events.length, ["event"]).count(commits.length, ["commit"]);
    for (const { text, service } of events) facts.instance(service).said(text);
    for (const { title } of commits) facts.said(title);
    for (const [service, count] of endsOf(events)) facts.count(count, ["time", "end", "death"], [service]);
  },
});

/** How often each instance ended, by its name. */
function endsOf(events: readonly InstanceEvent[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const { kind, service } of events) {
    if (service !== undefined && (kind === "instance_exited" || kind === "instance_crash_looping")) {
      ends.set(service, (ends.get(service) ?? 0) + 1);
    }
  }
  return ends;
}

/** Both reasons where neither events nor commits could be read. */
function inOne(reason: unknown, commits: PromiseSettledResult<unknown>): unknown {
  if (commits.status !== "rejected") return reason;
  if (!(reason instanceof ToolError) || !(commits.reason instanceof ToolError)) return reason;
  return new ToolError(reason.code, `${reason.message}; ${commits.reason.message}`, { cause: commits.reason });
}
