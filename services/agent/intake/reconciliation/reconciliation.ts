import { Counter, type Registry } from "prom-client";
import type { Logger } from "../../../lib/telemetry/mod.ts";
import type { Store } from "../../incidents/mod.ts";
import type { HeartbeatState } from "../heartbeat.ts";
import { Absences } from "./absences.ts";
import { lookAt, type Sight } from "./alertmanager.ts";
import { resolveEnded } from "./resolve.ts";

/** What comparing the incidents with Alertmanager needs. */
export interface ReconciliationDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly registry: Registry;
  readonly alertmanagerUrl: string;
  /** Time between two looks, in milliseconds, give or take a tenth; 0: never. */
  readonly everyMs: number;
  /** Name of the always-firing alert. */
  readonly watchdogAlert: string;
  readonly heartbeat: () => HeartbeatState;
  /** Channels that are told of a resolution. */
  readonly notify: readonly string[];
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => Date;
  readonly random?: () => number;
  /** How long Alertmanager has to be up before it counts, in milliseconds; default 5 minutes. */
  readonly minUpMs?: number;
}

/** `idle`: no alert fires as far as is known; `young`: Alertmanager just started; `deaf`: Prometheus does not reach it. */
export type LookOutcome = "idle" | "compared" | "unreachable" | "young" | "deaf" | "failed";

// Prometheus tells Alertmanager of every alert that fires at least each minute (--rules.alert.resend-delay).
const MIN_UP_MS = 300_000;
const LOOK_TIMEOUT_MS = 15_000;
const TOGETHER = 64;

/**
 * Looks now and then at what Alertmanager has. An alert that ends while it is silenced is never delivered as resolved,
 * nor is one whose end Alertmanager forgot when it was killed: when none of an incident's alerts is there at two looks
 * running, the incident is resolved. A look counts only where absence means something: Alertmanager answers, has been up
 * for long enough to be told of everything again, and hears Prometheus, whose Watchdog alert it must have where the
 * agent knows one.
 */
export class Reconciliation {
  readonly #deps: ReconciliationDeps;
  readonly #absences = new Absences();
  readonly #looks: Counter<"outcome">;
  readonly #stopped = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #startedAt = "";
  #complaint = "";

  constructor(deps: ReconciliationDeps) {
    this.#deps = deps;
    this.#looks = new Counter({
      name: "oncall_agent_alertmanager_looks_total",
      help: "Comparisons of open incidents with Alertmanager's alerts, by outcome.",
      labelNames: ["outcome"],
      registers: [deps.registry],
    });
    for (const outcome of ["idle", "compared", "unreachable", "young", "deaf", "failed"]) {
      this.#looks.inc({ outcome }, 0);
    }
  }

  /** Begins to look, unless that is switched off. */
  start(): void {
    const { everyMs, random = Math.random } = this.#deps;
    if (everyMs === 0 || this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(
      () => this.#running = this.look().then(() => this.start()),
      everyMs * (0.9 + 0.2 * random()),
    );
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    await this.#running;
    clearTimeout(this.#timer);
  }

  /** One look; never rejects. */
  async look(): Promise<LookOutcome> {
    let outcome: LookOutcome;
    try {
      outcome = await this.#compare();
    } catch (error) {
      outcome = "failed";
      this.#deps.log.warn("cannot compare incidents with Alertmanager, retrying", { error });
    }
    if (outcome !== "compared") this.#absences.forget();
    this.#looks.inc({ outcome });
    return outcome;
  }

  async #compare(): Promise<LookOutcome> {
    const { store, alertmanagerUrl, log, fetch = globalThis.fetch, now = () => new Date() } = this.#deps;
    const firing = await store.firingAlerts();
    if (firing.length === 0) return "idle";
    let sight: Sight;
    try {
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]);
      sight = await lookAt(alertmanagerUrl, { fetch, now, signal });
    } catch (error) {
      if (this.#stopped.signal.aborted) return "unreachable";
      return this.#useless("unreachable", (error as Error).message);
    }
    const unfit = this.#unfit(sight);
    if (unfit !== undefined) return unfit;
    this.#complaint = "";
    const at = now();
    const ended = this.#absences.note(firing, sight.fingerprints, at.toISOString());
    const options = { now: at, notify: this.#deps.notify };
    // Some at a time share a commit; what is left when the agent stops is found again.
    for (let next = 0; next < ended.length && !this.#stopped.signal.aborted; next += TOGETHER) {
      const incidents = await Promise.all(
        ended.slice(next, next + TOGETHER).map((one) => store.transact((tx) => resolveEnded(tx, one, options))),
      );
      for (const incident of incidents.filter((one) => one !== undefined)) {
        log.info("incident resolved without a delivery", { incident: incident.code, title: incident.title });
      }
    }
    return "compared";
  }

  /** Why nothing follows from what Alertmanager has; undefined when something does. */
  #unfit(sight: Sight): LookOutcome | undefined {
    const { minUpMs = MIN_UP_MS, heartbeat, watchdogAlert } = this.#deps;
    if (sight.upMs < minUpMs) return "young";
    const another = this.#startedAt !== sight.startedAt;
    this.#startedAt = sight.startedAt;
    if (another) this.#absences.forget();
    if (heartbeat().last_at !== null && !sight.names.has(watchdogAlert)) {
      return this.#useless("deaf", `Alertmanager has no ${watchdogAlert} alert, so Prometheus does not reach it`);
    }
    return undefined;
  }

  /** Says once in a row why the incidents cannot be compared. */
  #useless(outcome: LookOutcome, reason: string): LookOutcome {
    if (this.#complaint !== outcome) {
      this.#deps.log.warn("cannot compare open incidents with Alertmanager for now", { reason });
    }
    this.#complaint = outcome;
    return outcome;
  }
}
