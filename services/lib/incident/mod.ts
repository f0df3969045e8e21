/** An incident as the agent's API gives it: its shape, its words, and reading it from any version of the agent. */
export type * from "./types.ts";
export type { AsRead, IncidentPageRead, IncidentRead, IncidentSummaryRead } from "./reading.ts";
export { incidentPage, incidentSummary, incidentView } from "./reading.ts";
export { clock, doubtOf, inThePast, isGap, notSeen, told, toldCause, withTime } from "./told.ts";
