import type { Caller } from "./readers/mod.ts";

export { timestampOf } from "./times/mod.ts";

/** One log entry, its stack trace included. */
export interface LogEntry {
  /** RFC 3339; null when the entry does not tell. */
  readonly at: string | null;
  /** `TRACE` to `FATAL`; `NONE` when the entry names none. */
  readonly level: string;
  /** First line and what follows it: lines below it, the exception and the stack of structured entries. */
  readonly message: string;
  readonly pid?: number | undefined;
  /** Where the program wrote it, when the entry names file and line itself. */
  readonly caller?: Caller | undefined;
  /** HTTP status that it tells of. */
  readonly status?: number | undefined;
  /** False when its form is none that is known. */
  readonly understood?: boolean;
}

/** Entries of a stretch of time, oldest first. */
export interface LogRead {
  readonly entries: readonly LogEntry[];
  /** Where they come from, for a person. */
  readonly from: string;
  /** There may be more: the source's own limit was reached. */
  readonly limited: boolean;
  /** Entries of that stretch of time, those that are no errors included; undefined when the source gives errors only. */
  readonly seen?: number;
  /** What is missing from it, for a person: not understood, partial, refused. */
  readonly missing?: readonly string[];
  /** What was taken for granted. */
  readonly notes?: readonly string[];
}

/** A place where logs are. */
export interface Logs {
  /** The newest entries of the last `seconds` that count as errors. */
  read(options: { readonly seconds: number; readonly signal: AbortSignal }): Promise<LogRead>;
}
