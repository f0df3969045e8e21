import {
  type Asked,
  decode,
  type Decoded,
  type IncidentView,
  type Lease,
  LeaseLost,
  type OutboxEntry,
  type OutboxRow,
  redact,
  type Store,
  storedKind,
  StoreUnavailable,
  type Transaction,
  type ViewOptions,
} from "../incidents/mod.ts";
import { noteResult } from "./answer.ts";
import { pauseMs } from "./backoff.ts";
import type { Channel, Effects, Letter, Receipt, SendResult } from "./channel.ts";
import { undelivered } from "./undelivered.ts";
import { noRequests } from "./words/render.ts";

/** What an attempt needs. */
export interface AttemptDeps {
  readonly store: Store;
  readonly now: () => Date;
  readonly random: () => number;
  /** Waits so many milliseconds, or less when the worker stops. */
  readonly sleep: (ms: number) => Promise<void>;
  /** When the last request came to a resolved incident's service, where none come any more. */
  readonly noRequestsSince?: ((incident: IncidentView) => Promise<string | undefined>) | undefined;
  /** Every channel that rows can be sent on, by name. */
  readonly channels: ReadonlyMap<string, Channel>;
  /** How long a row is tried before it counts as failed, in milliseconds. */
  readonly giveUpAfterMs: number;
}

/** How an attempt ended, for the log and the metrics. */
export interface Attempted {
  readonly outcome: SendResult["outcome"] | "cancelled" | "gave_up";
  readonly reason?: string;
  readonly attempts: number;
}

/** A row and the lease under which it is held. */
export interface Claimed {
  readonly row: OutboxRow;
  readonly lease: Lease;
}

/** How long a row is leased for an attempt, in milliseconds: longer than any single request may take. */
export const LEASE_MS = 60_000;

const NOTE_PAUSE_MS = 500;
const NOTE_ATTEMPTS = 60;

/**
 * One attempt at a claimed row: put into words, kept before it leaves, the other side asked first where the last
 * attempt may have succeeded, sent, and recorded with everything that belongs to it in one transaction.
 *
 * @throws {LeaseLost} when another holder may have the row.
 * @throws {StoreUnavailable} before anything has left, or when the outcome cannot be noted: the row is uncertain then.
 */
export async function attempt({ row: stored, lease }: Claimed, deps: AttemptDeps): Promise<Attempted> {
  const { store } = deps;
  const channel = deps.channels.get(stored.channel)!;
  const read = readable(stored, channel);
  if (!read.ok) {
    const { problem: reason, asked } = read;
    await fail({ ...stored, payload: asked }, reason, { lease, deps });
    return { outcome: "permanent", reason, attempts: stored.attempts };
  }
  const row = read.entry;
  const early = row.state === "uncertain" && channel.find !== undefined ? tooEarlyMs(row, channel, deps.now()) : 0;
  if (early > 0) {
    const next_at = new Date(deps.now().getTime() + early).toISOString();
    await note(deps, lease, { state: "uncertain", next_at });
    return { outcome: "retryable", attempts: row.attempts };
  }
  const view = row.incident_id === null ? undefined : await store.view(row.incident_id, about(row));
  let text: string | undefined;
  let defect: SendResult | undefined;
  const whole = row.text === null ? await measured(row, { view, deps }) : row;
  try {
    text = row.text ?? channel.render(whole, view);
  } catch (error) {
    text = "";
    defect = { outcome: "permanent", reason: `it could not be put into words: ${String(error)}` };
  }
  if (text === undefined) {
    await note(deps, lease, { state: "cancelled", last_error: "nothing to say any more" });
    return { outcome: "cancelled", attempts: row.attempts };
  }
  const attempts = row.attempts + 1;
  const tried_at = deps.now().toISOString();
  await store.transact(async (tx) => {
    await tx.updateOutbox(lease, { text, attempts, receipt: { ...row.receipt, tried_at } });
    // Every resolution goes to the channel that is the record, so that this is noted once.
    if (channel.isRecord === true) await noteQuiet(tx, whole, tried_at);
  });
  const letter: Letter = { row: { ...row, text, attempts }, view, text };
  const keep = async (receipt: Receipt) => {
    await store.transact((tx) => tx.updateOutbox(lease, { receipt: { ...receipt, tried_at } }));
    await store.renew(lease, LEASE_MS);
  };
  const result = defect ?? await deliver(channel, letter, keep);
  // A reason is often what the other side said.
  const clean = result.outcome === "sent" ? result : { ...result, reason: redact(result.reason) };
  return await settle(clean, letter, lease, deps);
}

