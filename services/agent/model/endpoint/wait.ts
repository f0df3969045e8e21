const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const HEADERS = [
  "retry-after-ms",
  "retry-after",
  "x-ratelimit-reset-requests",
  "x-ratelimit-reset-tokens",
  "x-ratelimit-reset",
  "ratelimit-reset",
  "anthropic-ratelimit-requests-reset",
  "anthropic-ratelimit-tokens-reset",
];
const YEAR_2001_S = 1e9;
const YEAR_2001_MS = 1e12;

/**
 * Milliseconds after which an endpoint wants to be asked again: by its headers, else by its body (`retryDelay`,
 * `retry_after`, "try again in 6m0s"); undefined when it does not say.
 */
export function waitMs(
  headers: Headers,
  { text, now }: { readonly text: string; readonly now: number },
): number | undefined {
  for (const name of HEADERS) {
    const ms = toMs(headers.get(name), { now, unit: name.endsWith("-ms") ? 1 : 1_000 });
    if (ms !== undefined) return ms;
  }
  const said = text.slice(0, 4_000);
  const [, value] = /"retry_?(?:delay|after)(?:_seconds)?"\s*:\s*"?([\d.]+\s*(?:ms|s|m|h)?)"?/i.exec(said) ??
    /\b(?:try again|retry) (?:in|after) ([\d.]+ ?(?:ms|s|m|h|d)[\d.hms]*)/i.exec(said) ?? [];
  return toMs(value, { now, unit: 1_000 });
}

/** A number of seconds, a duration (`1m30s`), a date, or a time since 1970. */
function toMs(value: string | null | undefined, { now, unit }: { now: number; unit: number }): number | undefined {
  const given = value?.trim();
  if (!given) return undefined;
  const number = Number(given);
  if (Number.isFinite(number)) {
    if (number >= YEAR_2001_MS) return Math.max(0, number - now);
    if (number >= YEAR_2001_S) return Math.max(0, number * 1_000 - now);
    return Math.max(0, number * unit);
  }
  if (/^(?:[\d.]+ ?(?:ms|s|m|h|d) ?)+(?:ec(?:ond)?s?)?\.?$/i.test(given)) {
    return [...given.matchAll(/(?<![\d.])([\d.]+) ?(ms|[smhd])/gi)]
      .reduce((sum, [, count, name]) => sum + Number(count) * UNITS[name!.toLowerCase()]!, 0);
  }
  const date = Date.parse(given);
  return Number.isFinite(date) ? Math.max(0, date - now) : undefined;
}
