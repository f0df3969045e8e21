import type { Backend } from "./backend.ts";
import type { Clock } from "./clock.ts";
import type { Pool } from "./pool.ts";
import { DeadlineGroup } from "./deadline.ts";

/** How backends are probed. */
export interface ProberOptions {
  readonly pool: Pool;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Timeout of a probe. */
  readonly suspectProbeMs: number;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** The backend is ejected and sends nothing: its pending requests should fail over. */
  readonly onOut: (backend: Backend) => void;
}

/** Probes every backend's `GET /healthz`; any status below 500 means alive. */
export class Prober {
  readonly #options: ProberOptions;
  readonly #underWay = new Map<Backend, Promise<void>>();
  readonly #suspectProbes = new Map<Backend, Promise<void>>();
  readonly #deadlines = new DeadlineGroup();
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
    await Promise.all([...this.#underWay.values(), ...this.#suspectProbes.values()]);
  }

  /**
   * Probes a backend that has pending requests and answers none. A slow one answers this probe at once; a frozen one does
   * not, and is ejected before the next regular probe.
   */
  probeSuspect(backend: Backend): void {
    if (this.#suspectProbes.has(backend) || this.#abort.signal.aborted) return;
    backend.suspect = true;
    this.#suspectProbes.set(backend, this.#probeSuspect(backend).finally(() => this.#suspectProbes.delete(backend)));
  }

  /** Ends the probes that take too long. */
  sweep(awakeMs: number): void {
    this.#deadlines.sweep(awakeMs);
  }

  async #probeSuspect(backend: Backend): Promise<void> {
    const { clock, suspectProbeMs, onOut } = this.#options;
    const problem = await this.#ask(backend, suspectProbeMs);
    if (this.#abort.signal.aborted) return;
    // An answer to a request may have come meanwhile.
    const silent = backend.suspect;
    backend.markAlive();
    if (problem === undefined || !silent) return;
    if (backend.health.silent(`no answer to any request, ${problem}`, clock.precise())) onOut(backend);
  }

  async #probe(backend: Backend): Promise<void> {
    const { clock, timeoutMs, onOut } = this.#options;
    const problem = await this.#ask(backend, timeoutMs);
    if (this.#abort.signal.aborted) return;
    if (backend.health.probed(problem, clock.precise())) onOut(backend);
  }

  /** The problem that a backend's `GET /healthz` shows; undefined when it is healthy. */
  async #ask(backend: Backend, timeoutMs: number): Promise<string | undefined> {
    const late = new AbortController();
    const done = this.#deadlines.begin(timeoutMs, () => late.abort());
    try {
      const signal = AbortSignal.any([this.#abort.signal, late.signal]);
      const response = await this.#options.fetch(`${backend.url}/healthz`, { signal, redirect: "manual" });
      await response.body?.cancel();
      if (response.status >= 500) return `GET /healthz answers ${response.status}`;
    } catch (error) {
      if (late.signal.aborted) return `GET /healthz: no answer within ${timeoutMs} ms`;
      return `GET /healthz: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      done();
    }
  }
}
