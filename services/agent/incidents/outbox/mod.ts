/** What goes into the outbox: each kind with its payload, the keys, and the functions that write it. */
export { type Addressee, type Asked } from "./common.ts";
export {
  ANSWER_KINDS,
  type AnswerKind,
  type Content,
  decode,
  type Decoded,
  type EntryOf,
  NEWS_KINDS,
  type NewsKind,
  type OrderChannels,
  type OrderKind,
  type OutboxEntry,
  type OutboxKind,
  type Payload,
  storedKind,
} from "./entry.ts";
export { type Occasion, outboxKey } from "./key.ts";
export { type Order, orderSchema } from "./ordered.ts";
export {
  announce,
  type Announcement,
  type Answered,
  escalate,
  escalateUndelivered,
  order,
  type OrderedBy,
  orderForEpisode,
  PAGING,
  reply,
} from "./write.ts";
