import type { Shift } from "./types.ts";

/** A calendar's event, in UTC. */
export interface CalendarEvent {
  /** The same for the same event at each export. */
  readonly uid: string;
  readonly summary: string;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

/** Shifts as events; gaps are left out unless `gap` names them. */
export function shiftEvents(
  shifts: readonly Shift[],
  { schedule, nameOf, gap }: {
    readonly schedule: string;
    readonly nameOf: (person: string) => string;
    readonly gap?: string;
  },
): CalendarEvent[] {
  return shifts.flatMap(({ person, from, to }) => {
    if (person === undefined && gap === undefined) return [];
    const summary = person === undefined ? gap! : `${nameOf(person)} on call: ${schedule}`;
    return [{ uid: `${utc(from)}-${person ?? "nobody"}-${schedule}@oncall`, summary, from, to }];
  });
}

/** An iCalendar file (RFC 5545) of events. `stamp` is when it was made. */
export function icalendar(name: string, events: readonly CalendarEvent[], stamp: Temporal.Instant): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//OnCallAgent//oncall//EN",
    `X-WR-CALNAME:${escaped(name)}`,
  ];
  for (const { uid, summary, from, to } of events) {
    lines.push(
      "BEGIN:VEVENT",
      `UID:${escaped(uid.replaceAll(/\s/g, "-"))}`,
      `DTSTAMP:${utc(stamp)}`,
      `DTSTART:${utc(from)}`,
      `DTEND:${utc(to)}`,
      `SUMMARY:${escaped(summary)}`,
      "END:VEVENT",
    );
  }
  lines.push("END:VCALENDAR");
  return lines.map(folded).join("\r\n") + "\r\n";
}

function utc(at: Temporal.Instant): string {
  return at.round({ smallestUnit: "second", roundingMode: "floor" }).toString().replaceAll(/[-:]/g, "");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, "\\$&").replaceAll(/\r?\n/g, "\\n");
}

/** Lines of at most 75 bytes; the next one begins with a space. No character is cut in two. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (bytes + size > (parts.length === 0 ? 75 : 74)) {
      parts.push(part);
      part = "";
      bytes = 0;
    }
    part += character;
    bytes += size;
  }
  return [...parts, part].join("\r\n ");
}
