import { type Assembled, Assembler, type SourceLine } from "./assemble.ts";
import { hasTrace } from "./crash.ts";
import { type LogEntry } from "./entry.ts";
import { findLevel, levelOf } from "./levels.ts";
import type { Head, LineContext } from "./readers/mod.ts";
import { linesOf } from "./text.ts";
import { readTime, timeOfField } from "./times/mod.ts";

/** How a service's lines are read. */
export interface LineFormat {
  /** Regular expression of a line that begins an entry. */
  readonly entry?: string | undefined;
  /** Regular expression of entries that count as errors. */
  readonly errors?: string | undefined;
  /** Zone of times that name none; UTC where it is not given. */
  readonly zone?: string | undefined;
}

/** Entries of a text, each with the lines that follow its first one, in any of the forms that are known. */
export function parseLines(text: string, format: LineFormat = {}, now?: Date): LogEntry[] {
  const lines = linesOf(text).map((line) => ({ text: line }));
  return entriesOf(lines, { format, terminated: isTerminated(text), ...(now ? { near: now.getTime() } : {}) });
}

/** Whether Docker's lines in a text end with their line break. */
export function isTerminated(text: string): boolean {
  return /\\n"\s{0,2}[,}]/.test(text.slice(0, 100_000)) || /\\n"\s{0,2}[,}]/.test(text.slice(-100_000));
}

/** Entries of a source's lines. */
export function entriesOf(
  lines: readonly SourceLine[],
  options: { readonly format: LineFormat; readonly terminated?: boolean; readonly near?: number },
): LogEntry[] {
  const reading = startReading(options);
  for (const [index, line] of lines.entries()) reading.add(line, lines[index + 1]?.text ?? "");
  return reading.end().map((one) => entryOf(one));
}

/** An assembler for lines of such a format. */
export function startReading(
  options: { readonly format: LineFormat; readonly terminated?: boolean; readonly near?: number },
): Assembler {
  const { format, terminated = false, near } = options;
  const context: LineContext = { zone: format.zone, near, terminated, habit: { bare: false } };
  return new Assembler(context, format.entry === undefined ? undefined : ownBeginning(format.entry));
}

/** The entry as it is handed on. */
export function entryOf(one: Assembled, shiftMs = 0): LogEntry {
  const { at, zoned, level, lines, pid, caller, status } = one;
  return {
    at: at === null ? null : new Date(at - (zoned ? 0 : shiftMs)).toISOString(),
    // A stack that nobody gave a level is that of an error.
    level: level ?? (lines.length > 1 && hasTrace(lines) ? "ERROR" : "NONE"),
    message: [...lines, ...calledAt(one)].join("\n").trimEnd(),
    ...(pid === undefined ? {} : { pid }),
    ...(caller === undefined ? {} : { caller }),
    ...(status === undefined ? {} : { status }),
    understood: one.understood,
  };
}

/** The place that the entry names itself, where it has no stack, in the way that loggers do. */
function calledAt({ caller, level, lines }: Assembled): string[] {
  if (caller === undefined || !/^(?:ERROR|FATAL)$/.test(level ?? "") || hasTrace(lines)) return [];
  return [`caller=${caller.file}:${caller.line}${caller.function === null ? "" : ` func=${caller.function}`}`];
}

/** Beginnings by a service's own pattern, whose groups `timestamp`, `level` and `message` are optional. */
function ownBeginning(source: string): (line: string, context: LineContext) => Head | null {
  const pattern = new RegExp(source);
  return (line, context) => {
    const match = pattern.exec(line);
    if (match === null) return null;
    const { timestamp, level, message = line } = match.groups ?? {};
    const at = timestamp === undefined ? anyTime(line, context) : timeOfField(timestamp, context);
    return {
      at,
      zoned: timestamp !== undefined && readTime(timestamp.trim(), context)?.zoned === true,
      level: level === undefined ? findLevel(line, true)?.level ?? null : levelOf(level.trim()),
      message,
      body: message,
    };
  };
}

/** A time anywhere near the beginning of a line. */
function anyTime(line: string, context: LineContext): number | null {
  const head = line.slice(0, 200);
  for (const { index } of head.matchAll(/(?<![\w.:])(?=[\dA-Z])/g)) {
    const time = readTime(head, context, index);
    if (time !== null && time.notation !== "time of day") return time.ms;
  }
  return null;
}

/** Whether an entry counts as an error: by the service's own pattern, else by its level, or by the stack of a warning. */
export function isError(entry: LogEntry, format: LineFormat = {}): boolean {
  if (format.errors !== undefined) return new RegExp(format.errors).test(entry.message.slice(0, 20_000));
  if (/^(?:ERROR|FATAL)$/.test(entry.level)) return true;
  return entry.level === "WARN" && hasTrace(entry.message.split("\n", 60));
}
