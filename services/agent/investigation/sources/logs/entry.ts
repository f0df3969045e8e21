/** One log entry, its stack trace included. */
export interface LogEntry {
  /** RFC 3339; null when the entry does not tell. */
  readonly at: string | null;
  readonly level: string;
  /** First line and what follows it. */
  readonly message: string;
  readonly pid?: number | undefined;
}

/** Entries of a stretch of time, oldest first. */
export interface LogRead {
  readonly entries: readonly LogEntry[];
  /** Where they come from, for a person. */
  readonly from: string;
  /** There may be more: the source's own limit was reached. */
  readonly limited: boolean;
}

/** A place where logs are. */
export interface Logs {
  /** The newest entries of the last `seconds` that count as errors. */
  read(options: { readonly seconds: number; readonly signal: AbortSignal }): Promise<LogRead>;
}

/** RFC 3339 of the usual notations, in UTC where they name no zone; null for anything else. */
export function timestampOf(text: string): string | null {
  const trimmed = text.trim();
  if (/^\d{10}(\.\d+)?$/.test(trimmed)) return new Date(Number(trimmed) * 1000).toISOString();
  if (/^\d{13}$/.test(trimmed)) return new Date(Number(trimmed)).toISOString();
  const iso = trimmed.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, "$1-$2-$3").replace(/^(\d{4}-\d\d-\d\d) /, "$1T").replace(
    /(T\d\d:\d\d:\d\d),(\d+)/,
    "$1.$2",
  );
  const common = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})$/.exec(trimmed);
  const parsed = common
    ? Date.parse(`${common[1]} ${common[2]} ${common[3]} ${common[4]} GMT${common[5]}`)
    : /^\d{4}-\d\d-\d\dT/.test(iso)
    ? Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`)
    : NaN;
  return Number.isNaN(parsed) ? null : new Date(parsed).toISOString();
}
