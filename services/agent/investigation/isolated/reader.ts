import type { RedactionState } from "../../incidents/mod.ts";
import type { InvestigationOptions } from "../settings.ts";
import type { FromReader, ToReader } from "./protocol.ts";

/** What a reader tells. */
export interface ReaderEvents {
  message(message: FromReader): void;
  /** It did not answer for too long, or ended with an error; it is ended by now. */
  lost(reason: "blocked" | "failed", message: string): void;
}

/** How a reader is made and watched. */
export interface ReaderOptions {
  readonly settings: InvestigationOptions;
  readonly redaction: RedactionState;
  /** How long it may not answer, in milliseconds. */
  readonly blockedMs: number;
}

const PINGS_PER_LIMIT = 16;

/** A thread that makes calls; it is ended as soon as it does not answer for too long while it has some. */
export class Reader {
  readonly #worker: Worker;
  readonly #options: ReaderOptions;
  readonly #events: ReaderEvents;
  #watch: ReturnType<typeof setInterval> | undefined;
  #silentMs = 0;
  #lastTick = 0;

  constructor(options: ReaderOptions, events: ReaderEvents) {
    this.#options = options;
    this.#events = events;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "reader" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromReader>) => {
      this.#silentMs = 0;
      if (data.say !== "pong") events.message(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#lose("failed", event.message);
    };
    this.say({ say: "begin", settings: options.settings, redaction: options.redaction });
  }

  say(message: ToReader): void {
    this.#worker.postMessage(message);
  }

  /** Watches while it has calls to make. */
  watch(busy: boolean): void {
    if (busy === (this.#watch !== undefined)) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
    if (!busy) return;
    const everyMs = this.#options.blockedMs / PINGS_PER_LIMIT;
    this.#silentMs = 0;
    this.#lastTick = performance.now();
    this.say({ say: "ping" });
    this.#watch = setInterval(() => {
      const now = performance.now();
      // Where this thread itself was held up, its answers may wait here.
      this.#silentMs += Math.min(now - this.#lastTick, 2 * everyMs);
      this.#lastTick = now;
      if (this.#silentMs >= this.#options.blockedMs) this.#lose("blocked", "it did not answer");
      else this.say({ say: "ping" });
    }, everyMs);
  }

  end(): void {
    this.watch(false);
    this.#worker.terminate();
  }

  #lose(reason: "blocked" | "failed", message: string): void {
    this.end();
    this.#events.lost(reason, message);
  }
}
