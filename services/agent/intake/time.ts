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
  const digits = fraction.replace(/0+$/, "");
  return `${new Date(seconds).toISOString().slice(0, 19)}${digits === "" ? "" : `.${digits}`}Z`;
}

/** Alertmanager's "not yet": Go's zero time. */
export function isZeroTime(text: string): boolean {
  return text.startsWith("0001-01-01T00:00:00");
}