/** A row as its channel takes it; one of an unknown kind can only be told when it brings its text. */
function readable(row: OutboxRow, { name, takes }: Channel): Decoded {
  const read = decode(row);
  if (read.ok && takes?.includes(read.entry.kind) === false) {
    return { ok: false, problem: `${name} takes no ${row.kind}`, asked: read.entry.payload };
  }
  if (!read.ok || read.entry.kind !== "other" || read.entry.payload.text !== undefined) return read;
  const problem = `this version knows no ${row.kind}, and the row brings no text of its own`;
  return { ok: false, problem, asked: read.entry.payload };
}

/** How much longer to wait until the other side shows what it accepted at the last attempt, in milliseconds. */
function tooEarlyMs(row: OutboxEntry, channel: Channel, now: Date): number {
  const { settleMs = 0 } = channel;
  const tried = typeof row.receipt?.tried_at === "string" ? Date.parse(row.receipt.tried_at) : NaN;
  const left = tried + settleMs - now.getTime();
  // Further away than it can be: the clock was set back since.
  return left > 0 && left <= settleMs ? left : 0;
}

async function deliver(channel: Channel, letter: Letter, keep: (r: Receipt) => Promise<void>): Promise<SendResult> {
  try {
    if (letter.row.state !== "uncertain" || channel.find === undefined) return await channel.send(letter, keep);
    const found = await channel.find(letter);
    if (found.found === "unknown") {
      const { afterMs, reason } = found;
      const after = afterMs === undefined ? {} : { afterMs };
      return { outcome: "retryable", reason: `cannot ask whether it has left: ${reason}`, maybeSent: true, ...after };
    }
    if (found.found === "all") return { ...found, outcome: "sent" };
    return await channel.send({ ...letter, row: { ...letter.row, receipt: found.receipt ?? null } }, keep);
  } catch (error) {
    if (error instanceof LeaseLost || error instanceof StoreUnavailable) throw error;
    const reason = `a defect of this channel: ${error instanceof Error ? error.stack ?? error.message : String(error)}`;
    return { outcome: "retryable", reason, maybeSent: true };
  }
}

async function settle(result: SendResult, letter: Letter, lease: Lease, deps: AttemptDeps): Promise<Attempted> {
  const { row } = letter;
  const channel = deps.channels.get(row.channel)!;
  const now = deps.now();
  const at = now.toISOString();
  const failed = (reason: string, effects?: Effects) =>
    fail({ ...row, kind: storedKind(row) }, reason, { lease, deps, effects });

  switch (result.outcome) {
    case "sent": {
      const update: Update = { state: "sent", sent_at: at, receipt: result.receipt, last_error: null };
      await note(deps, lease, update, async (tx) => {
        await told(tx, letter, { channel, at });
        await result.effects?.(tx);
      });
      return { outcome: "sent", attempts: row.attempts };
    }
    case "declined":
      await note(deps, lease, { state: "cancelled", last_error: result.reason }, async (tx) => {
        await result.effects?.(tx);
        // What a person ordered has its result in the timeline; a question is no order.
        if (row.payload.asked_by === undefined || row.kind === "question") return;
        await noteResult(tx, row, { at, kind: "declined", text: `declined: ${result.reason}` });
      });
      break;
    case "permanent":
      await failed(result.reason, result.effects);
      break;
    case "retryable": {
      if (now.getTime() - Date.parse(row.created_at) > deps.giveUpAfterMs) {
        await failed(`given up after ${row.attempts} attempts: ${result.reason}`);
        return { outcome: "gave_up", reason: result.reason, attempts: row.attempts };
      }
      const wait = Math.max(result.afterMs ?? 0, pauseMs(row.attempts, deps.random));
      await note(deps, lease, {
        state: result.maybeSent === true ? "uncertain" : "pending",
        next_at: new Date(now.getTime() + wait).toISOString(),
        last_error: result.reason,
      }, result.effects);
    }
  }
  return { outcome: result.outcome, reason: result.reason, attempts: row.attempts };
}

