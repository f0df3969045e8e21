import { sleep } from "../../lib/waiting/mod.ts";
import { Counter, Histogram, type Registry } from "prom-client";
import { LeaseLost, type Store, StoreUnavailable } from "../incidents/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import { attempt, type AttemptDeps, type Claimed, LEASE_MS } from "./attempt.ts";
import type { Channel } from "./channel.ts";

/** What the outbox worker needs. */
export interface DeliveryDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly registry: Registry;
  readonly channels: readonly Channel[];
  readonly now?: () => Date;
  readonly random?: () => number;
  /** When the last request came to a resolved incident's service, where none come any more; answers soon. */
  readonly noRequestsSince?: AttemptDeps["noRequestsSince"];
  /** How long a row is tried before it counts as failed, in milliseconds; default one day. */
  readonly giveUpAfterMs?: number;
}

/** Longest sleep, in milliseconds: a jump of the clock delays nothing longer than this. */
const LONGEST_SLEEP_MS = 15_000;
const STORE_PAUSE_MS = 500;

/**
 * Sends the outbox's rows, each channel in a worker of its own and one row after the other, so that a channel that hangs
 * delays no other and news on one incident keeps its order. `stop` waits for the attempts in flight.
 */
export function startDelivery(deps: DeliveryDeps): { stop(): Promise<void> } {
  const { store, log, registry, channels, now = () => new Date(), random = Math.random } = deps;
  const { giveUpAfterMs = 86_400_000 } = deps;
  const registers = [registry];
  const counter = new Counter({
    name: "oncall_agent_outbox_attempts_total",
    help: "Attempts to send an outbox row, by channel and outcome.",
    labelNames: ["channel", "outcome"],
    registers,
  });
  // From 0 on, so that the first failure is an increase that an alert can see.
  for (const { name: channel } of channels) {
    for (const outcome of ["sent", "retryable", "permanent", "gave_up"]) counter.inc({ channel, outcome }, 0);
  }
  const seconds = new Histogram({
    name: "oncall_agent_outbox_attempt_seconds",
    help: "Time of one attempt to send an outbox row.",
    labelNames: ["channel"],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers,
  });
  const attemptDeps: AttemptDeps = {
    store,
    now,
    random,
    giveUpAfterMs,
    noRequestsSince: deps.noRequestsSince,
    sleep,
    channels: new Map(channels.map((channel) => [channel.name, channel])),
  };
  const owner = `delivery-${crypto.randomUUID()}`;
  const bell = createBell();
  const unsubscribe = store.subscribe((change) => change.topic === "outbox" && bell.ring());
  const workers = channels.map((channel) => work(channel.name));

  return {
    async stop() {
      unsubscribe();
      bell.close();
      await Promise.all(workers);
    },
  };

  async function work(channel: string): Promise<void> {
    let away = false;
    while (!bell.closed) {
      const waiting = bell.next();
      let pauseMs = 0;
      try {
        const claimed = await store.claimOutbox(owner, { channels: [channel], leaseMs: LEASE_MS });
        away = false;
        if (claimed === undefined) pauseMs = await untilDue();
        else await send(channel, claimed);
      } catch (error) {
        pauseMs = STORE_PAUSE_MS;
        if (error instanceof StoreUnavailable) {
          // Once: on a full disk, each line takes room.
          if (!away) log.warn("cannot read the outbox, retrying", { channel, error });
          away = true;
        } else if (!(error instanceof LeaseLost)) log.error("cannot handle an outbox row", { channel, error });
      }
      if (pauseMs > 0) await bell.sleep(pauseMs, waiting);
    }
  }

  async function send(channel: string, claimed: Claimed): Promise<void> {
    const stopTimer = seconds.startTimer({ channel });
    const { outcome, reason, attempts } = await attempt(claimed, attemptDeps);
    stopTimer();
    counter.inc({ channel, outcome });
    if (reason === undefined) return;
    const { key, kind } = claimed.row;
    const level = outcome === "permanent" || outcome === "gave_up" ? "error" : "warn";
    log[level]("delivery failed", { channel, outcome, kind, key, attempts, reason });
  }

  async function untilDue(): Promise<number> {
    const due = await store.nextDue();
    if (due === undefined) return LONGEST_SLEEP_MS;
    // Due already and yet not claimed: it is another channel's, or another agent's.
    return Math.min(LONGEST_SLEEP_MS, Math.max(STORE_PAUSE_MS, due.getTime() - now().getTime()));
  }
}

/** Wakes waiting workers; a signal between asking for `next` and waiting for it is not lost. */
function createBell() {
  let { promise, resolve } = Promise.withResolvers<void>();
  let closed = false;
  return {
    get closed() {
      return closed;
    },
    ring() {
      resolve();
      ({ promise, resolve } = Promise.withResolvers<void>());
    },
    close() {
      closed = true;
      resolve();
    },
    next: () => promise,
    async sleep(ms: number, waiting: Promise<void>): Promise<void> {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await Promise.race([waiting, new Promise<void>((wake) => timer = setTimeout(wake, ms))]);
      clearTimeout(timer);
    },
  };
}
