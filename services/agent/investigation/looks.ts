import {
  type Diagnosis,
  FIRST_ASKED_LOOK,
  type Incident,
  type NewWork,
  type ToolCall,
  type Transaction,
  type Work,
} from "../incidents/mod.ts";
import { numberOf } from "./ledger.ts";
import type { StepRecord } from "./loop_options.ts";
import type { Situation } from "./tools/mod.ts";
import { windowSeconds } from "./tools/mod.ts";

/**
 * How long after a look that found no cause the next one is taken, in windows of the service's rates: the first look may
 * come seconds after the onset, when no rate holds much of it.
 */
const NEXT_LOOKS = [0.75, 2, 5] as const;

/** The next investigation of an episode; null after a found cause, or after enough of them. */
export function nextLook(
  work: Work,
  { diagnosis, situation, now }: { readonly diagnosis: Diagnosis; readonly situation: Situation; readonly now: Date },
): NewWork | null {
  const windows = NEXT_LOOKS[work.look - 1];
  if (windows === undefined || causeStands(diagnosis)) return null;
  const ms = windows * windowSeconds(situation.service?.metrics?.window) * 1000;
  const { kind, incident_id, episode, rank } = work;
  return {
    kind,
    incident_id,
    episode,
    rank,
    created_at: now.toISOString(),
    look: work.look + 1,
    due_at: new Date(now.getTime() + ms).toISOString(),
  };
}

/** Whether a person requested this investigation: it runs and is reported whatever the earlier one found. */
export function isAsked({ look }: Pick<Work, "look">): boolean {
  return look >= FIRST_ASKED_LOOK;
}

/** Whether another investigation is useful: the episode is open, its alerts fire, and no cause was found. */
export async function stillOpen(
  tx: Transaction,
  work: Work,
  { incident, diagnosis }: { readonly incident: Incident; readonly diagnosis: Diagnosis | null },
): Promise<boolean> {
  if (work.look === 1) return true;
  if (isAsked(work)) return incident.episode === work.episode;
  if (incident.state === "resolved" || incident.episode !== work.episode) return false;
  if (diagnosis !== null && diagnosis.episode === work.episode && causeStands(diagnosis)) return false;
  return await tx.countFiring(incident.id) > 0;
}

/** Whether a later investigation found what the earlier one did not. */
export function isBetter(later: Diagnosis, before: Diagnosis | null): boolean {
  return before === null || before.episode !== later.episode || (causeStands(later) && !causeStands(before));
}

function causeStands({ verdict }: Diagnosis): boolean {
  return verdict === "cause_found";
}

/** Calls of an episode that were made for this look: all of the first one's, else those that its steps planned. */
export function callsOf(work: Work, calls: readonly ToolCall[], records: Iterable<StepRecord>): ToolCall[] {
  const own = calls.filter((call) => call.episode === work.episode && call.tool !== "send_diagnosis");
  if (work.look === 1) return own;
  const planned = new Set([...records].flatMap((record) => record.calls?.map(({ id }) => id) ?? []));
  return own.filter(({ id }) => planned.has(id));
}

/** The calls that a recorded diagnosis rests on: those of its own look. */
export function callsBehind({ episode, at }: Diagnosis, calls: readonly ToolCall[]): ToolCall[] {
  const own = calls.filter((call) => call.episode === episode).toSorted((a, b) => numberOf(a.id) - numberOf(b.id));
  const end = own.findIndex((call) => call.tool === "send_diagnosis" && call.ended_at >= at);
  const until = end < 0 ? own : own.slice(0, end);
  const start = until.findLastIndex((call) => call.tool === "send_diagnosis");
  return until.slice(start + 1);
}
