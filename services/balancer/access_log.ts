import type { Logger } from "../lib/telemetry/mod.ts";

/** One answered request. */
export interface Access {
  readonly client: string;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  /** Body bytes sent to the client. */
  readonly bytes: number;
  readonly durationMs: number;
  /** The backend that answered, `none` for the balancer itself. */
  readonly backend: string;
  /** Backends that were tried before. */
  readonly tried: readonly string[];
}

/** Options of the access log. */
export interface AccessLogOptions {
  readonly path: string;
  /** The file is rotated to `<path>.1` at this size. */
  readonly maxBytes?: number;
  readonly log: Logger;
  readonly now?: () => Date;
}

/** Most bytes of lines queued for the disk; beyond it lines are dropped and counted. */
const MAX_WAITING = 1024 * 1024;
const FLUSH_MS = 200;

/** An access log: one JSON object a line, written in batches, bounded by rotation. */
export class AccessLog {
  readonly #options: Required<AccessLogOptions>;
  #lines: string[] = [];
  #waiting = 0;
  #dropped = 0;
  #size = 0;
  #writing: Promise<void> | undefined;
  #timer: number | undefined;

  /** Opens the log; an existing file is continued. */
  constructor(options: AccessLogOptions) {
    this.#options = { maxBytes: 64 * 1024 * 1024, now: () => new Date(), ...options };
    try {
      this.#size = Deno.statSync(options.path).size;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  write(access: Access): void {
    if (this.#waiting >= MAX_WAITING) {
      this.#dropped++;
      return;
    }
    const { durationMs, tried, ...rest } = access;
    const line = JSON.stringify({
      time: this.#options.now().toISOString(),
      ...rest,
      duration_ms: Math.round(durationMs * 1000) / 1000,
      ...(tried.length > 0 ? { tried } : {}),
    }) + "\n";
    this.#lines.push(line);
    this.#waiting += line.length;
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Writes the queued lines. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#writing ??= this.#write().finally(() => this.#writing = undefined);
  }

  async #write(): Promise<void> {
    const { path, maxBytes, log } = this.#options;
    while (this.#lines.length > 0) {
      const text = this.#lines.join("");
      this.#lines = [];
      this.#waiting = 0;
      try {
        if (this.#size + text.length > maxBytes && this.#size > 0) {
          await Deno.rename(path, `${path}.1`);
          this.#size = 0;
        }
        await Deno.writeTextFile(path, text, { append: true });
        this.#size += text.length;
      } catch (error) {
        log.error("cannot write the access log, lines are lost", { path, error: String(error) });
      }
      if (this.#dropped > 0) {
        log.warn("access log is too slow, dropped lines", { dropped: this.#dropped });
        this.#dropped = 0;
      }
    }
  }
}
