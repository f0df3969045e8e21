import type { FiringAlert } from "../../incidents/mod.ts";

/** An incident none of whose alerts was there at two looks running. */
export interface Ended {
  readonly incidentId: string;
  /** Its alerts that were taken to fire, by {@linkcode alertKey}. */
  readonly alerts: ReadonlySet<string>;
  /** When they were missed first (RFC 3339). */
  readonly missedAt: string;
}

/** What tells one alert of an incident from another. */
export function alertKey({ fingerprint, starts_at }: Pick<FiringAlert, "fingerprint" | "starts_at">): string {
  return `${fingerprint} ${starts_at}`;
}

/** Which incidents' alerts were missing at the look before. */
export class Absences {
  #missed = new Map<string, Ended>();

  /** Forgets what was seen: the next look is a first one. */
  forget(): void {
    this.#missed.clear();
  }

  /** Takes in a look at `at`; the incidents whose alerts, the same ones, were missing at the look before it too. */
  note(firing: readonly FiringAlert[], fingerprints: ReadonlySet<string>, at: string): Ended[] {
    const incidents = Map.groupBy(firing, (alert) => alert.incident_id);
    const missed = new Map<string, Ended>();
    const ended: Ended[] = [];
    for (const [incidentId, alerts] of incidents) {
      if (alerts.some((alert) => fingerprints.has(alert.fingerprint))) continue;
      const keys = new Set(alerts.map(alertKey));
      const before = this.#missed.get(incidentId);
      // An alert that has joined since was there a moment ago.
      if (before !== undefined && keys.isSubsetOf(before.alerts)) ended.push(before);
      missed.set(
        incidentId,
        before !== undefined && keys.isSubsetOf(before.alerts) ? before : { incidentId, alerts: keys, missedAt: at },
      );
    }
    this.#missed = missed;
    return ended;
  }
}
