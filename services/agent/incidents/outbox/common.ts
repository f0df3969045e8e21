import * as v from "valibot";

/** Recipient and channel of the answer. */
export const addressee = v.object({ channel: v.string(), to: v.exactOptional(v.string()) });

/** What a row of any kind may carry: a text that is said as it stands, to whom it goes, and who asked for it. */
export const common = {
  text: v.exactOptional(v.string()),
  /** A channel's address; default: whom the channel tells. */
  to: v.exactOptional(v.string()),
  /** Address for its result; absent if nobody requested it. */
  reply: v.exactOptional(addressee),
  asked_by: v.exactOptional(v.string()),
  /** The operator's message that it comes of. */
  message_id: v.exactOptional(v.string()),
};

/** The part of {@linkcode common} that says who asked. */
export const asked = v.object({ reply: common.reply, asked_by: common.asked_by, message_id: common.message_id });

export type Addressee = v.InferOutput<typeof addressee>;
export type Asked = v.InferOutput<typeof asked>;
