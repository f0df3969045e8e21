import { errorState, healthyOthers } from "../../../signals/mod.ts";
import { inOrder, nameOf } from "../draft.ts";
import { clock, counted, listed, megabytes, quoted } from "../wording.ts";
import { type Conclusion, errorOf, isAboutMemory, wordsOf, writer } from "./common.ts";

/** Instances whose process ended at the peak of its memory. */
export const outOfMemory: Conclusion = (signals, situation) => {
  const { ranOut: rows, instances, changes, deaths, shape, logs, errors } = signals;
  const names = inOrder(rows.map(nameOf));
  const out = writer(signals, situation);
  out.cause(`Memory ran out on ${listed(names)}.`);
  for (const row of rows.slice(0, 3)) {
    const { at, held_mb: held, held_at: when, usual_mb: usual, holds_mb: now } = row.last_start!;
    out.cause(
      `${nameOf(row)} held ${megabytes(held!)} at ${clock(when!)}, at its peak, and was started anew at ${clock(at)}.`,
      instances!.id,
    );
    if (usual !== null) out.claim(`${megabytes(usual)} were usual on ${nameOf(row)}.`, instances!.id);
    if (now !== null) out.claim(`${nameOf(row)} held ${megabytes(now)} after its start.`, instances!.id);
    if ((row.restarts ?? 0) > 1) {
      out.claim(`${nameOf(row)} was started anew ${counted(row.restarts!, "time")}.`, instances!.id);
    }
    const death = deaths.findLast((event) => event.service === row.name);
    if (death !== undefined) {
      out.cause(`${nameOf(row)} died: ${quoted(death.text)} at ${clock(death.at)}.`, changes!.id);
    }
  }
  if (shape !== undefined && isAboutMemory(wordsOf(shape))) {
    out.cause(`The log says ${quoted(errorOf(shape))}.`, logs!.id);
  }
  const { active, recent } = errorState(signals);
  if (active || recent) out.errorRate().routes().instances(errors, "error_percent");
  const others = healthyOthers(signals, names).length > 0;
  return out.step(
    "Ask the system's log whether its memory killer ended it.",
    "Take a heap snapshot of the next one before it is full.",
    others ? null : "Give it more memory meanwhile: no other instance takes its load.",
  ).finish({
    verdict: "cause_found",
    category: "memory",
    fix: "Find what holds the memory (a cache or a list without a limit is the usual reason) and bound it.",
    instances: names,
    routes: active || recent ? signals.failingRoutes.map((r) => r.route) : [],
  });
};
