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

/** `45 s`, `2 m 10 s`, `3 h 5 m`, `2 d 4 h`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [days, hours, minutes] = [86_400, 3_600, 60].map((unit) => Math.floor(seconds / unit));
  if (days! > 0) return `${days} d ${hours! % 24} h`;
  if (hours! > 0) return `${hours} h ${minutes! % 60} m`;
  if (minutes! > 0) return `${minutes} m ${seconds % 60} s`;
  return `${seconds} s`;
}