/** Records that a row will not be delivered, and announces it, in one transaction. */
async function fail(
  row: Omit<OutboxRow, "payload"> & { readonly payload: Asked },
  reason: string,
  { lease, deps, effects }: {
    readonly lease: Lease;
    readonly deps: AttemptDeps;
    readonly effects?: Effects | undefined;
  },
): Promise<void> {
  const at = deps.now().toISOString();
  await note(deps, lease, { state: "failed", last_error: reason }, async (tx) => {
    await effects?.(tx);
    await undelivered(tx, { row, reason, at, channels: [...deps.channels.keys()] });
  });
}

/** What a message adds to its incident: its text to the conversation, news to the timeline. */
async function told(
  tx: Transaction,
  { row, text }: Letter,
  { channel, at }: { readonly channel: Channel; readonly at: string },
): Promise<void> {
  if (row.incident_id === null || channel.readBy !== "people") return;
  if (channel.isRecord !== true && !(row.kind === "ticket" && row.payload.quiet === true)) {
    await tx.addMessage(row.incident_id, { at, from: "agent", text });
  }
  if (row.kind === "reply" || row.kind === "answer") return;
  const kind = storedKind(row).replaceAll("_", " ");
  await tx.addTimeline(row.incident_id, { at, kind: "notified", text: `Told on ${row.channel}: ${kind}`, by: "agent" });
}

type Update = Parameters<Transaction["updateOutbox"]>[1];

/** Records an outcome, with retries while the store is unavailable and the lease holds: nothing may be sent twice. */
async function note(deps: AttemptDeps, lease: Lease, update: Update, effects?: Effects): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      await deps.store.transact(async (tx) => {
        await tx.updateOutbox(lease, update);
        await effects?.(tx);
      });
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || tries === NOTE_ATTEMPTS) throw error;
      await deps.sleep(NOTE_PAUSE_MS);
    }
  }
}

/** A resolution with what is measured when it is sent: an alert also ends when no requests come any more. */
async function measured(
  row: OutboxEntry,
  { view, deps }: { readonly view: IncidentView | undefined; readonly deps: AttemptDeps },
): Promise<OutboxEntry> {
  if (row.kind !== "resolved" || view === undefined || row.payload.resolved_by !== undefined) return row;
  const since = await deps.noRequestsSince?.(view).catch(() => undefined);
  return since === undefined ? row : { ...row, payload: { ...row.payload, no_requests_since: since } };
}

/** Notes in the timeline that a resolved incident's service has no requests any more. */
async function noteQuiet(tx: Transaction, row: OutboxEntry, at: string): Promise<void> {
  if (row.kind !== "resolved" || row.incident_id === null || row.payload.no_requests_since === undefined) return;
  const text = noRequests(row.payload.no_requests_since);
  await tx.addTimeline(row.incident_id, { at, kind: "traffic_stopped", text, by: "agent" });
}

/** A diagnosis is sent as of its own episode, however late. */
function about(row: OutboxEntry): ViewOptions {
  const isDiagnosis = row.kind === "diagnosis" || row.kind === "diagnosis_revised";
  return isDiagnosis && typeof row.payload.episode === "number" ? { episode: row.payload.episode } : {};
}
