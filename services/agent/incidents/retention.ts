import type { Logger } from "../../lib/telemetry/mod.ts";
import type { Store } from "./store.ts";

/** What retention goes by. */
export interface RetentionDeps {
  readonly store: Store;
  readonly log: Logger;
  /** Resolved incidents are forgotten when they are older, in milliseconds. */
  readonly keepMs: number;
  /** The oldest resolved incidents are forgotten while the store is larger, in bytes. */
  readonly maxBytes: number;
  readonly now?: () => Date;
}

const EVERY_MS = 600_000;
const PAUSE_MS = 50;

/** Forgets what is too old or too much, a little at a time, now and every ten minutes until stopped. */
export function startRetention(deps: RetentionDeps): { stop(): Promise<void> } {
  const { store, log, keepMs, maxBytes, now = () => new Date() } = deps;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = Promise.resolve();
  let forgotten = 0;

  const step = async () => {
    let waitMs = EVERY_MS;
    try {
      const { incidents, more } = await store.prune({ before: new Date(now().getTime() - keepMs), maxBytes });
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
