import {
  announce,
  canMove,
  channelsFor,
  type Diagnosis,
  type Lease,
  LeaseLost,
  move,
  type Store,
  type ToolCall,
  type Transaction,
  type Work,
} from "../incidents/mod.ts";
import { withTime } from "../../lib/incident/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import type { Brain } from "./brains/brain.ts";
import { type Catalogue, serviceOf } from "./catalogue/mod.ts";
import { conclude } from "./conclude.ts";
import { hashOf, numberOf } from "./ledger.ts";
import { callsOf, isAsked, isBetter, nextLook, stillOpen } from "./looks.ts";
import { runLoop } from "./loop.ts";
import type { Limits, LoopOptions, Outcome, StepRecord } from "./loop_options.ts";
import { joinByCause } from "./one_cause/mod.ts";
import type { Sources } from "./sources/mod.ts";
import { type Situation, targetsOf } from "./tools/mod.ts";

/** What an investigation works with. */
export interface InvestigateDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly catalogue: Catalogue;
  readonly sources: Sources;
  readonly limits: Limits;
  /** Channels that get the diagnosis. */
  readonly notify: readonly string[];
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** The model for this incident; or why there is none although one is configured. */
  readonly chooseBrain: (
    situation: Situation,
    tokensUsed: number,
  ) => { readonly model?: Brain; readonly withoutModel?: string };
  /** How a call is made; default: here. */
  readonly makeCall?: LoopOptions["makeCall"];
  /** Called after each finished call. */
  readonly onCall?: (call: ToolCall) => void;
}

/** Attempts that may end in a crash before only what is stored is looked at. */
const MOST_ATTEMPTS = 3;

/**
 * Carries a piece of work to its end: from the last finished step on, to a stored diagnosis and the messages that tell
 * of it.
 *
 * @throws {LeaseLost} when another holder has it; nothing was written then.
 */
export async function investigate(
  claimed: { work: Work; lease: Lease },
  deps: InvestigateDeps,
): Promise<Outcome | undefined> {
  const { work, lease } = claimed;
  const { store, now, log } = deps;
  const view = await store.view(work.incident_id);
  const before = view?.diagnosis ?? null;
  const begun = await store.transact((tx) => begin(tx, claimed, { deps, before }));
  if (begun === undefined) {
    if (work.look === 1) log.warn("dropped work without an incident", { work: work.id });
    return undefined;
  }
  const { ledger, takenIds, records } = begun;
  // What operators wrote may say what changed; a model sees it as data.
  const situation = { ...begun.situation, messages: view?.messages ?? [] };
  const outcome = work.attempts > MOST_ATTEMPTS
    ? fromLedger(situation, ledger, { now, reason: "earlier attempts did not come to an end" })
    : await runLoop({
      situation,
      ledger,
      takenIds,
      records,
      recorder: {
        async call(entry) {
          await store.transact(async (tx) => {
            await tx.assertLease(lease);
            await tx.addToolCall(work.incident_id, entry);
          });
          deps.onCall?.(entry);
        },
        step: (step, record) =>
          store.transact(async (tx) => {
            await tx.assertLease(lease);
            await tx.addBrainAnswer(work.id, step, record);
          }),
      },
      ...deps.chooseBrain(situation, [...records.values()].reduce((sum, record) => sum + (record.tokens ?? 0), 0)),
      ...(deps.makeCall === undefined ? {} : { makeCall: deps.makeCall }),
      limits: deps.limits,
      sources: deps.sources.of(situation.service, situation.alerts),
      store,
      log,
      now,
      signal: deps.signal,
    }).catch((error) => {
      if (error instanceof LeaseLost || deps.signal.aborted || isStoreAway(error)) throw error;
      log.error("investigation failed, ending with the evidence so far", { incident: work.incident_id, error });
      return fromLedger(situation, ledger, {
        now,
        reason: "the investigation failed inside the agent; its log has the reason",
      });
    });
  await store.transact((tx) => finish(tx, claimed, { outcome, deps, situation, before }));
  return outcome;
}

async function begin(
  tx: Transaction,
  { work, lease }: { work: Work; lease: Lease },
  { deps: { catalogue, now, sources }, before }: { deps: InvestigateDeps; before: Diagnosis | null },
) {
  await tx.assertLease(lease);
  const incident = await tx.incident(work.incident_id);
  if (incident === undefined || !await stillOpen(tx, work, { incident, diagnosis: before })) {
    await tx.finishWork(lease);
    return undefined;
  }
  const answers = await tx.brainAnswers(work.id);
  const at = now().toISOString();
  if ((work.look === 1 || isAsked(work)) && canMove(incident, "investigate")) {
    await tx.saveIncident(move(incident, "investigate", at));
  }
  if (work.attempts <= 1 && answers.length === 0) {
    await tx.addTimeline(incident.id, {
      at,
      kind: "investigation_started",
      text: work.look === 1
        ? "Investigation started"
        : isAsked(work)
        ? "Investigating again, as asked"
        : `Investigating again while the alert fires (look ${work.look})`,
      by: "agent",
    });
  } else {
    await tx.addTimeline(incident.id, {
      at,
      kind: "investigation_resumed",
      text: `Investigation resumed after step ${answers.length}`,
      by: "agent",
    });
  }
  const all = await tx.alerts(incident.id);
  const own = all.filter((alert) => alert.episode === work.episode);
  const alerts = own.length > 0 ? own : all;
  const labels = [...alerts.map((alert) => alert.labels), { service: incident.service }];
  const service = labels.map((set) => serviceOf(catalogue, set)).find((found) => found !== undefined);
  const calls = await tx.toolCalls(incident.id);
  const records = new Map(answers.map(({ step, answer }) => [step, answer as StepRecord]));
  return {
    situation: {
      incident,
      alerts,
      messages: [],
      service,
      services: catalogue.services,
      episode: work.episode,
      ...sources.cluster === undefined ? {} : { targets: targetsOf(alerts, service) },
    } satisfies Situation as Situation,
    ledger: callsOf(work, calls, records.values()),
    takenIds: calls.map((call) => call.id),
    records,
  };
}

