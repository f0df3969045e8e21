import type { Event, Workload } from "../objects.ts";
import type { View } from "../view.ts";
import { latest } from "./rule.ts";

/** How long a refusal counts after it was last said: controllers back off to a quarter of an hour at most. */
const STALE_SECONDS = 1_000;

/** Workloads that have fewer pods than they should, with the newest refusal that matches: the API server's own words. */
export function refusedPods(view: View, message: RegExp): { workload: Workload; event: Event }[] {
  const found: { workload: Workload; event: Event }[] = [];
  for (const workload of view.cluster.workloads) {
    if (view.podsOf(workload).length >= Math.max(workload.replicas, 1)) continue;
    const event = latest(view.eventsOf(workload), /^FailedCreate$/);
    if (event && event.lastSeconds <= STALE_SECONDS && message.test(event.message.slice(0, 4_000))) {
      found.push({ workload, event });
    }
  }
  return found;
}
