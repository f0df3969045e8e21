import { Counter, type Registry } from "prom-client";
import type { Logger } from "../../../lib/telemetry/mod.ts";
import { announce, type Store, type Transaction } from "../../incidents/mod.ts";
import type { HeartbeatState } from "../heartbeat.ts";
import { alertCount } from "../words.ts";
import { Absences } from "./absences.ts";
import { lookAt, type Sight } from "./alertmanager.ts";
import type { SenderOptions } from "../senders/mod.ts";
import { resolveEnded } from "./resolve.ts";
import { takeUndelivered, Undelivered, type UndeliveredOptions, unknownOf } from "./undelivered.ts";

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
  /** How long after its resolution an incident whose alert goes on is left alone, in milliseconds; default an hour. */
  readonly refireWindowMs?: number;
  /** People are called until one acknowledges. */
  readonly pages?: boolean;
  /** What severity words mean, as configured. */
  readonly senders?: SenderOptions;
}

/** `idle`: no alert fires as far as is known; `young`: Alertmanager just started; `deaf`: Prometheus does not reach it. */
export type LookOutcome = "idle" | "compared" | "unreachable" | "young" | "deaf" | "failed";

// Prometheus tells Alertmanager of every alert that fires at least each minute (--rules.alert.resend-delay).
const MIN_UP_MS = 300_000;
const LOOK_TIMEOUT_MS = 15_000;
const TOGETHER = 64;
// After a start, what fires meanwhile is looked for more often: Alertmanager may say it again only in hours.
const FIRST_LOOKS = 6;
const FIRST_LOOK_MS = 9_000;
const REFIRE_WINDOW_MS = 3_600_000;

/**
 * Looks now and then at what Alertmanager has. An alert that ends while it is silenced is never delivered as resolved,
 * nor is one whose end Alertmanager forgot when it was killed: when none of an incident's alerts is there at two looks
 * running, the incident is resolved. A look counts only where absence means something: Alertmanager answers, has been up
 * for long enough to be told of everything again, and hears Prometheus, whose Watchdog alert it must have where the
 * agent knows one. The other way round, an alert that is active there and in no incident here, at two looks running, is
 * taken as if it had been delivered: a store that was lost, an agent that was away, or a person who resolved what goes on
 * must not make it silent. That counts always: what is there fires.
 */
export class Reconciliation {
  readonly #deps: ReconciliationDeps;
  readonly #absences = new Absences();
  readonly #undelivered = new Undelivered();
  readonly #looks: Counter<"outcome">;
  readonly #stopped = new AbortController();
  readonly #taken: Counter;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstTimer: ReturnType<typeof setTimeout> | undefined;
  #firstLook: Promise<unknown> = Promise.resolve();
  #emptyTold = false;
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
    this.#taken = new Counter({
      name: "oncall_agent_undelivered_alerts_total",
      help: "Alerts taken from Alertmanager's list, because no delivery told of them.",
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

  /** Looks a few times soon after the agent's start for what fires and is not known here. */
  startFirst(looks = FIRST_LOOKS): void {
    if (this.#deps.everyMs === 0 || looks === 0 || this.#stopped.signal.aborted) return;
    this.#firstTimer = setTimeout(() => {
      this.#firstLook = this.#see().then((sight) => this.#open(sight)).catch(() => {}).then(() =>
        this.startFirst(looks - 1)
      );
    }, FIRST_LOOK_MS);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#firstTimer);
    await this.#running;
    await this.#firstLook;
    clearTimeout(this.#timer);
    clearTimeout(this.#firstTimer);
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
    const { store, log, now = () => new Date() } = this.#deps;
    const firing = await store.firingAlerts();
    let sight: Sight;
    try {
      sight = await this.#see();
    } catch (error) {
      // Without an Alertmanager (other senders) there is nothing to say while nothing is open.
      if (this.#stopped.signal.aborted || firing.length === 0) return "unreachable";
      return this.#useless("unreachable", (error as Error).message);
    }
    await this.#open(sight);
    if (firing.length === 0) return "idle";
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

  #see(): Promise<Sight> {
    const { alertmanagerUrl, fetch = globalThis.fetch, now = () => new Date() } = this.#deps;
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]);
    return lookAt(alertmanagerUrl, { fetch, now, signal });
  }

  /** Takes what is active and in no incident. */
  async #open(sight: Sight): Promise<void> {
    const { store, log, notify, watchdogAlert, refireWindowMs = REFIRE_WINDOW_MS, senders = {}, pages } = this.#deps;
    const now = this.#deps.now?.() ?? new Date();
    const options: UndeliveredOptions = { now, refireWindowMs, notify, watchdogAlert, senders, pages };
    const missed = this.#undelivered.note(sight, await unknownOf(store, sight.active, options));
    if (missed.length === 0) return;
    const taken = await store.transact(async (tx) => {
      const taken = await takeUndelivered(tx, missed, options);
      if (taken.length > 0) await this.#tellEmpty(tx, { alerts: missed.length, at: now.toISOString() });
      return taken;
    });
    if (taken.length === 0) return;
    this.#taken.inc(missed.length);
    for (const { outcome, incident } of taken) {
      log.warn("an alert fires that no delivery told of", { outcome, incident: incident.code, title: incident.title });
    }
  }

  /** A store that began empty while something fired already may have been lost with all that was beside it. */
  async #tellEmpty(tx: Transaction, { alerts, at }: { readonly alerts: number; readonly at: string }): Promise<void> {
    if (this.#deps.store.origin.kind !== "new" || this.#emptyTold) return;
    this.#emptyTold = true;
    const text = `The on-call agent began with an empty store while ${alertCount(alerts)} fired already. ` +
      "Unless it is new here, its store was lost: restore a backup (oncall restore) if older incidents are missing.";
    const where = { incident_id: null, occasion: { of: "empty_store" }, channels: this.#deps.notify, at } as const;
    await announce(tx, { kind: "store_empty", payload: { text } }, where);
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
