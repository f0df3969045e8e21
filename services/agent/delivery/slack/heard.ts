import * as v from "valibot";
import type { Heard } from "../../incidents/mod.ts";
import { type NamedPerson, personOf } from "../people.ts";
import { BLOCK_PREFIX, typed } from "./blocks.ts";
import { messageId } from "./channel.ts";

const message = v.object({
  type: v.picklist(["message", "app_mention"]),
  subtype: v.optional(v.string()),
  channel: v.string(),
  channel_type: v.optional(v.string()),
  user: v.string(),
  text: v.optional(v.string(), ""),
  ts: v.string(),
  thread_ts: v.optional(v.string()),
  bot_id: v.optional(v.string()),
});

const eventFrame = v.object({ type: v.literal("events_api"), payload: v.object({ event: message }) });

const actionFrame = v.object({
  type: v.literal("interactive"),
  payload: v.object({
    type: v.literal("block_actions"),
    user: v.object({ id: v.string() }),
    channel: v.optional(v.object({ id: v.string() })),
    container: v.object({
      channel_id: v.optional(v.string()),
      message_ts: v.string(),
      thread_ts: v.optional(v.string()),
    }),
    actions: v.array(v.object({ block_id: v.string(), action_ts: v.string(), value: v.optional(v.string()) })),
  }),
});

/** What is a person's own message; everything else with a subtype tells of something else (edits, joins, bots). */
const OWN_WORDS = new Set(["thread_broadcast", "file_share", "me_message"]);

/**
 * What somebody said to us in a frame of Socket Mode: a press of our buttons, a direct message, a mention, or a message in a
 * thread, which counts only if the thread is ours. The id is the message's, so that one that arrives as two events is one.
 */
export function heardIn(frame: unknown, people: readonly NamedPerson[]): Heard | undefined {
  const action = v.safeParse(actionFrame, frame);
  if (action.success) return pressed(action.output.payload, people);
  const parsed = v.safeParse(eventFrame, frame);
  if (!parsed.success) return undefined;
  const { type, subtype, channel, channel_type, user, text, ts, thread_ts, bot_id } = parsed.output.payload.event;
  if (bot_id !== undefined || subtype !== undefined && !OWN_WORDS.has(subtype)) return undefined;
  const direct = channel_type === "im";
  if (!direct && type === "message" && thread_ts === undefined) return undefined;
  return {
    id: messageId(channel, ts),
    channel: "slack",
    to: direct && thread_ts === undefined ? channel : `${channel}/${thread_ts ?? ts}`,
    from: user,
    person: personOf(people, user),
    text: typed(text),
    ...(thread_ts === undefined ? {} : { repliedTo: messageId(channel, thread_ts) }),
    ...(thread_ts === undefined || direct || type === "app_mention" ? {} : { onlyIfOurs: true }),
  };
}

function pressed(
  { user, channel, container, actions: [action] }: v.InferOutput<typeof actionFrame>["payload"],
  people: readonly NamedPerson[],
): Heard | undefined {
  const where = channel?.id ?? container.channel_id;
  if (action?.value === undefined || where === undefined || !action.block_id.startsWith(BLOCK_PREFIX)) return undefined;
  return {
    id: `${messageId(where, container.message_ts)}/${user.id}/${action.action_ts}`,
    channel: "slack",
    to: `${where}/${container.thread_ts ?? container.message_ts}`,
    from: user.id,
    person: personOf(people, user.id),
    text: action.value,
    incident: action.block_id.slice(BLOCK_PREFIX.length),
  };
}
