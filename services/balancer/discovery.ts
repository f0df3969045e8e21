import type { Logger } from "../lib/telemetry/mod.ts";
import { type Endpoint, parseEndpoint } from "./backend.ts";
import type { BackendSource } from "./backend_source.ts";
import type { Pool } from "./pool.ts";

/** How the pool is kept in step with a source. */
export interface DiscoveryOptions {
  readonly source: BackendSource;
  readonly refreshMs: number;
  readonly pool: Pool;
  readonly log: Logger;
}

/** How long the source may take to answer, in milliseconds. */
const TIMEOUT_MS = 2_000;
/** Shortest time between two polls, whatever happens. */
const MIN_REFRESH_MS = 250;

/** Keeps the pool in step with its source; while that does not answer, with its last list. */
export class Discovery {
  readonly #options: DiscoveryOptions;
  #timer: number | undefined;
  #asking: Promise<void> | undefined;
  #abort = new AbortController();
  #away = false;
  #saidNone = false;
  #askedAt = -Infinity;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /** Polls now and then every `refreshMs`; resolves after the first response or failure. */
  start(): Promise<void> {
    return this.#ask();
  }

  /** Polls at once after trouble with a backend, because the source may know more. */
  hurry(): void {
    if (this.#asking !== undefined || this.#abort.signal.aborted) return;
    this.#schedule(Math.max(0, this.#askedAt + MIN_REFRESH_MS - performance.now()));
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#asking;
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), delayMs);
  }

  #ask(): Promise<void> {
    return this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = undefined;
      if (this.#abort.signal.aborted) return;
      const { pool, refreshMs } = this.#options;
      // Without a backend every request fails or waits, so poll as fast as possible for the first one.
      this.#schedule(pool.members.length === 0 ? Math.min(refreshMs, MIN_REFRESH_MS) : refreshMs);
    });
  }

  async #askOnce(): Promise<void> {
    const { source, log } = this.#options;
    this.#askedAt = performance.now();
    try {
      const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      this.#take(await source.list(signal));
      if (this.#away) log.info(`${source.name} answers again`, source.where);
      this.#away = false;
    } catch (error) {
      if (this.#abort.signal.aborted || this.#away) return;
      this.#away = true;
      const reason = error instanceof Error ? error.message : String(error);
      log.warn(`${source.name} does not answer, keeping the last list of backends`, { ...source.where, reason });
    }
  }

  #take(urls: readonly string[]): void {
    const { pool, log } = this.#options;
    const endpoints: Endpoint[] = [];
    for (const url of urls) {
      const endpoint = parseEndpoint(url);
      if (endpoint === undefined) log.warn("ignored a backend that is not http://host:port", { url });
      else endpoints.push(endpoint);
    }
    // A source that has just started may list none yet: an empty list counts when it comes twice.
    if (endpoints.length === 0 && pool.members.length > 0 && !this.#saidNone) {
      this.#saidNone = true;
      return;
    }
    this.#saidNone = endpoints.length === 0;
    const { added, removed } = pool.replace(endpoints);
    if (added.length > 0 || removed.length > 0) {
      log.info("backends changed", { now: endpoints.map((e) => e.id).join(","), added, removed });
    }
  }
}
