import type { OutboxRow, Store, Transaction } from "../../incidents/mod.ts";
import type { Channel, Effects, Letter, SendResult } from "../channel.ts";
import { emptyTally, tallied, type Tally } from "./tally.ts";

/** How much may be sent. */
export interface StormPolicy {
  /** Messages on incidents within a window that leave one by one. */
  readonly messages: number;
  readonly windowMs: number;
}

/** What the gate needs. */
export interface StormGateDeps {
  readonly store: Store;
  readonly policy: StormPolicy;
  readonly now?: () => Date;
}

/** News that comes by itself, one per incident; answers, failures and the heartbeat are never held back. */
const GATED: ReadonlySet<string> = new Set(["diagnosis", "diagnosis_revised", "resolved", "refired", "joined"]);

interface Window {
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  readonly sent: number;
}

/**
 * A channel through which a storm of alerts becomes a bounded number of messages: beyond so many within a window, news
 * is held back and one digest at the window's end stands for it. Held rows stay in the record as cancelled, with the
 * reason; the count is kept in the store, so that a restart neither repeats nor forgets a digest.
 */
export function stormGate(channel: Channel, { store, policy, now = () => new Date() }: StormGateDeps): Channel {
  const setting = `storm/${channel.name}`;
  return {
    ...channel,
    async send(letter, keep) {
      const { row, view } = letter;
      // A part of it has left, or may have: that is finished, not held back.
      if (!GATED.has(row.kind) || view === undefined || row.receipt?.parts !== undefined || row.state === "uncertain") {
        return await channel.send(letter, keep);
      }
      const window = await store.transact((tx) => current(tx));
      if (window.sent >= policy.messages) return heldBack(letter, window);
      return counted(await channel.send(letter, keep));
    },
  };

  async function current(tx: Transaction): Promise<Window> {
    const window = JSON.parse(await tx.setting(setting) ?? "null") as Window | null;
    const at = now().getTime();
    // A window that begins in the future is one from before the clock was set back.
    if (window !== null && at >= window.startsAt && at < window.startsAt + policy.windowMs) return window;
    return { startsAt: at, sent: 0 };
  }

  function counted(result: SendResult): SendResult {
    if (result.outcome !== "sent") return result;
    const effects: Effects = async (tx) => {
      await result.effects?.(tx);
      const { startsAt, sent } = await current(tx);
      await tx.saveSetting(setting, JSON.stringify({ startsAt, sent: sent + 1 }));
    };
    return { ...result, effects };
  }

  function heldBack({ row, view }: Letter, window: Window): SendResult {
    const endsAt = new Date(window.startsAt + policy.windowMs);
    const time = `${endsAt.toISOString().slice(11, 16)} UTC`;
    const effects: Effects = async (tx) => {
      const key = `${setting}/${window.startsAt}`;
      const text =
        `Alert storm: more than ${policy.messages} messages within ${Math.round(policy.windowMs / 60_000)} ` +
        `minutes. Further ones are gathered; a digest follows at ${time}. All incidents are in the record.`;
      await tx.enqueueOutbox(news({ key: `${key}/begins`, kind: "digest", payload: { text }, next_at: now() }));
      const tally = (await tx.outboxRow(`${key}/digest`))?.payload as Tally | undefined;
      const payload = { ...tallied(tally ?? emptyTally(policy.windowMs), row, view!) };
      if (tally === undefined) {
        await tx.enqueueOutbox(news({ key: `${key}/digest`, kind: "digest", payload, next_at: endsAt }));
      } else await tx.amendOutbox(`${key}/digest`, payload);
      await tx.addTimeline(view!.id, {
        at: now().toISOString(),
        kind: "held_back",
        text: `Not told on ${channel.name} by itself in a storm of alerts: the digest at ${time} counts it`,
        by: "agent",
      });
    };
    return { outcome: "declined", reason: `a storm of alerts: the digest at ${time} stands for it`, effects };
  }

  function news(row: Pick<OutboxRow, "key" | "kind" | "payload"> & { readonly next_at: Date }) {
    return { ...row, incident_id: null, channel: channel.name, next_at: row.next_at.toISOString() };
  }
}
