/** When a backend is ejected, for how long, and how it returns; times in milliseconds. */
export interface HealthRules {
  /** Consecutive timeouts or broken responses that eject a backend. */
  readonly failures: number;
  /** Consecutive 5xx that eject a backend; 0: never. */
  readonly serverErrors: number;
  /** Consecutive failed probes that eject a backend. */
  readonly probes: number;
  /** Length of the first ejection; each further one is twice as long. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** How long a backend takes from its return to its full share. */
  readonly rampMs: number;
  /** Time with pending requests and no response at all after which a backend is probed; Infinity: never. */
  readonly silentMs: number;
  /** Timeout of that probe. */
  readonly suspectProbeMs: number;
}

/** The defaults. */
export const HEALTH_RULES: HealthRules = {
  failures: 3,
  serverErrors: 10,
  probes: 2,
  pauseMs: 1_000,
  maxPauseMs: 30_000,
  rampMs: 5_000,
  silentMs: 400,
  suspectProbeMs: 400,
};

/** Why a backend is ejected. */
export type OutReason = "connect" | "timeout" | "broken" | "server_errors" | "probe";

/** Inputs and outputs of a backend's health. */
export interface HealthDeps {
  /** Whether any other backend is in. */
  readonly othersIn: () => boolean;
  /** It was ejected (`was` is undefined, `detail` may say more), or it is back. */
  readonly onChange: (was: OutReason | undefined, detail?: string) => void;
}

/** Smallest share of its turns that a returning backend gets. */
const FIRST_SHARE = 0.1;

/** Whether one backend can take requests, from what its requests and probes show. */
export class Health {
  /** Why it is ejected; undefined while it is in. */
  out: OutReason | undefined;
  #outUntil = 0;
  #pauses = 0;
  #returnedAt = -Infinity;
  #failures = 0;
  #serverErrors = 0;
  #failedProbes = 0;
  readonly #rules: HealthRules;
  readonly #deps: HealthDeps;

  constructor(rules: HealthRules, deps: HealthDeps) {
    this.#rules = rules;
    this.#deps = deps;
  }

  /** A connection was refused or timed out: ejects it at once. */
  connectFailed(now: number, detail?: string): void {
    this.#takeOut("connect", now, detail);
  }

  /** It took a request and gave no answer, or a broken one. */
  failed(reason: "timeout" | "broken", now: number): boolean {
    if (++this.#failures < this.#rules.failures) return false;
    return this.#takeOut(reason, now);
  }

  /** It answered; returns whether its 5xx in a row should eject it. */
  answered(status: number, now: number): boolean {
    this.#failures = 0;
    if (status < 500) {
      this.#serverErrors = 0;
      // Requests reach an ejected backend only if there is no other: it works again.
      if (this.out !== undefined && this.out !== "server_errors") this.#return(now);
      return false;
    }
    return ++this.#serverErrors >= this.#rules.serverErrors && this.#rules.serverErrors > 0 && this.out === undefined;
  }

  /** Ejects it for its 5xx, because the others do better. An error that all share ejects none. */
  serverErrors(now: number): void {
    this.#takeOut("server_errors", now);
  }

  /** A probe was answered, or failed with `problem`; returns whether that ejected the backend. */
  probed(problem: string | undefined, now: number): boolean {
    if (problem !== undefined) {
      if (++this.#failedProbes < this.#rules.probes) return false;
      return this.#takeOut("probe", now, problem);
    }
    this.#failedProbes = 0;
    if (this.out !== undefined && now >= this.#outUntil) this.#return(now);
    return false;
  }

  /** It has pending requests and did not answer a probe either; returns whether it is ejected, for any reason. */
  silent(problem: string, now: number): boolean {
    return this.#takeOut("probe", now, problem) || this.out !== undefined;
  }

  /** Its share of turns, from 0 (out) to 1. */
  share(now: number): number {
    if (this.out !== undefined) return 0;
    const since = now - this.#returnedAt;
    if (since >= this.#rules.rampMs) return 1;
    return Math.max(FIRST_SHARE, since / this.#rules.rampMs);
  }

  #takeOut(reason: OutReason, now: number, detail?: string): boolean {
    if (this.out !== undefined) return false;
    // The last one stays in: a slow backend is better than none. One that accepts no connections does not count.
    if (reason !== "connect" && !this.#deps.othersIn()) return false;
    const { pauseMs, maxPauseMs, rampMs } = this.#rules;
    // After a long healthy time, the next ejection is short again.
    if (now - this.#returnedAt > maxPauseMs + rampMs) this.#pauses = 0;
    this.out = reason;
    this.#outUntil = now + Math.min(maxPauseMs, pauseMs * 2 ** this.#pauses++);
    this.#deps.onChange(undefined, detail);
    return true;
  }

  #return(now: number): void {
    const was = this.out;
    this.out = undefined;
    this.#returnedAt = now;
    this.#failures = this.#serverErrors = this.#failedProbes = 0;
    this.#deps.onChange(was);
  }
}
