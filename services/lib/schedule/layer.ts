import type { Layer, Window } from "./types.ts";

/** Who of a layer is on call then; undefined outside its hours, and before it starts. */
export function personOf(layer: Layer, at: Temporal.Instant): string | undefined {
  const start = startOf(layer);
  if (layer.people.length === 0 || Temporal.Instant.compare(at, start.toInstant()) < 0) return undefined;
  const local = at.toZonedDateTimeISO(layer.zone);
  if (layer.windows.length > 0 && !layer.windows.some((window) => isWithin(window, local))) return undefined;
  return layer.people[turnsUntil(layer, local) % layer.people.length];
}

/** How many turns have ended since the layer started. */
function turnsUntil(layer: Layer, local: Temporal.ZonedDateTime): number {
  const start = startOf(layer);
  if ("hours" in layer.turn) {
    return Math.floor((local.epochMilliseconds - start.epochMilliseconds) / (layer.turn.hours * 3_600_000));
  }
  const { days } = start.until(local, { largestUnit: "days" });
  return Math.floor(days / layer.turn.days);
}

/** The first hand-over; a time that the clock skips is the one after the skip, and of one that comes twice the first counts. */
export function startOf(layer: Layer): Temporal.ZonedDateTime {
  return layer.starts.toZonedDateTime(layer.zone);
}

/** The next hand-over after `at`. */
export function nextHandover(layer: Layer, at: Temporal.Instant): Temporal.Instant {
  const start = startOf(layer);
  if (Temporal.Instant.compare(at, start.toInstant()) < 0) return start.toInstant();
  const turns = turnsUntil(layer, at.toZonedDateTimeISO(layer.zone)) + 1;
  if ("hours" in layer.turn) return start.toInstant().add({ hours: turns * layer.turn.hours });
  return start.add({ days: turns * layer.turn.days }).toInstant();
}

/** Whether a window is open then. It may have begun the day before. */
function isWithin(window: Window, local: Temporal.ZonedDateTime): boolean {
  const at = local.toInstant();
  const today = local.toPlainDate();
  return [today.subtract({ days: 1 }), today].some((date) => {
    if (!window.days.includes(date.dayOfWeek)) return false;
    const { from, to } = windowOn(window, date, local.timeZoneId);
    return Temporal.Instant.compare(from, at) <= 0 && Temporal.Instant.compare(at, to) < 0;
  });
}

/** The window that begins on a date. */
export function windowOn(
  window: Window,
  date: Temporal.PlainDate,
  zone: string,
): { readonly from: Temporal.Instant; readonly to: Temporal.Instant } {
  const ends = Temporal.PlainTime.compare(window.to, window.from) > 0 ? date : date.add({ days: 1 });
  const instant = (day: Temporal.PlainDate, time: Temporal.PlainTime) =>
    day.toZonedDateTime({ timeZone: zone, plainTime: time }).toInstant();
  return { from: instant(date, window.from), to: instant(ends, window.to) };
}
