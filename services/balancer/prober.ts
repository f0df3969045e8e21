import type { Backend } from "./backend.ts";
import type { Clock } from "./clock.ts";
import type { Pool } from "./pool.ts";
import { DeadlineGroup } from "./deadline.ts";

/** How backends are probed. */
export interface ProberOptions {
  readonly pool: Pool;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** How long a backend has to answer a look. */
  readonly suspectProbeMs: number;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Whoever waits for this backend waits in vain: it is out, and gives no sign of life. */
  readonly onOut: (backend: Backend) => void;
}

/** Asks every backend's `GET /healthz` now and then; any answer under 500 is a sign of life. */
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
   * Looks at a backend that owes answers and gives none. A slow one answers this at once; a frozen one does not, and is
   * taken out before the next probe would notice.
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

  /** What is wrong with a backend, as its `GET /healthz` shows; undefined when it is well. */
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
