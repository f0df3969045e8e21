/**
 * Milliseconds that a `Retry-After` header asks for, in seconds or as an HTTP date, 0 where that is over; undefined when absent
 * or unreadable.
 */
export function retryAfterMs(header: string | null | undefined, now: Date): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  const wanted = /^\d{1,12}(?:\.\d{1,12})?$/.test(text) ? Number(text) * 1_000 : dateOf(text) - now.getTime();
  return Number.isNaN(wanted) ? undefined : Math.max(0, wanted);
}

/** Dates have a month's name; without one, `Date.parse` reads a date into numbers such as `-5` and `1e3`. */
function dateOf(text: string): number {
  return /[a-z]{3}|^\d{4}-\d\d-\d\dT/i.test(text) ? Date.parse(text) : NaN;
}
