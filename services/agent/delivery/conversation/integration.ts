import type { Integration } from "../integration.ts";
import { conversationChannel } from "./channel.ts";

export const conversation = {
  name: "The conversation",
  settings: {},
  create: conversationChannel,
} as const satisfies Integration<unknown>;
