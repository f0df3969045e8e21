import type { Diagnosis, IncidentView, ToolCall } from "../incidents/mod.ts";
import { withTime } from "../../lib/incident/mod.ts";
import { type Logger, silentLogger } from "../../lib/telemetry/mod.ts";
import type { Brain } from "./brains/brain.ts";
import { type Catalogue, serviceOf } from "./catalogue/mod.ts";
import { coveredBy, type Prepared, type Slot } from "./execute.ts";
import { hashOf } from "./ledger.ts";
import { callsBehind } from "./looks.ts";
import { runLoop } from "./loop.ts";
import type { Limits } from "./loop_options.ts";
import { targetsOf } from "./tools/mod.ts";
import { createSources } from "./sources/mod.ts";

/** What a replay is made with; nothing is read and nothing is stored. */
export interface ReplayDeps {
  readonly catalogue: Catalogue;
  readonly limits: Limits;
  readonly model?: Brain | undefined;
  readonly signal: AbortSignal;
  readonly log?: Logger;
}

/** A field in which two diagnoses differ. */
export interface Difference {
  readonly field: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
}

/** What `POST /api/incidents/{id}/replay` answers. */
export interface Replay {
  readonly incident: string;
  readonly episode: number;
  readonly recorded: Diagnosis;
  readonly replayed: Diagnosis;
  /** Empty when the replay has the same diagnosis. */
  readonly differences: readonly Difference[];
  /** Calls that the replay made, and which recorded entry answered each; null where none was recorded. */
  readonly calls: readonly {
    readonly tool: string;
    readonly arguments: unknown;
    readonly answered_by: string | null;
  }[];
  readonly tokens: number;
}

/** Fields that say what a diagnosis comes to. */
const COMPARED = [
  "verdict",
  "category",
  "root_cause",
  "affected_file",
  "line_number",
  "suggested_fix",
  "priority",
  "instances",
  "routes",
  "error_rate",
  "next_steps",
  "missing",
  "confidence",
  "brain",
  "degraded",
] as const;

/**
 * Runs the loop again on an incident's recorded tool results, at the time at which they were recorded, and says what
 * comes out differently. A call that was not recorded fails as such.
 */
export async function replay(view: IncidentView, deps: ReplayDeps): Promise<Replay> {
  const recorded = view.diagnosis;
  if (recorded === null) throw new RangeError("Cannot replay an incident: it has no diagnosis yet");
  const { episode } = recorded;
  const past = callsBehind(recorded, view.tool_calls);
  const own = view.alerts.filter((alert) => alert.episode === episode);
  const alerts = own.length > 0 ? own : view.alerts;
  const labels = [...alerts.map((alert) => alert.labels), { service: view.service }];
  const service = labels.map((set) => serviceOf(deps.catalogue, set)).find((found) => found !== undefined);
  const at = new Date(past[0]?.started_at ?? recorded.at);
  const calls: Replay["calls"][number][] = [];
  const outcome = await runLoop({
    situation: {
      incident: view,
      alerts,
      messages: view.messages.filter((m) => m.at <= recorded.at),
      service,
      // What was recorded before there was a graph stays with its own service.
      ...(past.some(({ tool }) => tool === "service_graph") ? { services: deps.catalogue.services } : {}),
      episode,
      ...past.some(({ tool }) => tool === "check_cluster") ? { targets: targetsOf(alerts, service) } : {},
    },
    ledger: [],
    records: new Map(),
    recorder: { call: () => Promise.resolve(), step: () => Promise.resolve() },
    model: deps.model,
    limits: deps.limits,
    sources: noSources(deps.catalogue),
    store: { similar: () => Promise.resolve([]), view: () => Promise.resolve(undefined) },
    log: deps.log ?? silentLogger,
    now: () => at,
    signal: deps.signal,
    makeCall(prepared, slot) {
      const found = coveredBy(prepared, past);
      calls.push({ tool: prepared.tool.name, arguments: prepared.arguments, answered_by: found?.id ?? null });
      return Promise.resolve(recordedEntry(prepared, slot, found, at));
    },
  });
  const replayed = timed(outcome.diagnosis, recorded.at);
  return {
    incident: view.id,
    episode,
    recorded,
    replayed,
    differences: differencesOf(timed(recorded, recorded.at), replayed),
    calls,
    tokens: outcome.tokens,
  };
}

/** As it is stored: what was so when it was measured is said with its time. */
function timed(diagnosis: Diagnosis, at: string): Diagnosis {
  return { ...diagnosis, root_cause: withTime(diagnosis.root_cause, at) };
}

function differencesOf(recorded: Diagnosis, replayed: Diagnosis): Difference[] {
  return COMPARED.flatMap((field) =>
    JSON.stringify(recorded[field] ?? null) === JSON.stringify(replayed[field] ?? null)
      ? []
      : [{ field, recorded: recorded[field] ?? null, replayed: replayed[field] ?? null }]
  );
}

/** The recorded entry in its new place, or a failure that says that there is none. */
function recordedEntry(prepared: Prepared, slot: Slot, found: ToolCall | undefined, at: Date): ToolCall {
  const { tool, arguments: args } = prepared;
  if (found !== undefined) return { ...found, ...slot, arguments: args };
  const result = {
    error: "not_recorded",
    message: `${tool.name} was not called like this when the incident was investigated`,
  };
  const time = at.toISOString();
  return {
    ...slot,
    tool: tool.name,
    arguments: args,
    started_at: time,
    ended_at: time,
    ok: false,
    result,
    hash: hashOf(result),
  };
}

/** Sources that a replay never asks. */
function noSources(catalogue: Catalogue) {
  const refuse = () => Promise.reject(new Error("a replay reads nothing"));
  const nowhere = "http://127.0.0.1:9";
  return createSources(
    { promUrl: nowhere, lbUrl: nowhere, alertmanagerUrl: nowhere, pmUrl: nowhere },
    { fetch: refuse as unknown as typeof fetch, now: () => new Date(0), catalogue },
  );
}
