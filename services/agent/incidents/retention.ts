import { Gauge, type Registry } from "prom-client";
import type { Logger } from "../../lib/telemetry/mod.ts";
import { SteadyTime } from "./steady_time.ts";
import type { Store } from "./store.ts";

/** What retention depends on. */
export interface RetentionDeps {
  readonly store: Store;
  readonly log: Logger;
  /** Resolved incidents are forgotten when they are older, in milliseconds. */
  readonly keepMs: number;
  /** The oldest resolved incidents are forgotten while the store is larger, in bytes. */
  readonly maxBytes: number;
  readonly registry?: Registry;
  readonly now?: () => Date;
  /** Milliseconds of a clock that only moves forward. */
  readonly monotonicMs?: () => number;
}

const EVERY_MS = 600_000;
const PAUSE_MS = 50;

/**
 * Forgets what is too old or too much, a little at a time, now and every ten minutes until stopped. While the clock is
 * far ahead of what is known to have passed, nothing counts as older for it.
 */
export function startRetention(deps: RetentionDeps): { stop(): Promise<void> } {
  const { store, log, keepMs, maxBytes, now = () => new Date() } = deps;
  const time = new SteadyTime(store, { now, monotonicMs: deps.monotonicMs ?? (() => performance.now()) });
  const refused = new Gauge({
    name: "oncall_agent_retention_refused",
    help: "1 while old incidents are kept because the clock jumped ahead and is not confirmed yet.",
    registers: deps.registry === undefined ? [] : [deps.registry],
  });
  let ahead = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = Promise.resolve();
  let forgotten = 0;

  const step = async () => {
    let waitMs = EVERY_MS;
    try {
      const { at, aheadMs } = await time.read();
      refused.set(aheadMs > 0 ? 1 : 0);
      if (aheadMs > 0 && !ahead) {
        log.error(
          "the clock is far ahead of what the store knows: nothing is forgotten for it until a day has confirmed it",
          {
            clock: now().toISOString(),
            believed: at.toISOString(),
          },
        );
      }
      ahead = aheadMs > 0;
      const { incidents, more } = await store.prune({ before: new Date(at.getTime() - keepMs), maxBytes });
      forgotten += incidents;
      if (more) waitMs = PAUSE_MS;
    } catch (error) {
      log.warn("cannot delete old incidents, retrying", { error });
    }
    if (waitMs === EVERY_MS && forgotten > 0) {
      log.info("deleted old incidents", { incidents: forgotten });
      forgotten = 0;
    }
    later(waitMs);
  };
  const later = (ms: number) => {
    if (!stopped) timer = setTimeout(() => running = step(), ms);
  };
  later(PAUSE_MS);

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
