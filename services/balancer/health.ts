/** When a backend is taken out, for how long, and how it returns; times in milliseconds. */
export interface HealthRules {
  /** Consecutive time-outs or broken answers that take a backend out. */
  readonly failures: number;
  /** Consecutive 5xx that take a backend out; 0 never does. */
  readonly serverErrors: number;
  /** Consecutive failed probes that take a backend out. */
  readonly probes: number;
  /** First pause; each further one is twice as long. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** How long a backend takes from its return to its full share. */
  readonly rampMs: number;
  /** Who owes answers and gives none at all for so long is looked at; Infinity never does. */
  readonly silentMs: number;
  /** How long it has to answer that look. */
  readonly suspectProbeMs: number;
}

/** What a user of this kind of program would expect. */
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

/** Why a backend is out. */
export type OutReason = "connect" | "timeout" | "broken" | "server_errors" | "probe";

/** What a backend's health depends on and tells. */
export interface HealthDeps {
  /** Whether any other backend is in. */
  readonly othersIn: () => boolean;
  /** It went out (`was` is undefined, and `detail` says more where there is more), or it is back. */
  readonly onChange: (was: OutReason | undefined, detail?: string) => void;
}

/** Smallest share of its turns that a returning backend gets. */
const FIRST_SHARE = 0.1;

/** Whether one backend can take requests, from what its requests and probes show. */
export class Health {
  /** Why it is out; undefined while it is in. */
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

  /** A connection was refused or could not be had in time: out at once. */
  connectFailed(now: number, detail?: string): void {
    this.#takeOut("connect", now, detail);
  }

  /** It took a request and gave no answer, or a broken one. */
  failed(reason: "timeout" | "broken", now: number): boolean {
    if (++this.#failures < this.#rules.failures) return false;
    return this.#takeOut(reason, now);
  }

  /** It answered; tells whether it has given so many 5xx in a row that it should go out. */
  answered(status: number, now: number): boolean {
    this.#failures = 0;
    if (status < 500) {
      this.#serverErrors = 0;
      // Traffic that reaches a backend which is out was sent for want of another: it works again.
      if (this.out !== undefined && this.out !== "server_errors") this.#return(now);
      return false;
    }
    return ++this.#serverErrors >= this.#rules.serverErrors && this.#rules.serverErrors > 0 && this.out === undefined;
  }

  /** It goes out for its 5xx: the others do better. An error that all share takes nobody out. */
  serverErrors(now: number): void {
    this.#takeOut("server_errors", now);
  }

  /** A probe was answered, or failed with `problem`; tells whether that took the backend out. */
  probed(problem: string | undefined, now: number): boolean {
    if (problem !== undefined) {
      if (++this.#failedProbes < this.#rules.probes) return false;
      return this.#takeOut("probe", now, problem);
    }
    this.#failedProbes = 0;
    if (this.out !== undefined && now >= this.#outUntil) this.#return(now);
    return false;
  }

  /** It owes answers, and gave none to a look either; tells whether the backend is out, for this or for another reason. */
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
    // The last one stays: a slow backend is better than none. Who takes no connections is none.
    if (reason !== "connect" && !this.#deps.othersIn()) return false;
    const { pauseMs, maxPauseMs, rampMs } = this.#rules;
    // Who held out long enough starts again from the short pause.
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
