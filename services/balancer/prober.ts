import type { Backend } from "./backend.ts";
import type { Pool } from "./pool.ts";

/** How backends are probed. */
export interface ProberOptions {
  readonly pool: Pool;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly fetch: typeof fetch;
  /** A probe took this backend out. */
  readonly onOut: (backend: Backend) => void;
}

/** Asks every backend's `GET /healthz` now and then; any answer under 500 is a sign of life. */
export class Prober {
  readonly #options: ProberOptions;
  readonly #underWay = new Map<Backend, Promise<void>>();
  readonly #abort = new AbortController();
  readonly #timer: number;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.round(), options.everyMs);
  }

  /** Probes every member that is not being probed; resolves when all have answered or failed. */
  async round(): Promise<void> {
    for (const backend of this.#options.pool.members) {
      if (this.#underWay.has(backend)) continue;
      this.#underWay.set(backend, this.#probe(backend).finally(() => this.#underWay.delete(backend)));
    }
    await Promise.all(this.#underWay.values());
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#abort.abort();
    await Promise.all(this.#underWay.values());
  }

  async #probe(backend: Backend): Promise<void> {
    const { now, fetch, timeoutMs, onOut } = this.#options;
    let problem: string | undefined;
    try {
      const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(timeoutMs)]);
      const response = await fetch(`${backend.url}/healthz`, { signal, redirect: "manual" });
      await response.body?.cancel();
      if (response.status >= 500) problem = `GET /healthz answers ${response.status}`;
    } catch (error) {
      problem = `GET /healthz: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (this.#abort.signal.aborted) return;
    if (backend.health.probed(problem, now())) onOut(backend);
  }
}
