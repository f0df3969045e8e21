import { epochOf, readTime, type TimeContext } from "./notations.ts";

/** Milliseconds of a field that holds a time: text in any notation, a count since 1970, or `{ "$date": … }`. */
export function timeOfField(value: unknown, context: TimeContext = {}): number | null {
  if (typeof value === "number") return epochOf(value);
  if (typeof value !== "string") return null;
  const text = value.trim().slice(0, 80);
  const found = readTime(text, context);
  if (found === null) return null;
  const rest = text.slice(found.end);
  // Java writes the zone's name behind the offset.
  return rest === "" || /^\[[\w/+-]+\]$/.test(rest) ? found.ms : null;
}

/** RFC 3339 of the usual notations, in UTC where they name no zone; null for anything else. */
export function timestampOf(text: string, context: TimeContext = {}): string | null {
  const ms = timeOfField(text, context);
  return ms === null ? null : new Date(ms).toISOString();
}
