import { Gauge, type Registry } from "prom-client";
import { announce, type EntryOf, type OutboxEntry, type Store, type StoreOrigin } from "../incidents/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";

/** A way to people, as it is without the store. */
export interface Person {
  /** The channel's name. */
  readonly name: string;
  tell(row: OutboxEntry, text: string): Promise<{ readonly outcome: string }>;
}

/** What watching the store needs. */
export interface StoreWatchDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly registry: Registry;
  readonly people: readonly Person[];
  readonly now?: () => Date;
}

/** The store as `/healthz` shows it. */
export interface StoreHealth {
  readonly writable: boolean;
  /** Why nothing can be written; null while something can. */
  readonly reason: string | null;
  /** How it came to be at the last start. */
  readonly began: StoreOrigin["kind"];
}

/** A store that is watched. */
export interface StoreWatch {
  health(): Promise<StoreHealth>;
  stop(): Promise<void>;
}

/** That alerts are taken again, to people. */
export const WRITABLE_TEXT =
  "The agent can write its incidents again and takes alerts. Alertmanager retries what was refused.";
const LOOK_MS = 15_000;
// A lock or a slow disk is over by then.
const LOOKS_UNTIL_TOLD = 2;

/**
 * Tells people that the store was lost or damaged, and, around the store, that nothing can be written any more: then no
 * alert is taken, and news that waits in the store waits on.
 */
export async function startStoreWatch(deps: StoreWatchDeps): Promise<StoreWatch> {
  const { store, log, people, now = () => new Date() } = deps;
  const openedAt = now().toISOString();
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();
  let originTold = store.origin.kind === "kept" || store.origin.kind === "new";
  let faults = 0;
  let told: string | undefined;
  const writable = new Gauge({
    name: "oncall_agent_store_writable",
    help: "1 while incidents can be written; at 0 no alert is taken and /healthz answers 503.",
    registers: [deps.registry],
  });
  writable.set(1);
  new Gauge({
    name: "oncall_agent_store_began",
    help: "1 for how the store came to be at the last start: kept, new, lost or salvaged.",
    labelNames: ["kind"],
    registers: [deps.registry],
  }).set({ kind: store.origin.kind }, 1);

  /** Through the outbox, so that it arrives whatever happens. */
  const tellOrigin = async () => {
    const { kind, text } = store.origin;
    if (kind === "kept" || kind === "new") return;
    const occasion = { of: "store", openedAt, began: kind } as const;
    const channels = people.map(({ name }) => name);
    const where = { incident_id: null, occasion, channels, at: now().toISOString() };
    await store.transact((tx) => announce(tx, { kind: `store_${kind}`, payload: { text } }, where));
    originTold = true;
    log.error("store was lost or salvaged, people are notified", { began: kind });
  };

  const look = async () => {
    const fault = await store.fault();
    writable.set(fault === undefined ? 1 : 0);
    faults = fault === undefined ? 0 : faults + 1;
    if (fault === undefined && !originTold) await tellOrigin().catch(() => {});
    if (fault !== undefined && faults === LOOKS_UNTIL_TOLD && told === undefined) {
      told = fault;
      log.error("store is not writable, alerts are refused", { reason: fault });
      await sayNow("store_unwritable", unwritableText(fault));
    } else if (fault === undefined && told !== undefined) {
      told = undefined;
      log.info("store is writable again");
      await sayNow("store_writable", WRITABLE_TEXT);
    }
  };

  /** Around the store, once; a channel that fails is logged. */
  const sayNow = async (kind: StoreNews, text: string) => {
    await Promise.all(people.map(async ({ name, tell }) => {
      try {
        const result = await tell(rowFor(name, { kind, text, at: now().toISOString() }), text);
        if (result.outcome !== "sent") log.error("notification failed", { channel: name, ...result });
      } catch (error) {
        log.error("notification failed", { channel: name, error });
      }
    }));
  };

  const later = () => {
    if (!stopped) timer = setTimeout(() => running = look().then(later), LOOK_MS);
  };
  if (!originTold) await tellOrigin().catch(() => {});
  later();

  return {
    async health() {
      const fault = await store.fault();
      return { writable: fault === undefined, reason: fault ?? null, began: store.origin.kind };
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** That no alert is taken, to people. */
export function unwritableText(reason: string): string {
  return `The on-call agent takes no alerts: ${reason}. Free disk space or repair its store. Until then, check Alertmanager ` +
    "yourself. The agent resumes on its own when it can write again.";
}

type StoreNews = "store_unwritable" | "store_writable";

function rowFor(
  channel: string,
  { kind, text, at }: { readonly kind: StoreNews; readonly text: string; readonly at: string },
): EntryOf<StoreNews> {
  return {
    id: `direct-${kind}-${at}`,
    incident_id: null,
    key: `${kind}/${at}/${channel}`,
    channel,
    kind,
    payload: { text },
    state: "sending",
    attempts: 1,
    created_at: at,
    next_at: at,
    sent_at: null,
    text,
    receipt: null,
    last_error: null,
  };
}
