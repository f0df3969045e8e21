import {
  announce,
  type Content,
  decode,
  outboxKey,
  type OutboxKind,
  type Store,
  type Transaction,
} from "../../incidents/mod.ts";
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
const GATED: ReadonlySet<OutboxKind> = new Set<OutboxKind>([
  "diagnosis",
  "diagnosis_revised",
  "resolved",
  "refired",
  "joined",
]);

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
      const text =
        `Alert storm: more than ${policy.messages} messages within ${Math.round(policy.windowMs / 60_000)} ` +
        `minutes. Further messages are held back until a digest at ${time}. Every incident is in the console.`;
      await digest(tx, { text }, { startsAt: window.startsAt, part: "begins", at: now() });
      const key = outboxKey({ of: "storm", startsAt: window.startsAt, part: "digest" }, {
        kind: "digest",
        channel: channel.name,
      });
      const tally = await tallyUnder(tx, key);
      const payload = { ...tallied(tally ?? emptyTally(policy.windowMs), row, view!) };
      if (tally === undefined) {
        await digest(tx, payload, { startsAt: window.startsAt, part: "digest", at: endsAt });
      } else await tx.amendOutbox(key, payload);
      await tx.addTimeline(view!.id, {
        at: now().toISOString(),
        kind: "held_back",
        text: `Held back on ${channel.name} in an alert storm; counted in the digest at ${time}`,
        by: "agent",
      });
    };
    return { outcome: "declined", reason: `a storm of alerts: the digest at ${time} stands for it`, effects };
  }

  async function digest(tx: Transaction, payload: Content<"digest">["payload"], { at, ...occasion }: Part) {
    const where = { incident_id: null, channels: [channel.name], at: at.toISOString() };
    await announce(tx, { kind: "digest", payload }, { ...where, occasion: { of: "storm", ...occasion } });
  }
}

interface Part {
  readonly startsAt: number;
  readonly part: "begins" | "digest";
  readonly at: Date;
}

/** What the digest under `key` says so far. */
async function tallyUnder(tx: Transaction, key: string): Promise<Tally | undefined> {
  const row = await tx.outboxRow(key);
  const read = row === undefined ? undefined : decode(row);
  if (read?.ok !== true || read.entry.kind !== "digest" || !("alerts" in read.entry.payload)) return undefined;
  return read.entry.payload;
}
