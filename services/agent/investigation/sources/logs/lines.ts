import { type LogEntry, timestampOf } from "./entry.ts";

/** How a service's lines are read. */
export interface LineFormat {
  /** Regular expression of a line that begins an entry. */
  readonly entry?: string | undefined;
  /** Regular expression of entries that count as errors. */
  readonly errors?: string | undefined;
}

/** Beginnings of entries as most programs write them: a time first, in one of the usual notations. */
const USUAL =
  /^\[?(?<timestamp>\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)\]?[\s|:-]*(?<message>.*)$/;
const LOGFMT_TIME = /\b(?:ts|time|timestamp)="?(?<timestamp>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))"?/;
const ACCESS_TIME = /\[(?<timestamp>\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\]/;
const LEVEL =
  /\b(?:level=|"level":\s*")?(?<level>TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL|ALERT|EMERG|PANIC)\b/i;
const ERRORS = /^(err|error|crit|critical|fatal|alert|emerg|panic)$/i;

/** Entries of a text, each with the lines that follow its first one; JSON lines are read by their fields. */
export function parseLines(text: string, format: LineFormat = {}): LogEntry[] {
  const own = format.entry === undefined ? undefined : new RegExp(format.entry);
  const entries: { at: string | null; level: string; lines: string[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line === "") continue;
    const begun = beginning(line, own);
    if (begun) entries.push({ ...begun, lines: [begun.message] });
    else if (entries.length > 0) entries.at(-1)!.lines.push(line);
  }
  return entries.map(({ at, level, lines }) => ({ at, level, message: lines.join("\n") }));
}

/** Whether an entry counts as an error. */
export function isError(entry: LogEntry, format: LineFormat = {}): boolean {
  return format.errors === undefined ? ERRORS.test(entry.level) : new RegExp(format.errors).test(entry.message);
}

function beginning(
  line: string,
  own: RegExp | undefined,
): { at: string | null; level: string; message: string } | null {
  if (own !== undefined) {
    const groups = own.exec(line)?.groups;
    if (!groups && !own.test(line)) return null;
    return {
      at: groups?.timestamp === undefined ? anyTime(line) : timestampOf(groups.timestamp),
      level: (groups?.level ?? LEVEL.exec(line)?.groups?.level ?? "INFO").toUpperCase(),
      message: groups?.message ?? line,
    };
  }
  if (line.startsWith("{")) {
    const fields = jsonLine(line);
    if (fields) return fields;
  }
  if (/^\s/.test(line)) return null;
  const usual = USUAL.exec(line)?.groups;
  const at = usual ? timestampOf(usual.timestamp!) : anyTime(line);
  if (at === null) return null;
  return { at, level: (LEVEL.exec(line)?.groups?.level ?? "INFO").toUpperCase(), message: usual?.message ?? line };
}

function anyTime(line: string): string | null {
  const found = LOGFMT_TIME.exec(line)?.groups?.timestamp ?? ACCESS_TIME.exec(line)?.groups?.timestamp;
  return found === undefined ? null : timestampOf(found);
}

function jsonLine(line: string): { at: string | null; level: string; message: string } | null {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line);
  } catch {
    return null;
  }
  const pick = (...names: string[]) => names.map((name) => fields[name]).find((value) => value !== undefined);
  const stack = pick("stack", "stack_trace", "exception", "err_stack") ??
    (fields.err as { stack?: unknown } | undefined)?.stack;
  const message = pick("message", "msg", "error") ?? line;
  const level = pick("level", "severity", "lvl");
  return {
    at: timestampOf(String(pick("timestamp", "time", "ts", "@timestamp") ?? "")),
    level: typeof level === "number"
      ? (level >= 50 ? "ERROR" : level >= 40 ? "WARN" : "INFO")
      : String(level ?? "INFO").toUpperCase(),
    message: typeof stack === "string" ? `${message}\n${stack}` : String(message),
  };
}
