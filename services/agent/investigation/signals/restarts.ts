import type { ChangesResult, InstanceRow, InstancesResult } from "../tools/mod.ts";
import type { Found } from "../ledger.ts";

/** What a process must have grown by before its end, against its own median, that memory counts as the reason. */
const GROWN = 1.25;
const GROWN_MB = 50;
/** Its last value is that near to its highest. */
const NEAR_PEAK = 0.9;
const ENDS = new Set(["instance_exited", "instance_crash_looping"]);

/**
 * Instances whose process ended at the peak of its memory and began anew with far less: the usual end of one that asks
 * for more than there is. A process that held the same all the time, or that somebody stopped, is none.
 */
export function ranOut(
  instances: Found<InstancesResult> | undefined,
  changes: Found<ChangesResult> | undefined,
  { recentMs }: { readonly recentMs: number },
): InstanceRow[] {
  const at = Date.parse(instances?.result.at ?? "");
  return (instances?.result.instances ?? []).filter((row) => {
    const last = row.last_start;
    if (last === undefined || at - Date.parse(last.at) > recentMs || !peaked(last)) return false;
    return changes?.result.events_known !== true ||
      changes.result.events.some((event) =>
        ENDS.has(event.kind) && (event.service === row.name || row.instance.endsWith(`:${event.port}`))
      );
  });
}

function peaked(
  { held_mb: held, usual_mb: usual, peak_mb: peak, holds_mb: now }: NonNullable<InstanceRow["last_start"]>,
) {
  if (held === null || usual === null || peak === null) return false;
  const grew = held >= usual * GROWN && held - usual >= GROWN_MB && held >= peak * NEAR_PEAK;
  return grew && (now === null || held >= now * GROWN);
}

/** So long before a trouble begins a restart is worth saying, in milliseconds. */
const SHORTLY_MS = 60_000;

/** Instances restarted shortly before `began` (milliseconds; NaN: unknown). */
export function startedBefore(instances: Found<InstancesResult> | undefined, began: number): InstanceRow[] {
  const replaced = (instances?.result.gone.length ?? 0) > 0;
  return (instances?.result.instances ?? []).filter((row) => {
    const at = Date.parse(row.last_start?.at ?? (replaced ? row.started_at ?? "" : ""));
    return at <= began && began - at <= SHORTLY_MS;
  });
}
