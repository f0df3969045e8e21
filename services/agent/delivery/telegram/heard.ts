import * as v from "valibot";
import type { Heard } from "../../incidents/mod.ts";
import { type NamedPerson, personOf } from "../people.ts";
import { messageId } from "./channel.ts";

const from = v.object({ id: v.number(), is_bot: v.optional(v.boolean(), false) });
const chat = v.object({ id: v.number(), type: v.string() });

const message = v.object({
  message: v.object({
    message_id: v.number(),
    from,
    chat,
    text: v.optional(v.string(), ""),
    reply_to_message: v.optional(v.object({ message_id: v.number() })),
  }),
});

const press = v.object({
  callback_query: v.object({
    id: v.string(),
    from,
    data: v.string(),
    message: v.object({ message_id: v.number(), chat }),
  }),
});

/**
 * What somebody said to us in an update: a press of our buttons, a message in a chat with the bot alone, an answer to a message of
 * ours, or a command in a group. Other talk in a group is none of ours.
 */
export function heardIn(
  update: unknown,
  people: readonly NamedPerson[],
): (Heard & { readonly pressed?: string }) | undefined {
  const pressed = v.safeParse(press, update);
  if (pressed.success) {
    const { id, from, data, message } = pressed.output.callback_query;
    const [text = "", incident = ""] = data.split("|");
    return {
      ...said(from.id, people),
      id: `telegram/press/${id}`,
      to: `${message.chat.id}/${message.message_id}`,
      text,
      incident,
      pressed: id,
    };
  }
  const parsed = v.safeParse(message, update);
  if (!parsed.success || parsed.output.message.from.is_bot) return undefined;
  const { message_id, from, chat: { id, type }, text, reply_to_message } = parsed.output.message;
  const command = /^\/([a-z_]{1,32})(?:@[A-Za-z0-9_]{1,40})?(?:\s+|$)/i.exec(text);
  const isPrivate = type === "private";
  if (!isPrivate && reply_to_message === undefined && command === null) return undefined;
  return {
    ...said(from.id, people),
    id: messageId(String(id), message_id),
    to: `${id}/${message_id}`,
    text: command === null ? text : `${command[1]!.replaceAll("_", " ")} ${text.slice(command[0].length)}`.trim(),
    ...(reply_to_message === undefined ? {} : { repliedTo: messageId(String(id), reply_to_message.message_id) }),
    ...(isPrivate || command !== null ? {} : { onlyIfOurs: true }),
  };
}

function said(id: number, people: readonly NamedPerson[]) {
  return { channel: "telegram", from: String(id), person: personOf(people, String(id)) };
}
