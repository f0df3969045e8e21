import { redactDeep } from "../redaction/mod.ts";
import type { Transaction } from "../store.ts";
import type { Incident, OutboxRow } from "../types.ts";
import type { Addressee } from "./common.ts";
import type { AnswerKind, Content, NewsKind, OrderKind } from "./entry.ts";
import { type Occasion, outboxKey } from "./key.ts";
import type { Order } from "./ordered.ts";

/** Recipients of news. */
export interface Announcement {
  /** Null for news that belongs to no incident. */
  readonly incident_id: string | null;
  readonly occasion: Occasion;
  readonly channels: readonly string[];
  /** A channel's address; default: whom each channel tells. */
  readonly to?: string;
  /** Not before then (RFC 3339). */
  readonly at: string;
}

/** Sends news to several channels, once for each occasion. */
export async function announce(tx: Transaction, news: Content<NewsKind>, where: Announcement): Promise<void> {
  const { incident_id, occasion, channels, to, at } = where;
  const { kind } = news;
  const payload = { ...news.payload, ...(to === undefined ? {} : { to }) };
  for (const channel of channels) {
    const key = outboxKey(occasion, { kind, channel });
    await tx.enqueueOutbox({ incident_id, key, channel, kind, payload, next_at: at });
  }
}

/** Sender and incident of a request. */
export interface OrderedBy {
  readonly incident: Pick<Incident, "id" | "episode">;
  readonly asked_by: string;
  /** Address for the result. */
  readonly reply: Addressee;
  readonly message_id: string;
  /** RFC 3339. */
  readonly at: string;
}

/**
 * Orders something from another system, whose channel answers when it is done. Secrets are taken out of what the
 * operator wrote, but for the address by which an assignee is to be found.
 */
export async function order(tx: Transaction, what: Order, { incident, at, ...asked }: OrderedBy): Promise<void> {
  const { channel, kind } = what;
  const { assignee, ...words } = { assignee: undefined, ...what.payload };
  const clean = assignee === undefined ? redactDeep(words) : { ...redactDeep(words), assignee };
  const key = outboxKey({ of: "request", incident, message_id: asked.message_id }, { kind, channel });
  await tx.enqueueOutbox({
    incident_id: incident.id,
    key,
    channel,
    kind,
    payload: { ...clean, ...asked },
    next_at: at,
  });
}

/** Orders something that an episode of an incident requires, once for each episode; no person asked for it. */
export async function orderForEpisode(
  tx: Transaction,
  what: Content<OrderKind> & { readonly channel: string },
  { incident, at }: Pick<OrderedBy, "incident" | "at">,
): Promise<void> {
  const { channel, kind, payload } = what;
  const key = outboxKey({ of: "episode", incident }, { kind, channel });
  await tx.enqueueOutbox({ incident_id: incident.id, key, channel, kind, payload, next_at: at });
}

/** The channel that calls the next people. */
export const PAGING = "paging";

/** Has the next people called, once for each occasion. */
export async function escalate(
  tx: Transaction,
  payload: Content<"escalate">["payload"],
  { incident_id, occasion, at }: Pick<Announcement, "occasion" | "at"> & { readonly incident_id: string },
): Promise<void> {
  const key = outboxKey(occasion, { kind: "escalate", channel: PAGING });
  await tx.enqueueOutbox({ incident_id, key, channel: PAGING, kind: "escalate", payload, next_at: at });
}

const PAGES = ["diagnosis", "escalation"];

/** Has somebody else called, or the same person elsewhere, for a page that did not arrive; once for each row. */
export async function escalateUndelivered(
  tx: Transaction,
  { incident_id, key, channel, kind, payload }: Pick<OutboxRow, "incident_id" | "key" | "channel" | "kind" | "payload">,
  at: string,
): Promise<void> {
  const said = kind === "template" ? payload.of_kind : kind;
  const incident = incident_id === null || !PAGES.includes(String(said)) ? undefined : await tx.incident(incident_id);
  if (incident === undefined) return;
  const { episode = incident.episode, step = 0, round = 0, person, to } = payload as
    & {
      readonly [name in "episode" | "step" | "round"]?: number;
    }
    & { readonly person?: string; readonly to?: string };
  const failed = {
    failed_on: channel,
    ...(person === undefined ? {} : { person }),
    ...(to === undefined ? {} : { failed_to: to }),
  };
  const occasion = { of: "failure", key } as const;
  const what = { episode, step, round, because: "undelivered", ...failed } as const;
  await escalate(tx, what, { incident_id: incident.id, occasion, at });
}

/** Recipient of the answer. */
export interface Answered {
  readonly incident_id: string | null;
  readonly occasion: Occasion;
  readonly reply: Addressee;
  /** The operator's message, to match the answer with. */
  readonly message_id?: string | undefined;
  /** Not before then (RFC 3339). */
  readonly at: string;
}

/** Answers an operator on the channel of the question. */
export async function reply(tx: Transaction, said: Content<AnswerKind>, whom: Answered): Promise<void> {
  const { incident_id, occasion, message_id, at } = whom;
  const { channel, to } = whom.reply;
  const { kind } = said;
  const payload = {
    ...said.payload,
    ...(to === undefined ? {} : { to }),
    ...(message_id === undefined ? {} : { message_id }),
  };
  const key = outboxKey(occasion, { kind, channel });
  await tx.enqueueOutbox({ incident_id, key, channel, kind, payload, next_at: at });
}
