import { categoryOf, type Failure, kindByName, peerText } from "../../../dependencies/mod.ts";
import { nameOf, where } from "../draft.ts";
import { adviceOn, deedOf } from "../failure_words.ts";
import { clock, counted, quoted } from "../wording.ts";
import { type Conclusion, memoryWords, oneOfSeveral, writer } from "./common.ts";

/** Only who asks knows which name it asks for, and in which order it locks. */
const OF_CALLER: ReadonlySet<Failure["way"]> = new Set(["dns", "deadlock"]);

/** A call to another side, or a resource, that fails: told as what it is, not as the line of code that met it. */
export const dependency: Conclusion = (signals, situation) => {
  const { shape, logs, errors, failingRoutes, frame, errors: { rows } } = signals;
  const failure = shape!.failure!;
  const service = situation.service?.name ?? situation.incident.service;
  // A database that speaks of itself calls no other one.
  const itself = failure.peer === null && failure.kind !== "service" && kindByName(service) === failure.kind
    ? { peer: service }
    : {};
  const out = writer(signals, situation)
    .cause(`${deedOf(failure, { of: service, ...itself })}, as ${service} logs it: ${quoted(failure.line)}.`, logs!.id)
    .errorRate();
  const since = shape!.first === null ? "" : ` since ${clock(shape!.first)}`;
  out.claim(`It was logged ${counted(shape!.count, "time")}${since}.`, logs!.id);
  // A pool is the caller's own, and taken from where a call is made.
  const lacks = failure.own && failure.way !== "pool_exhausted";
  const met = lacks ? "It is met at" : "The call is made at";
  if (frame !== undefined) out.claim(`${met} ${frame.file}:${frame.line}.`, logs!.id);
  if (rows.length > 0 && rows.length < errors.of.length) out.cause(`It happens${where(errors)}.`);
  const advice = adviceOn(failure, { of: service, ...itself });
  return out.routes().instances(errors, "error_percent").step(
    ...advice.steps,
    ...oneOfSeveral(signals, errors),
    frame === undefined || lacks
      ? null
      : `The call is made at ${frame.file}:${frame.line}: let it fall back while this lasts.`,
  ).finish({
    verdict: "cause_found",
    category: categoryOf(failure),
    // Only this side of the call was looked at.
    certainty: failure.own ? 0.85 : failure.peer === null && failure.kind === null ? 0.5 : 0.75,
    // The nearest place that there is to look at, where nothing is known of the other side; a resource has none.
    ...(categoryOf(failure).startsWith("dependency_") && frame !== undefined
      ? { file: frame.file, line: frame.line }
      : {}),
    fix: advice.fix,
    instances: rows.map(nameOf),
    routes: failingRoutes.map((row) => row.route),
    at_fault: { service: failure.own || OF_CALLER.has(failure.way) ? service : null, peer: peerOf(failure) },
  });
};

function peerOf({ peer, kind }: Failure): string | null {
  return peer === null ? kind === "service" ? null : kind : peerText(peer);
}

/** A process that runs and does not answer, as its memory ran out: the runtime collects garbage and does nothing else. */
export const withoutMemory: Conclusion = (signals, situation) =>
  dependency({ ...signals, shape: memoryWords(signals)!, frame: undefined }, situation);
