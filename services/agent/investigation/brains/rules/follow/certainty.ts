import type { Draft } from "../../../diagnosis.ts";
import { errorState } from "../../../signals/mod.ts";
import type { Cause, Seen } from "./cause.ts";
import type { Look } from "./look.ts";

/** Kinds that say how something suffers: why is not known. */
const SYMPTOM: ReadonlySet<string> = new Set(["latency", "errors_without_stack", "errors_unexplained"]);

/** How sure a cause is that only callers see: nothing of it could be read, so its own account is missing. */
const SEEN_FROM_OUTSIDE = 0.75;
/** Several services that name it independently of each other. */
const SEEN_BY_SEVERAL = 0.85;
/** An alert of its own fires, and who calls it says why. */
const SEEN_AND_ALERTING = 0.85;
/** It could be read, and what was read shows nothing. */
const SHOWS_NOTHING = 0.6;
/** The message names nobody. */
const NAMELESS = 0.5;
/** What is slow or fails without a word on why. */
const ONLY_SUFFERS = 0.6;
/** Its log tells a reason, its measurements are within their limits: that may be another trouble. */
const ONLY_LOGGED = 0.7;
/** Its log and its measurements tell of the same trouble. */
const TOLD_BY_ITSELF = 0.85;

/** How sure a cause is that was found at the service itself; undefined where the usual weights say it. */
export function certaintyAt(look: Look, draft: Draft): number | undefined {
  const { active, recent } = errorState(look.signals);
  const measured = active || recent || look.signals.latency.active || look.signals.crashed.length > 0;
  if (draft !== look.draft && !measured) return ONLY_LOGGED;
  if (SYMPTOM.has(draft.category ?? "")) return ONLY_SUFFERS;
  return draft.at_fault === undefined ? draft.certainty : Math.max(draft.certainty ?? 0, TOLD_BY_ITSELF);
}

/** How sure a cause is that is seen from its callers alone. */
export function certaintyFrom(
  { failure, node }: Seen,
  { cause, alerting }: { readonly cause: Cause; readonly alerting: boolean },
): number {
  if (failure.peer === null && node === undefined) return NAMELESS;
  if (alerting) return SEEN_AND_ALERTING;
  if (node?.described && cause.look === null) return SHOWS_NOTHING;
  return cause.callers > 1 ? SEEN_BY_SEVERAL : SEEN_FROM_OUTSIDE;
}
