const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * A time of Alertmanager in UTC, with its fraction kept to the nanosecond: two alerts are the same one only if they
 * started at the same instant, whatever the zone in which it is written. Undefined when it is not RFC 3339.
 */
export function utc(text: string): string | undefined {
  const [, date, time, fraction = "", zone] = RFC_3339.exec(text) ?? [];
  if (date === undefined) return undefined;
  const seconds = Date.parse(`${date}T${time}${zone!.toUpperCase()}`);
  if (Number.isNaN(seconds)) return undefined;
  const digits = fraction.replace(/(?<!0)0+$/, "");
  return `${new Date(seconds).toISOString().slice(0, 19)}${digits === "" ? "" : `.${digits}`}Z`;
}

/** Alertmanager's "not yet": Go's zero time. */
export function isZeroTime(text: string): boolean {
  return text.startsWith("0001-01-01T00:00:00");
}

// What is told as a time before this is none: zero times, and clocks that were never set.
const EARLIEST_MS = Date.parse("2000-01-01T00:00:00Z");
const LATEST_MS = Date.parse("3000-01-01T00:00:00Z");

/**
 * A time in UTC as any sender may write it: RFC 3339, with a space or no zone (then UTC), seconds or milliseconds since
 * 1970 as a number or a text. Null when it is none, or the "not yet" of a program.
 */
export function timeOf(value: unknown): string | null {
  if (typeof value === "number") return timeOfNumber(value);
  if (typeof value !== "string" || value.length > 64) return null;
  const text = value.trim();
  if (/^\d{9,19}(\.\d+)?$/.test(text)) return timeOfNumber(Number(text));
  const exact = utc(text);
  if (exact !== undefined) return plausible(Date.parse(exact)) ? exact : null;
  const zoneless = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?$/.test(text);
  const ms = Date.parse(
    zoneless
      ? `${text.replace(" ", "T").replace(",", ".")}Z`
      : text.replace(/ ?UTC$/, "Z").replace(/^(\S+) (\d{2}:)/, "$1T$2"),
  );
  const fallback = Number.isNaN(ms) && !/^\d/.test(text) ? Date.parse(text) : ms;
  return plausible(fallback) ? new Date(fallback).toISOString() : null;
}

function timeOfNumber(number: number): string | null {
  // Seconds, milliseconds, microseconds or nanoseconds, by their size.
  const ms = number < 1e11 ? number * 1_000 : number < 1e14 ? number : number < 1e17 ? number / 1e3 : number / 1e6;
  return plausible(ms) ? new Date(Math.round(ms)).toISOString() : null;
}

function plausible(ms: number): boolean {
  return ms >= EARLIEST_MS && ms < LATEST_MS;
}
