import { RotatingFile } from "./log_rotation.ts";

/** Severities that reach the common error log. */
export type ErrorLevel = "ERROR" | "CRITICAL";

/** Where and how much is logged. */
export interface ErrorLogOptions {
  readonly path: string;
  readonly pid?: number;
  readonly now?: () => number;
  /** Size past which the file makes room for a new one, in bytes. */
  readonly maxBytes?: number;
  /** Most bytes of entries queued for the disk; further entries are dropped and counted. */
  readonly maxWaiting?: number;
  /** How often the file is checked for its size and its name, in milliseconds. */
  readonly checkMs?: number;
}

const MAX_ENTRY = 16_384;
const MAX_BATCH = 256 * 1024;
/** How many stacks of the same message are written at once, and how often one more, in milliseconds. */
const STACKS_AT_ONCE = 100;
const STACK_EVERY_MS = 10;
const MESSAGES_REMEMBERED = 64;

/**
 * `inventory_common.log`, which all instances write: one line `YYYY-MM-DD HH:MM:SS,mmm PID LEVEL message` in UTC and its
 * stack, indented, under it. Entries are handed to the disk in batches of whole entries; a request never waits for it.
 * Making a stack's text costs more than the rest of a failing request, so when the same message comes a thousand times a
 * second for long, only every tenth entry has its stack.
 */
export class ErrorLog {
  readonly #file: RotatingFile;
  readonly #pid: number;
  readonly #now: () => number;
  readonly #maxWaiting: number;
  #waiting: string[] = [];
  #waitingLength = 0;
  #leftOut = 0;
  #writing: Promise<void> | undefined;
  readonly #stacks = new Map<string, { left: number; at: number }>();

  constructor(options: ErrorLogOptions) {
    const { path, pid = Deno.pid, now = Date.now, maxBytes = 16 * 2 ** 20, checkMs = 100 } = options;
    this.#file = new RotatingFile({ path, maxBytes, checkMs });
    this.#pid = pid;
    this.#now = now;
    this.#maxWaiting = options.maxWaiting ?? 2 ** 20;
  }

  /** Adds an entry; `error` gives the stack and its causes. */
  write(level: ErrorLevel, message: string, error?: unknown): void {
    const at = this.#now();
    const stack = this.#stackIsDue(message, at) ? stackOf(error) : undefined;
    const entry = formatEntry({ at, pid: this.#pid, level, message, stack });
    if (this.#waitingLength + entry.length > this.#maxWaiting) {
      this.#leftOut++;
      return;
    }
    this.#waiting.push(entry);
    this.#waitingLength += entry.length;
    this.#writing ??= this.#drain();
  }

  /** Resolves when everything added so far is in the file. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    await this.flush();
    this.#file.close();
  }

  /** Writes what is left synchronously, just before the process exits. */
  flushSync(): void {
    const batch = this.#takeBatch(Infinity);
    if (batch !== "") this.#file.appendSync(encoder.encode(batch));
  }

  /** Whether this message may have its stack: a bucket for each message holds 100 and gets one more every 10 ms. */
  #stackIsDue(message: string, at: number): boolean {
    let bucket = this.#stacks.get(message);
    if (bucket === undefined) {
      if (this.#stacks.size >= MESSAGES_REMEMBERED) this.#stacks.clear();
      this.#stacks.set(message, bucket = { left: STACKS_AT_ONCE, at });
    }
    // A clock that was set back adds nothing.
    const earned = Math.max(0, at - bucket.at) / STACK_EVERY_MS;
    bucket.left = Math.min(STACKS_AT_ONCE, bucket.left + earned);
    bucket.at = at;
    if (bucket.left < 1) return false;
    bucket.left--;
    return true;
  }

  async #drain(): Promise<void> {
    // Entries of requests that fail together go out together.
    await Promise.resolve();
    while (this.#waiting.length > 0 || this.#leftOut > 0) {
      try {
        await this.#file.append(encoder.encode(this.#takeBatch(MAX_BATCH)));
      } catch (error) {
        // There is no other place to report a full disk to; the next batch tries again.
        console.error(`cannot write the error log: ${error instanceof Error ? error.message : error}`);
        this.#file.close();
      }
    }
    this.#writing = undefined;
  }

  #takeBatch(limit: number): string {
    let length = 0;
    let entries = 0;
    while (entries < this.#waiting.length && (entries === 0 || length < limit)) {
      length += this.#waiting[entries++]!.length;
    }
    let batch = this.#waiting.splice(0, entries).join("");
    this.#waitingLength -= length;
    if (this.#leftOut > 0 && this.#waiting.length === 0) {
      const message = `${this.#leftOut} log entries were left out because the disk did not keep up`;
      batch += formatEntry({ at: this.#now(), pid: this.#pid, level: "ERROR", message });
      this.#leftOut = 0;
    }
    return batch;
  }
}

const encoder = new TextEncoder();

interface EntryParts {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly pid: number;
  readonly level: ErrorLevel;
  readonly message: string;
  readonly stack?: string | undefined;
}

/** One whole entry with its final newline; lines after the first are indented, so none can be taken for an entry. */
export function formatEntry({ at, pid, level, message, stack }: EntryParts): string {
  const timestamp = new Date(at).toISOString().replace("T", " ").replace(".", ",").slice(0, 23);
  let body = stack === undefined || stack === "" ? message : `${message}\n${stack}`;
  if (body.length > MAX_ENTRY) body = `${body.slice(0, MAX_ENTRY)} …`;
  return `${timestamp} ${pid} ${level} ${body.replaceAll(/\r?\n(?:[ \t]*)/g, "\n    ")}\n`;
}

/** The frames of an error and of what caused it; nothing when it has none. */
function stackOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  const first = `${error.name}: ${error.message}`;
  let text = error.stack.startsWith(first) ? error.stack.slice(first.length).replace(/^\n/, "") : error.stack;
  for (let cause = error.cause, depth = 0; cause instanceof Error && depth < 3; cause = cause.cause, depth++) {
    text += `\nCaused by: ${cause.stack ?? String(cause)}`;
  }
  return text;
}
