import type { Integration } from "../integration.ts";
import { logChannel } from "./channel.ts";

export const log = {
  name: "The log",
  settings: {},
  create: (_settings, { log }) => logChannel(log),
} as const satisfies Integration<unknown>;
