/** Severity of a log line. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Fields beside a log line's text; an `Error` is written with its stack. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one line per event. */
export type Logger = Record<LogLevel, (text: string, fields?: LogFields) => void>;

/** How a logger is made. */
export interface LoggerOptions {
  /** The role, e.g. `agent`. */
  readonly name: string;
  /** Takes out of a line what must not be written, e.g. tokens. */
  readonly clean?: (line: string) => string;
  /** Takes a finished line without its newline; default: stderr. */
  readonly write?: (line: string) => void;
  readonly now?: () => Date;
}

/** A logger whose lines are `<RFC 3339 time> <LEVEL> <name> <text> key=value …` (logfmt). */
export function createLogger(options: LoggerOptions): Logger {
  const { name, clean = (line) => line, write = (line) => console.error(line), now = () => new Date() } = options;
  const at = (level: LogLevel) => (text: string, fields: LogFields = {}) => {
    let line = `${now().toISOString()} ${level.toUpperCase().padEnd(5)} ${name} ${text}`;
    for (const [key, value] of Object.entries(fields)) if (value !== undefined) line += ` ${key}=${format(value)}`;
    write(clean(line));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** A logger that writes nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

function format(value: unknown): string {
  const text = value instanceof Error
    ? value.stack ?? String(value)
    : typeof value === "string"
    ? value
    : JSON.stringify(value);
  return /^[^\s"=]+$/.test(text ?? "") ? text : JSON.stringify(text);
}
