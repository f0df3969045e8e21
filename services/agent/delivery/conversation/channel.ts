import { ANSWER_KINDS } from "../../incidents/mod.ts";
import type { Channel } from "../channel.ts";
import { messageText } from "../words/render.ts";

/**
 * Answers to an operator who wrote through the API: the message in the incident's conversation is the delivery, written
 * in the transaction that notes it as sent. The worker adds that message, so that there is nothing left to do here.
 */
export function conversationChannel(): Channel {
  return {
    name: "conversation",
    news: false,
    readBy: "people",
    takes: [...ANSWER_KINDS, "other"],
    render: messageText,
    send: () => Promise.resolve({ outcome: "sent", receipt: {} }),
    find: () => Promise.resolve({ found: "none" }),
  };
}
