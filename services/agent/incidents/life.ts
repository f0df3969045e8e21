import type { Incident, IncidentState } from "./types.ts";

/** What can happen to an incident. */
export type LifeEvent = "investigate" | "diagnose" | "resolve" | "refire";

/**
 * The moves of an incident's life; what has no move here cannot happen. A resolution does not stop an investigation, so
 * a resolved incident may still be investigated and diagnosed, and stays resolved.
 */
export const MOVES: Readonly<Record<LifeEvent, Readonly<Partial<Record<IncidentState, IncidentState>>>>> = {
  investigate: {
    open: "investigating",
    investigating: "investigating",
    diagnosed: "investigating",
    resolved: "resolved",
  },
  diagnose: { open: "diagnosed", investigating: "diagnosed", diagnosed: "diagnosed", resolved: "resolved" },
  resolve: { open: "resolved", investigating: "resolved", diagnosed: "resolved" },
  refire: { resolved: "open" },
};

/** Whether `event` can happen to the incident as it is. */
export function canMove(incident: Pick<Incident, "state">, event: LifeEvent): boolean {
  return MOVES[event][incident.state] !== undefined;
}

/**
 * The incident after `event` at `at` (RFC 3339): its state, and what goes with it. A re-fire begins a new episode, which
 * nobody has acknowledged yet.
 *
 * @throws {RangeError} when there is no such move.
 */
export function move(incident: Incident, event: LifeEvent, at: string): Incident {
  const state = MOVES[event][incident.state];
  if (state === undefined) throw new RangeError(`Cannot ${event} an incident: current state is ${incident.state}`);
  switch (event) {
    case "resolve":
      return { ...incident, state, resolved_at: at };
    case "refire":
      return {
        ...incident,
        state,
        resolved_at: null,
        episode: incident.episode + 1,
        acknowledged_at: null,
        acknowledged_by: null,
      };
    default:
      return { ...incident, state };
  }
}
