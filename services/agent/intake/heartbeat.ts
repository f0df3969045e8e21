import { Gauge, type Registry } from "prom-client";
import { announce, type Store, StoreUnavailable, type Transaction } from "../incidents/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";

/** What the heartbeat's watch needs. */
export interface HeartbeatDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly registry: Registry;
  /** How long the heartbeat may stay away, in milliseconds; 0: for ever. */
  readonly timeoutMs: number;
  /** Channels that are told. */
  readonly notify: readonly string[];
  readonly now?: () => Date;
  /** Milliseconds of a clock that only moves forward. */
  readonly monotonicMs?: () => number;
}

/** The heartbeat as `/healthz` shows it. */
export interface HeartbeatState {
  /** When it came last (RFC 3339); null: never. */
  readonly last_at: string | null;
  /** Since when it counts as lost; null while it does not. */
  readonly lost_at: string | null;
}

const SETTING = "heartbeat";
const RETRY_MS = 5_000;

/**
 * Watches the always-firing alert. When it stays away for too long, monitoring itself is down: that is told once, and
 * once more when it is back. Waiting is measured from the agent's own start or the last heartbeat since, whichever is
 * later, on the monotonic clock: neither its own absence nor a clock that is set makes an alarm.
 */
export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  readonly #now: () => Date;
  readonly #monotonicMs: () => number;
  #beatAtMs: number;
  #state: HeartbeatState = { last_at: null, lost_at: null };
  #heard = false;
  /** What is known from before could not be read yet. */
  #unread = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #telling: Promise<void> = Promise.resolve();

  private constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
    this.#now = deps.now ?? (() => new Date());
    this.#monotonicMs = deps.monotonicMs ?? (() => performance.now());
    this.#beatAtMs = this.#monotonicMs();
    const silentSeconds = () => this.#silentMs() / 1_000;
    const lost = () => this.#state.lost_at === null ? 0 : 1;
    new Gauge({
      name: "oncall_agent_heartbeat_silent_seconds",
      help: "Time since the last Watchdog alert, or since the start without one.",
      registers: [deps.registry],
      collect() {
        this.set(silentSeconds());
      },
    });
    new Gauge({
      name: "oncall_agent_heartbeat_lost",
      help: "1 while no Watchdog alert has arrived for HEARTBEAT_TIMEOUT.",
      registers: [deps.registry],
      collect() {
        this.set(lost());
      },
    });
  }

  /** Reads what is known from before, and begins to wait; a store that cannot be had now is read later. */
  static async start(deps: HeartbeatDeps): Promise<Heartbeat> {
    const heartbeat = new Heartbeat(deps);
    try {
      await heartbeat.#read();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      heartbeat.#unread = true;
    }
    heartbeat.#wait();
    return heartbeat;
  }

  async #read(): Promise<void> {
    this.#state = parse(await this.#deps.store.transact((tx) => tx.setting(SETTING)));
    this.#unread = false;
  }

  get state(): HeartbeatState {
    return this.#state;
  }

  /** Whether it came since this process started; what came before says nothing of now. */
  get heard(): boolean {
    return this.#heard;
  }

  /** Notes in `tx` that the heartbeat came; call the function that it resolves with after the commit. */
  async beat(tx: Transaction): Promise<() => void> {
    const { lost_at } = parse(await tx.setting(SETTING));
    const at = this.#now().toISOString();
    const state: HeartbeatState = { last_at: at, lost_at: null };
    await tx.saveSetting(SETTING, JSON.stringify(state));
    if (lost_at !== null) await this.#tell(tx, "heartbeat_back", lost_at);
    return () => {
      this.#state = state;
      this.#heard = true;
      this.#unread = false;
      this.#beatAtMs = this.#monotonicMs();
      if (lost_at !== null) this.#deps.log.info("Watchdog alert is back: monitoring is up");
      this.#wait();
    };
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#telling;
    clearTimeout(this.#timer);
  }

  #silentMs(): number {
    return this.#monotonicMs() - this.#beatAtMs;
  }

  #wait(atLeastMs = 0): void {
    clearTimeout(this.#timer);
    if (this.#deps.timeoutMs === 0 || this.#state.lost_at !== null) return;
    const restMs = Math.max(atLeastMs, this.#deps.timeoutMs - this.#silentMs());
    this.#timer = setTimeout(() => this.#telling = this.#look(), restMs);
  }

  async #look(): Promise<void> {
    if (this.#silentMs() < this.#deps.timeoutMs) return this.#wait();
    if (this.#unread) {
      try {
        await this.#read();
      } catch {
        return this.#wait(RETRY_MS);
      }
      if (this.#state.lost_at !== null) return;
    }
    const state: HeartbeatState = { last_at: this.#state.last_at, lost_at: this.#now().toISOString() };
    let beaten = false;
    try {
      await this.#deps.store.transact(async (tx) => {
        beaten = parse(await tx.setting(SETTING)).last_at !== this.#state.last_at;
        if (beaten) return;
        await tx.saveSetting(SETTING, JSON.stringify(state));
        await this.#tell(tx, "heartbeat_lost", state.lost_at!);
      });
    } catch (error) {
      this.#deps.log.error("cannot store the lost heartbeat, retrying", { error });
      return this.#wait(RETRY_MS);
    }
    // A heartbeat has been stored that is about to be noted here: it begins the next wait.
    if (beaten) return;
    this.#state = state;
    this.#deps.log.error("no Watchdog alert: monitoring itself may be down", {
      silent_seconds: Math.round(this.#silentMs() / 1_000),
    });
  }

  async #tell(tx: Transaction, kind: "heartbeat_lost" | "heartbeat_back", lostAt: string): Promise<void> {
    await announce(tx, { kind, payload: { silent_ms: Math.round(this.#silentMs()) } }, {
      incident_id: null,
      occasion: { of: "heartbeat", lostAt },
      channels: this.#deps.notify,
      at: this.#now().toISOString(),
    });
  }
}

function parse(setting: string | undefined): HeartbeatState {
  return setting === undefined ? { last_at: null, lost_at: null } : JSON.parse(setting);
}
