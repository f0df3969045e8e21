/** Who is on call when: layers of rotations, hours, overrides, in any time zone. */
export { type CalendarEvent, icalendar, shiftEvents } from "./icalendar.ts";
export { gaps, onCall, shifts } from "./shifts.ts";
export type { Layer, Override, Schedule, Shift, Turn, Window } from "./types.ts";
