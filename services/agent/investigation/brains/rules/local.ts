import type { Draft } from "../../diagnosis.ts";
import { type Failure, peerText } from "../../dependencies/mod.ts";
import { diedBefore, ebbing, errorState, isSlow, type Signals } from "../../signals/mod.ts";
import type { View } from "../brain.ts";
import * as conclude from "./conclusions/mod.ts";

/** Words of clients that timed out. */
const WAITED = /timed? ?-?out|deadline exceeded|ETIMEDOUT|\b504\b|gateway time|took too long/i;

/** The first rule that fits what is known of one service. */
export function concludeFrom(signals: Signals, view: Pick<View, "situation">): Draft {
  const own = ruleFor(signals);
  return (clusterRule(signals, { situation: view.situation, own }) ?? own)(signals, view.situation);
}

/** Certainty from which what the cluster's objects say goes before what was measured of the service. */
const STATED = 0.7;
/** Rules that say little: anything that the cluster tells says more. */
const VAGUE: readonly conclude.Conclusion[] = [conclude.notEnough, conclude.errorsUnexplained];

/**
 * What the cluster's objects say, where it explains more than the service's own measurements: a stated fault goes before all
 * but a place in the code, a guessed one before what is vague.
 */
function clusterRule(
  signals: Signals,
  { situation, own }: { readonly situation: View["situation"]; readonly own: conclude.Conclusion },
): conclude.Conclusion | undefined {
  const result = signals.cluster?.result;
  if (result === undefined) return undefined;
  const [first] = result.causes;
  const alone = situation.service === undefined;
  if (first !== undefined) {
    const stated = first.certainty >= STATED && own !== conclude.codeError;
    return alone || stated || VAGUE.includes(own) ? conclude.clusterFault : undefined;
  }
  if (!alone) return undefined;
  const well = result.about.length > 0 && result.about.every((one) => one.well) && result.not_readable.length === 0;
  return well && conclude.showsInObjects(situation) ? conclude.clusterWell : conclude.clusterUnexplained;
}

function ruleFor(signals: Signals): conclude.Conclusion {
  const {
    rate,
    logs,
    instances,
    shape,
    frame,
    memory,
    cpu,
    computing,
    latency,
    crashed,
    hanging,
    traffic,
    slowRoutes,
    ranOut,
  } = signals;
  const errors = errorState(signals);
  const slow = latency.rows.length > 0 || slowRoutes.length > 0;
  const slowNow = latency.active || slowRoutes.some((r) => isSlow(r, signals.objectives));
  const surged = traffic !== null && traffic >= 2.5;
  const measured = rate?.result.error_percent !== null && rate !== undefined;
  const quiet = rate !== undefined && rate.result.requests_per_second === 0;
  const someMetrics = (instances?.result.instances.length ?? 0) > 0;

  // What is wrong now comes before errors that are over.
  const otherNow = crashed.length > 0 || hanging.length > 0 || memory.active || slowNow || cpu.active;
  const failing = errors.active && !(slowNow && ebbing(signals));
  if (failing || (errors.recent && !otherNow)) {
    const outOfMemory = memory.rows.length + ranOut.length > 0 &&
      (shape === undefined || conclude.isAboutMemory(conclude.wordsOf(shape)));
    if (outOfMemory) return ranOut.length > 0 ? conclude.outOfMemory : conclude.memory;
    // The last words of a runtime go before what others logged of its end.
    if (crashed.length > 0 && conclude.memoryWords(signals) !== undefined) return conclude.crash;
    if (shape?.failure !== undefined && (errors.active || frame !== undefined)) {
      return blockedItself(signals, shape.failure) ?? conclude.dependency;
    }
    if (frame !== undefined) return conclude.codeError;
    if (shape !== undefined && conclude.isAboutMemory(conclude.wordsOf(shape)) && memory.rows.length > 0) {
      return conclude.memory;
    }
    if (errors.active) {
      // A client of a silent instance logs its timeout.
      const onlyWaited = shape === undefined || WAITED.test(conclude.wordsOf(shape));
      if (conclude.explainsSilence(signals) && onlyWaited) return blocked(signals);
      if (crashed.length > 0 && shape === undefined) return conclude.crash;
      if (hanging.length > 0 && onlyWaited) return blocked(signals);
      if (surged && slow && shape === undefined) return conclude.surge;
      return shape === undefined ? conclude.errorsUnexplained : conclude.errorWithoutPlace;
    }
    // Over, and nothing of ours is named: it may have been anything.
    return measured || quiet ? conclude.noFault : conclude.notEnough;
  }
  if (ranOut.length > 0 && !memory.active && !diedBefore(signals, slowNow)) return conclude.outOfMemory;
  if (conclude.explainsSilence(signals)) return blocked(signals);
  if (crashed.length > 0 && !diedBefore(signals, slowNow)) return conclude.crash;
  if (memory.active) return conclude.memory;
  if (hanging.length > 0) return blocked(signals);
  // More requests cost more processor time, but each of them no more than before.
  if (surged && computing.length === 0 && (slowNow || cpu.active)) return conclude.surge;
  if (slowNow) return cpu.active ? conclude.cpu : conclude.latency;
  if (cpu.active) return conclude.cpu;
  if (traffic !== null && traffic <= 0.35 && (rate!.result.before.requests_per_second ?? 0) >= 2) return conclude.drop;
  if ((measured || quiet) && (someMetrics || logs !== undefined)) return conclude.noFault;
  return conclude.notEnough;
}

/** A client of the service's own silent instance says that it waited, too. */
function blockedItself(signals: Signals, { way, peer }: Failure): conclude.Conclusion | undefined {
  const own = (signals.instances?.result.instances ?? []).some(({ instance }) =>
    peer !== null && instance === peerText(peer)
  );
  if (!own && peer !== null) return undefined;
  if (way !== "timeout") return undefined;
  return conclude.explainsSilence(signals) || signals.hanging.length > 0 ? blocked(signals) : undefined;
}

/** Why instances run and do not answer: what they computed when it was measured last tells, or nothing does. */
function blocked(signals: Signals): conclude.Conclusion {
  if (conclude.memoryWords(signals) !== undefined) return conclude.withoutMemory;
  const { computing, hanging } = signals;
  const busy = new Set(computing.map((row) => row.name ?? row.instance));
  if (hanging.some(({ name }) => busy.has(name))) return conclude.cpu;
  return conclude.explainsSilence(signals) ? conclude.saturated : conclude.unresponsive;
}
