import type { LogEntry, LogRead } from "./entry.ts";
import { isError, type LineFormat } from "./lines.ts";
import { statusIn } from "./readers/mod.ts";
import { firstLine } from "./shapes.ts";

/** An error that a message without a level speaks of: `failed: …`, `SomeError: …`. */
const SPOKEN =
  /(?:^|[^\w])(?:\w{0,60}(?:Error|Exception)|error|exception|fatal|panic|failed|failure)(?: \w{1,30})?: (?!\s{0,2}[\d.,]{1,12}(?:%|\s|$))/;

/** A statement that a database logs because it took long: half a second and more. */
const SLOW =
  /\bduration: (?:[5-9]\d\d|\d{4,9})(?:\.\d{1,6})? ms {1,3}(?:statement|execute|parse|bind|plan)|# Query_time: (?:0\.[5-9]|[1-9]\d{0,6}\.)|\bSlow query\b.{0,400}\bdurationMillis"?: ?(?:[5-9]\d\d|\d{4,9})/i;

/**
 * What of the entries counts as errors: by the service's own pattern or by level and stack; where there is none of it,
 * answers with a status of 500 and above; where there is none of that either, warnings and messages without a level that speak of one.
 */
export function errorsOf(entries: readonly LogEntry[], format: LineFormat = {}): LogEntry[] {
  const strong = entries.filter((entry) => isError(entry, format));
  if (strong.length > 0 || format.errors !== undefined) return strong;
  const failed = entries.filter((entry) => (statusOf(entry) ?? 0) >= 500);
  if (failed.length > 0) return failed;
  const spoken = entries.filter((entry) =>
    /^(?:WARN|NONE)$/.test(entry.level) && SPOKEN.test(entry.message.slice(0, 500))
  );
  return spoken.length > 0 ? spoken : entries.filter((entry) => SLOW.test(entry.message.slice(0, 500)));
}

/** The HTTP status that an entry tells of, in its fields or in its first line. */
export function statusOf({ status, message }: LogEntry): number | undefined {
  return status ?? statusIn(message.slice(0, 1000).split("\n", 1)[0]!);
}

/** What a person must know when lines were there and none of them was understood; null otherwise. */
export function notUnderstood(entries: readonly LogEntry[], errors: readonly LogEntry[], hint: string): string | null {
  if (entries.length === 0 || errors.length > 0 || entries.some((entry) => entry.understood !== false)) return null;
  const newest = firstLine(entries.at(-1)!.message.trim()).replaceAll("`", "'").slice(0, 160);
  const count = entries.length === 1 ? "1 line was" : `${entries.length} lines were`;
  return `${count} read and none was understood: no time, level or stack trace in a form that is known, e.g. \`${newest}\`; ${hint}`;
}

/** Adds what is to be said to a reading. */
export function withNotes(
  read: LogRead,
  missing: readonly (string | null)[],
  notes: readonly (string | null)[] = [],
): LogRead {
  const said = (list: readonly (string | null)[]) => list.filter((text) => text !== null);
  return { ...read, missing: said(missing), notes: said(notes) };
}