/**
 * Stores the diagnosis and what tells of it in one transaction, so that it is told exactly if it is stored. A later look
 * is told, once, where it found what the one before did not; where no cause stands, the next look is put into the queue.
 */
async function finish(
  tx: Transaction,
  { work, lease }: { work: Work; lease: Lease },
  { outcome, deps, situation, before }: {
    readonly outcome: Outcome;
    readonly deps: InvestigateDeps;
    readonly situation: Situation;
    readonly before: Diagnosis | null;
  },
): Promise<void> {
  await tx.assertLease(lease);
  // It is read later: what was so when it was measured is said with its time.
  const diagnosis = {
    ...outcome.diagnosis,
    root_cause: withTime(outcome.diagnosis.root_cause, outcome.diagnosis.at),
  };
  const kind = work.look === 1 ? "diagnosis" : "diagnosis_revised";
  const incident = await tx.incident(work.incident_id);
  await tx.addToolCall(work.incident_id, await lastCall(tx, work, { outcome, at: deps.now().toISOString() }));
  const next = nextLook(work, { diagnosis, situation, now: deps.now() });
  if (next !== null) await tx.enqueueWork(next);
  if (work.look > 1 && !isAsked(work) && !isBetter(diagnosis, before)) return await tx.finishWork(lease);
  await tx.saveDiagnosis(work.incident_id, diagnosis);
  const at = deps.now().toISOString();
  if (incident !== undefined && incident.episode === work.episode && canMove(incident, "diagnose")) {
    await tx.saveIncident(move(incident, "diagnose", at));
  }
  await tx.addTimeline(work.incident_id, {
    at,
    kind: "diagnosis",
    text: `${VERDICTS[diagnosis.verdict]}: ${diagnosis.root_cause}`.slice(0, 500),
    by: "agent",
  });
  const told = { id: work.incident_id, episode: work.episode };
  const newcomer = await tx.incident(work.incident_id);
  if (newcomer !== undefined && newcomer.episode === work.episode && !isAsked(work) && mayShareCause(deps.catalogue)) {
    const joined = await joinByCause(tx, { incident: newcomer, diagnosis, at, notify: deps.notify });
    if (joined !== undefined) {
      deps.log.info("joined an incident with the same cause", { incident: newcomer.code, into: joined.code });
      return await tx.finishWork(lease);
    }
  }
  await announce(tx, { kind, payload: { episode: work.episode } }, {
    incident_id: work.incident_id,
    occasion: { of: "episode", incident: told, mark: isAsked(work) ? `-${work.look}` : "" },
    channels: channelsFor(incident?.severity ?? "", deps.notify),
    at,
  });
  await tx.finishWork(lease);
}

/**
 * Whether causes can reach from one service to others: where several are measured. The alerts of a service by itself are as
 * many incidents as Alertmanager's grouping makes of them.
 */
function mayShareCause({ services }: Catalogue): boolean {
  return services.filter(({ metrics }) => metrics !== undefined).length > 1;
}

/** The diagnosis as the call that ended the investigation; no evidence of anything but itself. */
async function lastCall(
  tx: Transaction,
  work: Work,
  { outcome, at }: { outcome: Outcome; at: string },
): Promise<ToolCall> {
  const { diagnosis, steps } = outcome;
  const { verdict, root_cause, affected_file, line_number, suggested_fix, priority, next_steps, claims } = diagnosis;
  const id = `E${Math.max(0, ...(await tx.toolCalls(work.incident_id)).map((call) => numberOf(call.id))) + 1}`;
  const result = {
    accepted: true,
    claims: claims.length,
    verified: claims.filter((claim) => claim.verified).length,
    confidence: diagnosis.confidence,
  };
  return {
    id,
    episode: work.episode,
    step: steps,
    tool: "send_diagnosis",
    arguments: { verdict, root_cause, affected_file, line_number, suggested_fix, priority, next_steps },
    started_at: at,
    ended_at: at,
    ok: true,
    result,
    hash: hashOf(result),
  };
}

const VERDICTS = {
  cause_found: "Cause found",
  not_enough_evidence: "Not enough evidence",
  no_fault_found: "No fault found",
} as const;

/** A diagnosis from what is stored alone. */
function fromLedger(
  situation: Situation,
  ledger: readonly ToolCall[],
  { now, reason }: { now: () => Date; reason: string },
): Outcome {
  const at = now().toISOString();
  const draft = {
    verdict: "not_enough_evidence" as const,
    root_cause: "The investigation could not be finished.",
    affected_file: null,
    line_number: null,
    suggested_fix: "Look by hand; the tool calls of this incident hold what was read.",
    priority: "high" as const,
    next_steps: ["Read the agent's own log."],
    claims: [],
  };
  const diagnosis = conclude({ draft, brain: "rules", degraded: undefined, situation, ledger, at });
  return { diagnosis: { ...diagnosis, missing: [...diagnosis.missing, reason] }, tokens: 0, steps: 0 };
}

function isStoreAway(error: unknown): boolean {
  return error instanceof Error && error.name === "StoreUnavailable";
}
